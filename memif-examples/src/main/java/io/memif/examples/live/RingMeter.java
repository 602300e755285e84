package io.memif.examples.live;

/** Watches one ring: what passes, and how full it is over time. One thread at a time. */
final class RingMeter {
    private final LiveRing ring;
    private final SlotCounter published;
    private final SlotCounter returned;
    private long startNs;
    private long startPublished;
    private long startReturned;
    private long looks;
    private long full;
    private long empty;
    private long masked;
    private int most;
    private int used;

    RingMeter(LiveRing ring, long nowNs) {
        this.ring = ring;
        published = new SlotCounter(ring.published(), nowNs);
        returned = new SlotCounter(ring.returned(), nowNs);
        begin(nowNs);
    }

    private void begin(long nowNs) {
        startNs = nowNs;
        startPublished = published.position();
        startReturned = returned.position();
        looks = 0;
        full = 0;
        empty = 0;
        masked = 0;
        most = 0;
    }

    LiveRing ring() {
        return ring;
    }

    void look(long nowNs) {
        int filled = ring.published();
        int givenBack = ring.returned();
        published.look(filled, nowNs);
        returned.look(givenBack, nowNs);
        used = ring.used(filled, givenBack);
        looks++;
        full += used >= ring.slots() ? 1 : 0;
        empty += used == 0 ? 1 : 0;
        masked += ring.isMasked() ? 1 : 0;
        most = Math.max(most, used);
    }

    /**
     * What was seen since the last report.
     *
     * @param seconds how long that is
     * @param sent slots that the sender filled
     * @param taken slots that the receiver gave back
     * @param atLeast whether it may have been 65536 more, or a multiple
     * @param used slots at the last look
     * @param most of them at any look
     * @param full share of the looks at which the sender had no slot free, 0 to 1
     * @param empty share of the looks at which there was nothing for the receiver
     * @param masked share of the looks at which the receiver did not want to be signalled
     */
    record Report(
            double seconds,
            long sent,
            long taken,
            boolean atLeast,
            int used,
            int most,
            double full,
            double empty,
            double masked) {
        double rate() {
            return seconds > 0 ? sent / seconds : 0;
        }
    }

    /** Ends an interval and begins the next. */
    Report report(long nowNs) {
        look(nowNs);
        boolean sentMore = published.mayHaveWrapped();
        boolean takenMore = returned.mayHaveWrapped();
        Report report =
                new Report(
                        (nowNs - startNs) / 1e9,
                        published.position() - startPublished,
                        returned.position() - startReturned,
                        sentMore || takenMore,
                        used,
                        most,
                        (double) full / looks,
                        (double) empty / looks,
                        (double) masked / looks);
        begin(nowNs);
        return report;
    }
}
