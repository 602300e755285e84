package io.memif.unix;

import io.memif.internal.posix.Posix;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the polling thread from others. A word says whether it sleeps, so that the system call is
 * made only if it does, and once.
 */
final class WakeUp implements AutoCloseable {
    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int WOKEN = 2;

    private final EventFd event;
    private final AtomicInteger word = new AtomicInteger(AWAKE);
    private volatile boolean always;

    WakeUp(Posix posix) {
        this.event = EventFd.createPrivate(posix, "poll group's wake-up");
    }

    EventFd event() {
        return event;
    }

    /** From now on every wake-up shows in the eventfd: somebody else sleeps on it, unseen by us. */
    void signalAlways() {
        always = true;
    }

    /** Any thread. */
    int wake() {
        return word.getAndSet(WOKEN) == ASLEEP || always ? event.signal() : 0;
    }

    /** Polling thread, before it sleeps: false if it was woken already and must not. */
    boolean fallAsleep() {
        return word.compareAndSet(AWAKE, ASLEEP);
    }

    /** Polling thread, after sleeping, or instead of it. */
    void rise() {
        if (word.get() != AWAKE) {
            word.set(AWAKE);
        }
    }

    @Override
    public void close() {
        event.close();
    }
}
