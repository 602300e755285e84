package io.memif.internal.control;

import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: doubling up to a limit, each shortened by a random part. They begin a
 * little above the shortest, so that the first ones are spread too and none is shorter.
 */
final class Backoff {
    /** A pause is shortened by up to one part in this many. */
    private static final int JITTER_PART = 4;

    /** Longest pause once a link has been up: it is to be back within a second of its peer. */
    private static final long LONGEST_AFTER_LOSS_NS = 800_000_000;

    private final long minNs;
    private final long firstMaxNs;
    private final RandomGenerator random;
    private long maxNs;
    private long currentNs;

    Backoff(long minNs, long maxNs, RandomGenerator random) {
        this.minNs = minNs;
        this.firstMaxNs = maxNs;
        this.random = random;
        reset();
    }

    long nextNs() {
        long pause = currentNs - random.nextLong(currentNs / JITTER_PART + 1);
        currentNs = Math.min(maxNs, currentNs * 2);
        return Math.max(minNs, pause);
    }

    /** Begins anew, for a peer that may come much later. */
    void reset() {
        begin(firstMaxNs);
    }

    /** Begins anew, for a peer that was there just now. */
    void lost() {
        begin(Math.min(firstMaxNs, Math.max(minNs, LONGEST_AFTER_LOSS_NS)));
    }

    private void begin(long longestNs) {
        maxNs = longestNs;
        currentNs = Math.min(maxNs, minNs + minNs / (JITTER_PART - 1));
    }
}
