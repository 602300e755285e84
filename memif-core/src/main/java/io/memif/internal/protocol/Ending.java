package io.memif.internal.protocol;

import java.util.Optional;

/**
 * How a connection ended.
 *
 * @param kind who ended it
 * @param refusal why we refused the peer; present if and only if the kind is {@link Kind#REFUSED}
 * @param text what happened, for a log or an exception; printable
 * @param peerReason what the peer said in its DISCONNECT, printable; else empty
 */
public record Ending(Kind kind, Optional<Refusal> refusal, String text, String peerReason) {
    /** Who ended a connection. */
    public enum Kind {
        /** We did, because of what the peer did, did not do, or brought. */
        REFUSED,
        /** We did, because our side asked for it. */
        LOCAL,
        /** The peer did, with a DISCONNECT. */
        PEER_DISCONNECTED,
        /** The peer did, without a word; DPDK and libmemif always end like this. */
        PEER_CLOSED
    }

    /** Which reason we gave the peer, empty if we did not refuse it. */
    public Optional<Refusal.Reason> reason() {
        return refusal.map(Refusal::reason);
    }

    static Ending refused(Refusal refusal) {
        return new Ending(Kind.REFUSED, Optional.of(refusal), refusal.ours(), "");
    }

    static Ending local(String reason) {
        return new Ending(Kind.LOCAL, Optional.empty(), reason, "");
    }

    static Ending peerDisconnected(Message.Disconnect disconnect) {
        String said = disconnect.reason().isEmpty() ? "no reason given" : disconnect.reason();
        String code = disconnect.code() == 0 ? "" : " (code " + disconnect.code() + ")";
        return new Ending(
                Kind.PEER_DISCONNECTED,
                Optional.empty(),
                "peer disconnected: " + said + code,
                disconnect.reason());
    }

    static Ending peerClosed(String text) {
        return new Ending(Kind.PEER_CLOSED, Optional.empty(), text, "");
    }
}
