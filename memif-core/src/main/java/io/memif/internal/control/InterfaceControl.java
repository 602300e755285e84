package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.Refusal;
import java.util.Locale;

/** One interface on the control path, in either role. Called on the reactor's thread. */
public abstract sealed class InterfaceControl permits MasterControl, SlaveControl {
    /** What the peer is told when its owner brings an interface down. */
    static final String ADMIN_DOWN = "interface administratively down";

    final SocketControl socket;
    final InterfaceSpec spec;
    final LinkSink sink;
    boolean adminUp;
    boolean closed;

    InterfaceControl(SocketControl socket, InterfaceSpec spec, LinkSink sink) {
        this.socket = socket;
        this.spec = spec;
        this.sink = sink;
        this.adminUp = spec.adminUp();
    }

    final InterfaceSpec spec() {
        return spec;
    }

    /**
     * Ends the link if there is one, tells the peer, and stops for good. Idempotent.
     *
     * @param reason for the peer
     */
    public abstract void close(String reason);

    /**
     * Brings the interface up or down as its owner wants. Down ends the link, tells the peer, and
     * keeps it from coming back; up lets it come back, a slave tries at once.
     *
     * @param up what it is to be
     */
    public abstract void adminUp(boolean up);

    /** Tells the owner who ended a connection, and why. */
    final void report(Ending ending) {
        switch (ending.kind()) {
            case PEER_DISCONNECTED -> sink.ended(null, ending.peerReason());
            case PEER_CLOSED -> sink.ended(null, ending.text());
            default -> sink.ended(ending.text(), null);
        }
    }

    /** What the operator gets to read about the end of a connection. */
    final MemifException failure(Ending ending) {
        Code code =
                switch (ending.kind()) {
                    case PEER_DISCONNECTED -> Code.REFUSED_BY_PEER;
                    case PEER_CLOSED -> Code.CLOSED_BY_PEER;
                    case LOCAL -> Code.CLOSED;
                    case REFUSED -> code(ending.refusal().orElseThrow().reason());
                };
        String hint =
                ending.kind() == Ending.Kind.PEER_DISCONNECTED ? remedy(ending.peerReason()) : "";
        return new MemifException(
                code,
                spec + " on " + socket.address() + ": " + ending.text() + hint,
                ending.peerReason(),
                ending.refusal().map(Refusal::cause).orElse(null));
    }

    /** What to change, and on which side, after what a master said; each peer has its words. */
    private String remedy(String said) {
        String words = said.toLowerCase(Locale.ROOT);
        String id = Integer.toUnsignedString(spec.id());
        if (words.contains("interface id") || words.contains("id not found")) {
            return "; create a master interface with id " + id + " there, or change the id here";
        }
        if (words.contains("mode")) {
            String mode = spec.parameters().mode().name().toLowerCase(Locale.ROOT);
            return "; the mode here is " + mode + ": make it the same on both sides";
        }
        if (words.contains("secret")) {
            return "; set the secret of the master here";
        }
        if (words.contains("already connected")) {
            return "; stop the other slave with id " + id + ", or use another id on both sides";
        }
        if (words.contains("administratively down")) {
            return "; bring the interface up there";
        }
        return "; check id, role, mode, secret and queue counts on both sides";
    }

    private static Code code(Refusal.Reason reason) {
        return switch (reason) {
            case TIMEOUT -> Code.TIMED_OUT;
            case MEMORY -> Code.MEMORY;
            default -> Code.REFUSED_BY_US;
        };
    }
}
