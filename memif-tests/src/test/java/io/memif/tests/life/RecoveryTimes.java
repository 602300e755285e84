package io.memif.tests.life;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long links took to come back: within a second each. One in twenty may be later, for a machine
 * that was busy elsewhere in ways that {@link DelayMeter} does not see.
 */
public final class RecoveryTimes {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int ONE_IN = 20;

    private final List<String> late = new ArrayList<>();
    private int count;
    private long longestNs;

    /** Starts with none. */
    public RecoveryTimes() {}

    /** A link is back. */
    public void note(DelayMeter.Stopwatch since, String what) {
        count++;
        long took = since.ns();
        longestNs = Math.max(longestNs, took);
        if (took > since.allowed(LIMIT_NS)) {
            late.add(what + ": " + TimeUnit.NANOSECONDS.toMillis(took) + " ms");
        }
    }

    /** Fails if too many were late. */
    public void expectPrompt() {
        if (late.size() > Math.max(1, count / ONE_IN)) {
            throw new AssertionError("of " + count + " returns late: " + late);
        }
    }

    @Override
    public String toString() {
        return count
                + " returns, the slowest after "
                + TimeUnit.NANOSECONDS.toMillis(longestNs)
                + " ms, late: "
                + late;
    }
}
