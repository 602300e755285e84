package io.memif.internal.control;

import io.memif.unix.OwnedFd;

/** A listening socket that the caller made: used while there are masters, its file left alone. */
final class GivenListener implements ListenSource {
    private final OwnedFd fd;

    GivenListener(OwnedFd fd) {
        this.fd = fd;
    }

    @Override
    public OwnedFd open(int backlog) {
        return fd;
    }

    /** Stays open: slaves that connect meanwhile wait for the next master. */
    @Override
    public void release(OwnedFd listening) {}

    @Override
    public void close() {
        fd.close();
    }
}
