package io.memif.examples.perf;

/**
 * When packets are due that are sent at a steady rate. They go out in lots of some microseconds, as
 * long as more than one is due in that time: a packet at a time, each with its own flush, would be
 * slower by far than what most peers take. One thread.
 */
final class Pace {
    private static final double LOT_NS = 5_000;
    private static final double NS_PER_SECOND = 1e9;

    private final double perNs;
    private final int lot;
    private final int burst;
    private final int backlog;
    private double start;
    private long count;
    private long heldNs;

    /**
     * A pace; begin it before it is asked.
     *
     * @param perSecond packets a second, more than 0
     * @param burst most packets at once
     * @param backlog packets that may be due; who was held up for longer does not send them all at
     *     once, but goes on with these
     */
    Pace(double perSecond, int burst, int backlog) {
        this.perNs = perSecond / NS_PER_SECOND;
        this.burst = burst;
        this.backlog = Math.max(backlog, burst);
        this.lot = (int) Math.max(1, Math.min(burst, perNs * LOT_NS));
    }

    /** The first packet is due now. */
    void begin(long now) {
        start = now;
        count = 0;
        heldNs = 0;
    }

    /** Packets to send now; 0 if it is not worth it yet. */
    int due(long now) {
        long behind = (long) ((now - start) * perNs) + 1 - count;
        if (behind < lot) {
            return 0;
        }
        if (behind > backlog) {
            double held = (behind - backlog) / perNs;
            start += held;
            heldNs += (long) held;
            behind = backlog;
        }
        return (int) Math.min(behind, burst);
    }

    /** So many packets are not due any more. */
    void pass(int packets) {
        count += packets;
    }

    /** When the last of the next packets is due. */
    long dueNs(int packets) {
        return (long) (start + (count + packets - 1) / perNs);
    }

    /** How long until the next lot is due; 0 or less if it is. */
    long waitNs(long now) {
        return dueNs(lot) - now;
    }

    /** By how much the packets went out later in all, since their sender was held up. */
    long heldNs() {
        return heldNs;
    }
}
