package io.memif;

import java.util.Objects;

/**
 * Something on the control path failed: a socket, a handshake, a region. The data path never throws
 * it.
 */
public final class MemifException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String peerReason;

    /** Kinds of failure. */
    public enum Code {
        /** There is no socket at the path, or nobody listens on it. */
        NOBODY_LISTENS,
        /** The path cannot be used: no directory, no permission, not a socket, too long, in use. */
        BAD_ADDRESS,
        /** The peer refused us and said why. */
        REFUSED_BY_PEER,
        /** We refused the peer. */
        REFUSED_BY_US,
        /** The peer closed without a word. */
        CLOSED_BY_PEER,
        /** The peer did not answer in time. */
        TIMED_OUT,
        /** Memory could not be created, was refused or could not be mapped. */
        MEMORY,
        /** Out of descriptors. */
        LIMIT,
        /** A system call failed in another way. */
        SYSTEM,
        /** The configuration contradicts itself or the socket's other interfaces. */
        CONFIGURATION,
        /** The interface or socket has been closed. */
        CLOSED
    }

    /**
     * A failure on which the peer did not comment.
     *
     * @param code what kind
     * @param message what happened, on which socket and interface, and what to do; printable
     * @param cause what failed below; null if nothing did
     */
    public MemifException(Code code, String message, Throwable cause) {
        this(code, message, "", cause);
    }

    /**
     * A failure.
     *
     * @param code what kind
     * @param message what happened, on which socket and interface, and what to do; printable
     * @param peerReason what the peer said, printable; empty if it said nothing
     * @param cause what failed below; null if nothing did
     */
    public MemifException(Code code, String message, String peerReason, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.peerReason = Objects.requireNonNull(peerReason, "peerReason");
    }

    /**
     * What kind of failure.
     *
     * @return stable over releases
     */
    public Code code() {
        return code;
    }

    /**
     * The reason the peer gave.
     *
     * @return printable, or the empty string if it gave none
     */
    public String peerReason() {
        return peerReason;
    }
}
