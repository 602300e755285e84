package io.memif;

import java.util.concurrent.atomic.AtomicReference;

/** Remembers the first thread that uses a queue and names the second. */
final class ThreadCheck {
    private final String what;
    private final AtomicReference<Thread> owner = new AtomicReference<>();

    ThreadCheck(String what) {
        this.what = what;
    }

    /** The calling thread, which may use the queue. */
    Thread enter() {
        Thread current = Thread.currentThread();
        Thread first = owner.get();
        if (first == current || first == null && owner.compareAndSet(null, current)) {
            return current;
        }
        Thread other = owner.get();
        throw new IllegalStateException(
                what
                        + " belongs to thread \""
                        + (other == null ? "unknown" : other.getName())
                        + "\" and was used by thread \""
                        + current.getName()
                        + "\": one thread at a time may use it; call handOver() before another does");
    }

    void handOver() {
        owner.set(null);
    }
}
