package io.memif.examples.perf;

import io.memif.QueueCounters;

/** The work on one queue, a burst at a time. Used by one polling thread. */
abstract class Lane {
    /**
     * Works off one burst, without waiting for more.
     *
     * @return what was moved; 0 if there was nothing to do
     */
    abstract int turn();

    /**
     * Waits until there may be something to do again.
     *
     * @param timeoutNs longest wait in nanoseconds
     * @throws InterruptedException if the thread is interrupted
     */
    abstract void await(long timeoutNs) throws InterruptedException;

    /** Ends a wait. From any thread. */
    abstract void wakeUp();

    /** The counters that tell how many packets this lane has moved. */
    abstract QueueCounters counters();
}
