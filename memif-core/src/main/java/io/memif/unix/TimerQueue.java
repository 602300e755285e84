package io.memif.unix;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Timers in a binary heap by deadline; each knows its index, so that cancelling is cheap. */
final class TimerQueue {
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> errorHandler;
    private Timer[] heap = new Timer[16];
    private int size;
    private long sequence;

    TimerQueue(LongSupplier nanoClock, Consumer<Throwable> errorHandler) {
        this.nanoClock = nanoClock;
        this.errorHandler = errorHandler;
    }

    void schedule(Timer timer, long delayNs) {
        if (delayNs < 0) {
            throw new IllegalArgumentException("delayNs=" + delayNs);
        }
        remove(timer);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        // Half the range at most, so that deadlines compare by difference.
        timer.deadlineNs = nanoClock.getAsLong() + Math.min(delayNs, Long.MAX_VALUE / 2);
        timer.sequence = sequence++;
        heap[size] = timer;
        timer.position = size;
        size++;
        up(timer);
    }

    void remove(Timer timer) {
        int at = timer.position;
        if (at == Timer.IDLE) {
            return;
        }
        timer.position = Timer.IDLE;
        size--;
        Timer last = heap[size];
        heap[size] = null;
        if (last != timer) {
            heap[at] = last;
            last.position = at;
            up(last);
            down(last);
        }
    }

    /** Nanoseconds until the first deadline, 0 if it has passed, Long.MAX_VALUE without timers. */
    long nextDelayNs() {
        return size == 0 ? Long.MAX_VALUE : delayNs(heap[0]);
    }

    /** Nanoseconds until a timer's deadline, 0 if it has passed. */
    long delayNs(Timer timer) {
        return Math.max(0, timer.deadlineNs - nanoClock.getAsLong());
    }

    int size() {
        return size;
    }

    /** Runs what is due. Timers that the tasks start wait for the next turn, even with no delay. */
    int runDue() {
        if (size == 0) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        long end = sequence;
        int done = 0;
        while (size > 0 && heap[0].deadlineNs - now <= 0 && heap[0].sequence - end < 0) {
            Timer due = heap[0];
            remove(due);
            done++;
            try {
                due.task.run();
            } catch (Throwable e) {
                errorHandler.accept(e);
            }
        }
        return done;
    }

    void clear() {
        while (size > 0) {
            remove(heap[0]);
        }
    }

    private static boolean before(Timer a, Timer b) {
        long difference = a.deadlineNs - b.deadlineNs;
        return difference != 0 ? difference < 0 : a.sequence - b.sequence < 0;
    }

    private void up(Timer timer) {
        while (timer.position > 0 && before(timer, heap[(timer.position - 1) / 2])) {
            swap(timer, heap[(timer.position - 1) / 2]);
        }
    }

    private void down(Timer timer) {
        while (true) {
            int child = timer.position * 2 + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (child >= size || before(timer, heap[child])) {
                return;
            }
            swap(timer, heap[child]);
        }
    }

    private void swap(Timer a, Timer b) {
        int at = a.position;
        a.position = b.position;
        b.position = at;
        heap[a.position] = a;
        heap[b.position] = b;
    }
}
