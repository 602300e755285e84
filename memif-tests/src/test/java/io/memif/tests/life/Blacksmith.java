package io.memif.tests.life;

import java.util.concurrent.atomic.AtomicReference;

/** A hammer at work on a thread of its own. */
final class Blacksmith implements AutoCloseable {
    private final Hammer hammer;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "blacksmith");
    private volatile boolean running = true;

    Blacksmith(Hammer hammer) {
        this.hammer = hammer;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (running) {
                hammer.strike();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    /** Throws what ended it. */
    void check() {
        Throwable met = failure.get();
        if (met != null) {
            throw new AssertionError("the hammer met " + met, met);
        }
    }

    @Override
    public void close() {
        running = false;
        Joining.uninterruptibly(thread);
        check();
    }
}
