package io.memif.internal.control;

import io.memif.MemifException.Code;
import io.memif.unix.OwnedFd;

/** A connection that the caller made: good for one attempt. */
final class GivenConnection implements ConnectSource {
    private OwnedFd fd;

    GivenConnection(OwnedFd fd) {
        this.fd = fd;
    }

    @Override
    public OwnedFd connect() throws ConnectFailure {
        OwnedFd given = fd;
        if (given == null) {
            throw new ConnectFailure(Code.CLOSED, "the connection that was handed over has ended");
        }
        fd = null;
        return given;
    }

    @Override
    public boolean again() {
        return false;
    }

    @Override
    public void close() {
        if (fd != null) {
            fd.close();
            fd = null;
        }
    }
}
