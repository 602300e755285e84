package io.memif.internal.control;

/**
 * Why a link could not come up, or what went wrong on the control path.
 *
 * @param code what kind
 * @param message what happened, on which socket and interface, and what to do; printable
 * @param peerReason what the peer said, printable; empty if it said nothing
 */
public record LinkFailure(Code code, String message, String peerReason) {
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
     * A failure the peer did not comment on.
     *
     * @param code what kind
     * @param message what happened
     */
    public LinkFailure(Code code, String message) {
        this(code, message, "");
    }
}
