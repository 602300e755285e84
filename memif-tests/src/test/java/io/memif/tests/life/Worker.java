package io.memif.tests.life;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A loop on a daemon thread of its own. What ends it before it is told to end is thrown by {@link
 * #check} and {@link #close}.
 */
public final class Worker implements AutoCloseable {
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean running = true;

    /** Runs until {@link #isRunning} is false. */
    @FunctionalInterface
    public interface Loop {
        /** Goes on for as long as the worker is running. */
        void run(Worker worker) throws Exception;
    }

    /** Starts it at once. */
    public Worker(String name, Loop loop) {
        thread = new Thread(() -> run(loop), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Loop loop) {
        try {
            loop.run(this);
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    /** False once it is to end. */
    public boolean isRunning() {
        return running;
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Throws what ended it. */
    public void check() {
        Throwable cause = failure.get();
        if (cause != null) {
            throw new AssertionError(thread.getName() + " failed: " + cause, cause);
        }
    }

    /** Waits for its end; an interrupt meanwhile is kept for later. */
    @Override
    public void close() {
        running = false;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }
}
