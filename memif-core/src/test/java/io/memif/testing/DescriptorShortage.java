package io.memif.testing;

import io.memif.internal.posix.Posix;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Takes all descriptors that this process may still open but for a few, until it is closed. What
 * runs meanwhile has to have run before: loading a class needs a descriptor, too.
 */
public final class DescriptorShortage implements AutoCloseable {
    private final Posix posix;
    private final long limitBefore;
    private final Deque<Integer> fillers = new ArrayDeque<>();

    /** Leaves this many descriptors free. */
    public DescriptorShortage(Posix posix, int free) {
        this(posix, free, posix.files().descriptorLimit());
    }

    private DescriptorShortage(Posix posix, int free, long limit) {
        this.posix = posix;
        limitBefore = posix.files().descriptorLimit();
        posix.files().setDescriptorLimit(limit);
        fill();
        giveBack(free);
    }

    /** Counts the descriptors that are free now. */
    public int free() {
        int free = fill();
        giveBack(free);
        return free;
    }

    private int fill() {
        int before = fillers.size();
        for (int fd = open(); fd >= 0; fd = open()) {
            fillers.push(fd);
        }
        return fillers.size() - before;
    }

    private void giveBack(int count) {
        for (int i = 0; i < count; i++) {
            posix.descriptors().close(fillers.pop());
        }
    }

    /** Does something while only this many descriptors are free, under a lower limit. */
    public static void during(Posix posix, int free, long limit, Task task) throws Exception {
        DescriptorShortage shortage = new DescriptorShortage(posix, free, limit);
        try {
            task.run();
        } finally {
            shortage.close();
        }
    }

    /** Something to be done meanwhile. */
    @FunctionalInterface
    public interface Task {
        /** Does it. */
        void run() throws Exception;
    }

    private int open() {
        return posix.descriptors().eventfd(0, 0);
    }

    @Override
    public void close() {
        while (!fillers.isEmpty()) {
            posix.descriptors().close(fillers.pop());
        }
        posix.files().setDescriptorLimit(limitBefore);
    }
}
