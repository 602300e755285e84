package io.memif.internal.control;

import io.memif.unix.OwnedFd;

/** Where a slave has its connections from. On the reactor's thread. */
interface ConnectSource extends AutoCloseable {
    /** A connected socket that does not block, the caller's to close. */
    OwnedFd connect() throws ConnectFailure;

    /** Whether there may be another connection after one that failed or ended. */
    boolean again();

    /** Gives up what has not been handed out. Idempotent. */
    @Override
    void close();
}
