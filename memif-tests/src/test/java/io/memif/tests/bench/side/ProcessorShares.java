package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Which share of a processor a process uses, window by window, while others measure. */
final class ProcessorShares implements AutoCloseable {
    private static final long END_S = 10;

    private final Child child;
    private final List<Double> shares = new ArrayList<>();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    private long lastNs = System.nanoTime();
    private ThreadTimes last;

    /**
     * Begins.
     *
     * @param windowNs length of a window
     */
    ProcessorShares(Child child, long windowNs) {
        this.child = child;
        this.last = child.threadTimes();
        sampler.scheduleAtFixedRate(this::sample, windowNs, windowNs, TimeUnit.NANOSECONDS);
    }

    private void sample() {
        long nowNs = System.nanoTime();
        ThreadTimes now = child.threadTimes();
        shares.add((double) now.since(last) / (nowNs - lastNs));
        lastNs = nowNs;
        last = now;
    }

    /** Ends, and returns those of full windows; 1 is all of a processor. */
    List<Double> finish() throws InterruptedException {
        // Not interrupted: a sample that is cut short would look like a process that needs nothing.
        sampler.shutdown();
        if (!sampler.awaitTermination(END_S, TimeUnit.SECONDS)) {
            throw new RunFailure("reading the times of " + child + " does not end");
        }
        return List.copyOf(shares);
    }

    /** Ends if {@link #finish} was not reached. */
    @Override
    public void close() {
        sampler.shutdown();
    }
}
