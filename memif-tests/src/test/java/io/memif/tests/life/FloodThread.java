package io.memif.tests.life;

import java.util.concurrent.atomic.AtomicReference;

/** A flood of connections from a thread of its own. */
final class FloodThread implements AutoCloseable {
    private final ConnectFlood flood;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "connect flood");
    private volatile boolean running = true;

    FloodThread(ConnectFlood flood) {
        this.flood = flood;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (running) {
                flood.connectAndClose();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    /** Throws what ended it. */
    void check() {
        Throwable met = failure.get();
        if (met != null) {
            throw new AssertionError("the flood ended with  " + met, met);
        }
    }

    @Override
    public void close() {
        running = false;
        Joining.uninterruptibly(thread);
        check();
    }
}
