package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.Refusal;

/** Turns the end of a connection into what the operator gets to read. */
final class LinkFailures {
    private LinkFailures() {}

    static MemifException of(Ending ending, InterfaceSpec spec, String address) {
        String where = spec + " on " + address + ": ";
        return new MemifException(
                code(ending), where + ending.text() + hint(ending), ending.peerReason(), null);
    }

    /** Tells the interface who ended a connection, and why. */
    static void report(Ending ending, LinkSink sink) {
        switch (ending.kind()) {
            case PEER_DISCONNECTED -> sink.ended(null, ending.peerReason());
            case PEER_CLOSED -> sink.ended(null, ending.text());
            default -> sink.ended(ending.text(), null);
        }
    }

    private static Code code(Ending ending) {
        return switch (ending.kind()) {
            case PEER_DISCONNECTED -> Code.REFUSED_BY_PEER;
            case PEER_CLOSED -> Code.CLOSED_BY_PEER;
            case LOCAL -> Code.CLOSED;
            default -> rejected(ending.reason().orElse(Refusal.Reason.MEMORY));
        };
    }

    private static Code rejected(Refusal.Reason reason) {
        return switch (reason) {
            case TIMEOUT -> Code.TIMED_OUT;
            case MEMORY -> Code.MEMORY;
            default -> Code.REFUSED_BY_US;
        };
    }

    private static String hint(Ending ending) {
        return switch (ending.kind()) {
            case PEER_DISCONNECTED ->
                    "; check id, role, mode, secret and queue counts on both sides";
            default -> "";
        };
    }
}
