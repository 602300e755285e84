package io.memif.control;

import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: doubling up to a limit, each shortened by a random part. They begin a
 * little above the shortest, so that the first ones are spread too and none is shorter.
 */
final class Backoff {
    /** A pause is shortened by up to one part in this many. */
    private static final int JITTER_PART = 4;

    private final long minNs;
    private final long maxNs;
    private final RandomGenerator random;
    private long currentNs;

    Backoff(long minNs, long maxNs, RandomGenerator random) {
        this.minNs = minNs;
        this.maxNs = maxNs;
        this.random = random;
        reset();
    }

    long nextNs() {
        long pause = currentNs - random.nextLong(currentNs / JITTER_PART + 1);
        currentNs = Math.min(maxNs, currentNs * 2);
        return Math.max(minNs, pause);
    }

    void reset() {
        currentNs = Math.min(maxNs, minNs + minNs / (JITTER_PART - 1));
    }
}
