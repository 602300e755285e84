package io.memif.unix.pass;

import java.util.function.LongSupplier;

/** The end of a wait. */
final class Deadline {
    private final LongSupplier nanoClock;
    private final long timeoutNs;
    private final long startNs;

    Deadline(LongSupplier nanoClock, long timeoutNs) {
        if (timeoutNs < 0) {
            throw new IllegalArgumentException("timeoutNs=" + timeoutNs);
        }
        this.nanoClock = nanoClock;
        this.timeoutNs = timeoutNs;
        this.startNs = timeoutNs == 0 ? 0 : nanoClock.getAsLong();
    }

    boolean isOver() {
        return remainingNs() <= 0;
    }

    /** Milliseconds until the end or the end of a slice, rounded up. */
    int millisecondsWithin(long sliceNs) {
        long ns = Math.max(0, Math.min(sliceNs, remainingNs()));
        return (int) ((ns + 999_999) / 1_000_000);
    }

    private long remainingNs() {
        if (timeoutNs == 0 || timeoutNs == Conduit.FOR_EVER) {
            return timeoutNs;
        }
        return timeoutNs - (nanoClock.getAsLong() - startNs);
    }
}
