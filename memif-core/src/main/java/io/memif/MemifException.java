package io.memif;

import java.util.Objects;

/**
 * A failure on the control path: of a socket, a handshake or a region. Queues never throw it
 * because a link went down.
 */
public final class MemifException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    private final Code code;

    /** What the peer said, or null. */
    private final String peerReason;

    /** Kinds of failure. */
    public enum Code {
        /** There is no socket at the address, or nobody listens on it. */
        NOBODY_LISTENS,
        /** The path cannot be used: no directory, no permission, not a socket, too long, in use. */
        BAD_ADDRESS,
        /** The peer refused us and said why. */
        REFUSED_BY_PEER,
        /** We refused the peer. */
        REFUSED_BY_US,
        /** The peer closed the connection without giving a reason. */
        CLOSED_BY_PEER,
        /** The peer did not answer in time. */
        TIMED_OUT,
        /** Memory could not be created, was refused or could not be mapped. */
        MEMORY,
        /** The process has no descriptors left. */
        LIMIT,
        /** A system call failed for another reason. */
        SYSTEM,
        /** The configuration contradicts itself or the socket's other interfaces. */
        CONFIGURATION,
        /** The interface or socket has been closed. */
        CLOSED
    }

    /**
     * A failure for which the peer gave no reason.
     *
     * @param code kind of failure
     * @param message what happened, on which socket and interface, and what to do; printable
     * @param cause the underlying failure; null if there is none
     */
    public MemifException(Code code, String message, Throwable cause) {
        this(code, message, "", cause);
    }

    /**
     * A failure.
     *
     * @param code kind of failure
     * @param message what happened, on which socket and interface, and what to do; printable
     * @param peerReason what the peer said, printable; empty if it said nothing
     * @param cause the underlying failure; null if there is none
     */
    public MemifException(Code code, String message, String peerReason, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.peerReason = Objects.requireNonNull(peerReason, "peerReason");
    }

    /**
     * The kind of failure. Its name does not change from release to release.
     *
     * @return never null
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
