package io.memif.tests.life;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how late the machine itself is, so that a limit on real time can make allowance for a
 * processor that was busy elsewhere.
 */
public final class DelayMeter implements AutoCloseable {
    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Every thread on the way may have been as late. */
    private static final int THREADS_ON_THE_WAY = 4;

    private volatile long lateNs;
    private final Worker worker = new Worker("delay meter", this::measure);

    /** Starts to measure. */
    public DelayMeter() {}

    private void measure(Worker self) {
        long late = 0;
        while (self.isRunning()) {
            long start = System.nanoTime();
            LockSupport.parkNanos(SAMPLE_NS);
            late += Math.max(0, System.nanoTime() - start - 2 * SAMPLE_NS);
            lateNs = late;
        }
    }

    /** Takes the time from now on. */
    public Stopwatch stopwatch() {
        return new Stopwatch(System.nanoTime(), lateNs);
    }

    /** Time since a moment. */
    public final class Stopwatch {
        private final long start;
        private final long lateBefore;

        private Stopwatch(long start, long lateBefore) {
            this.start = start;
            this.lateBefore = lateBefore;
        }

        /** Elapsed. */
        public long ns() {
            return System.nanoTime() - start;
        }

        /** A limit, and the machine's own delays since on top. */
        long allowed(long limitNs) {
            return limitNs + THREADS_ON_THE_WAY * (lateNs - lateBefore);
        }

        /** Fails if more than the limit has passed, the machine's own delays set aside. */
        public long within(long limitNs, String what) {
            long took = ns();
            long allowed = allowed(limitNs);
            if (took > allowed) {
                throw new AssertionError(
                        what
                                + " took "
                                + TimeUnit.NANOSECONDS.toMillis(took)
                                + " ms, allowed are "
                                + TimeUnit.NANOSECONDS.toMillis(allowed));
            }
            return took;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
