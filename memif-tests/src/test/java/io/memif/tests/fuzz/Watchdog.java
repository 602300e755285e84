package io.memif.tests.fuzz;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Prints the input, and where its thread is, when one takes so long that it may never end. */
final class Watchdog implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final String name;
    private final Thread watched = Thread.currentThread();
    private final Thread thread;
    private volatile byte[] input = {};
    private volatile boolean closed;

    Watchdog(String name) {
        this.name = name;
        thread = new Thread(this::watch, "watchdog of " + name);
        thread.setDaemon(true);
        thread.start();
    }

    void started(byte[] next) {
        input = next;
    }

    private synchronized void watch() {
        byte[] last = input;
        long since = System.nanoTime();
        while (!closed) {
            try {
                TimeUnit.SECONDS.timedWait(this, 1);
            } catch (InterruptedException e) {
                return;
            }
            if (input != last) {
                last = input;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE_NS) {
                since = System.nanoTime();
                System.out.println(
                        name
                                + " hangs: -Dfuzz.input="
                                + HexFormat.of().formatHex(last)
                                + " at "
                                + Arrays.toString(watched.getStackTrace()));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
