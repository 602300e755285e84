package io.memif.control;

import java.util.random.RandomGenerator;

/** Pauses between attempts: doubling up to a limit, each shortened by a random part. */
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
        this.currentNs = minNs;
    }

    long nextNs() {
        long pause = currentNs - random.nextLong(currentNs / JITTER_PART + 1);
        currentNs = Math.min(maxNs, currentNs * 2);
        return pause;
    }

    void reset() {
        currentNs = minNs;
    }
}
