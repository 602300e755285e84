package io.memif.tests.bench;

/** One of several that do the same work, to be measured in turns. */
interface Contender {
    /**
     * Works for about that long and returns how often it did it in a second, of CPU or wall time.
     */
    double perSecond(long durationNs) throws Exception;

    /** Releases what it holds. */
    void end() throws Exception;
}
