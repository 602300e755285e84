package io.memif.examples.perf;

/**
 * How long to keep off a ring that was just drained (or filled), so that the next visit is worth
 * it.
 *
 * <p>An end that is faster than its peer and comes back at once finds a few slots at a time, and
 * takes from the peer's cache the very lines that the peer is writing: both get slower. At a high
 * rate it pays to stay away until a good part of the ring is ready; at a low rate, where latency
 * counts, never.
 */
public final class RingPause {
    private static final long SHORTEST_NS = 250;
    private static final long LONGEST_NS = 20_000;

    /** Packets in a microsecond from which on throughput is what counts. */
    private static final int HIGH_RATE = 4;

    /** The same if they come in bursts, as long packets do that are sent as fast as they can be. */
    private static final int HIGH_BURST_RATE = 2;

    /** Least packets of a burst on one ring: an answer to a single packet comes alone. */
    private static final int BURST = 8;

    /** With many rings each may have such an answer, so that a burst grows with the slots. */
    private static final int SLOTS_PER_PACKET = 128;

    private static final int NS_PER_US = 1000;

    private final int burst;
    private final int enough;
    private final int much;
    private long pauseNs;
    private long last;

    /**
     * A pause.
     *
     * @param slots of all rings that are visited together
     * @param now in nanoseconds
     */
    public RingPause(int slots, long now) {
        burst = Math.max(BURST, slots / SLOTS_PER_PACKET);
        enough = slots * 5 / 8;
        much = slots * 7 / 8;
        last = now;
    }

    /**
     * Spins for a while; called at the end of a visit, when there is nothing left to do.
     *
     * @param moved packets since it was called last
     */
    public void pause(int moved) {
        long start = System.nanoTime();
        long length = lengthNs(moved, start);
        while (System.nanoTime() - start < length) {
            Thread.onSpinWait();
        }
    }

    /** How long to keep off after a visit that ended {@code now}. */
    long lengthNs(int moved, long now) {
        long passed = now - last;
        last = now;
        int highRate = moved < burst ? HIGH_RATE : HIGH_BURST_RATE;
        if ((long) moved * NS_PER_US < highRate * passed) {
            pauseNs = 0;
        } else if (moved < enough) {
            pauseNs = Math.min(Math.max(SHORTEST_NS, pauseNs + pauseNs / 2), LONGEST_NS);
        } else if (moved > much) {
            pauseNs -= pauseNs / 8;
        }
        return pauseNs;
    }
}
