package io.memif;

import io.memif.internal.control.LinkFailure;

/** Something on the control path failed: a socket, a handshake, a region. Never the data path. */
public final class MemifException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient LinkFailure failure;

    MemifException(LinkFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /**
     * What kind of failure.
     *
     * @return stable over releases
     */
    public LinkFailure.Code code() {
        return failure.code();
    }

    /**
     * The reason the peer gave.
     *
     * @return printable, or the empty string if it gave none
     */
    public String peerReason() {
        return failure.peerReason();
    }
}
