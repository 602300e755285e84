package io.memif.tests.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * Work that is done over and over on the measuring thread. Rates are per second of that thread's
 * CPU time, so that other load on the machine does not count.
 */
final class JavaLoop implements Contender {
    private static final int BATCH = 100;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Runnable once;
    private final List<AutoCloseable> toClose;

    JavaLoop(Runnable once, List<AutoCloseable> toClose) {
        this.once = once;
        this.toClose = toClose;
    }

    @Override
    public double perSecond(long durationNs) {
        long start = threads.getCurrentThreadCpuTime();
        long done = 0;
        long elapsed;
        do {
            for (int i = 0; i < BATCH; i++) {
                once.run();
            }
            done += BATCH;
            elapsed = threads.getCurrentThreadCpuTime() - start;
        } while (elapsed < durationNs);
        return done * 1e9 / elapsed;
    }

    @Override
    public void end() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }
}
