package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the processes of references in Java have in common: a worker counts packets, the main thread
 * takes the rate of each window until standard input ends, and prints a line of JSON as {@code
 * memif perf} does. {@link WindowedRateProcess} is the other side of that.
 */
final class WindowedRate {
    private static final double NS_TO_MILLIONS = 1e3;

    private final long warmUpNs;
    private final long windowNs;
    private final AtomicLong packets = new AtomicLong();
    private final CountDownLatch linked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean stopped;

    WindowedRate(long warmUpNs, long windowNs) {
        this.warmUpNs = warmUpNs;
        this.windowNs = windowNs;
    }

    /** The worker calls it once, when the other end is there. */
    void linkUp() {
        System.out.println("link up");
        linked.countDown();
    }

    /** The worker is to end. */
    boolean isStopped() {
        return stopped;
    }

    /** The number of packets that the worker has moved since it began. */
    void count(long total) {
        packets.setOpaque(total);
    }

    /** Returns when standard input has ended and the worker with it. */
    void run(Runnable work) throws InterruptedException {
        Thread worker = new Thread(work, "worker");
        worker.start();
        Thread input = new Thread(this::stopWithInput, "input");
        input.setDaemon(true);
        input.start();
        linked.await();
        List<Double> rates = observe();
        stopped = true;
        worker.join();
        StringBuilder windows = new StringBuilder();
        for (double rate : rates) {
            windows.append(windows.length() > 0 ? "," : "");
            windows.append(String.format(Locale.ROOT, "%.4f", rate));
        }
        System.out.printf("{\"packets\":0,\"allocatedBytes\":0,\"windowMpps\":[%s]}%n", windows);
    }

    static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            continue;
        }
    }

    private void stopWithInput() {
        try {
            awaitEndOfInput();
        } catch (IOException e) {
            System.out.println("standard input failed: " + e.getMessage());
        } finally {
            over.countDown();
        }
    }

    private List<Double> observe() throws InterruptedException {
        List<Double> rates = new ArrayList<>();
        boolean ended = over.await(warmUpNs, TimeUnit.NANOSECONDS);
        while (!ended) {
            long count = packets.get();
            long time = System.nanoTime();
            ended = over.await(windowNs, TimeUnit.NANOSECONDS);
            if (!ended) {
                rates.add((packets.get() - count) * NS_TO_MILLIONS / (System.nanoTime() - time));
            }
        }
        return rates;
    }
}
