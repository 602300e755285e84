package io.memif.internal.control;

import io.memif.unix.OwnedFd;

/** Where a listener has its socket from. On the reactor's thread. */
interface ListenSource extends AutoCloseable {
    /**
     * A socket that listens and does not block.
     *
     * @param backlog connections that the kernel may queue, if it does not listen already
     */
    OwnedFd open(int backlog) throws ConnectFailure;

    /** Nobody listens any more; {@link #open} may be called again. */
    void release(OwnedFd fd);

    /** Nobody will ever listen again. Idempotent. */
    @Override
    void close();
}
