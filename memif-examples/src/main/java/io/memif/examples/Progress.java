package io.memif.examples;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Says on a terminal how far a long task is: one line on standard error that is written over, from
 * the second second on and five times a second at most. If standard error is not a terminal, it
 * says nothing. One thread at a time.
 */
public final class Progress implements AutoCloseable {
    private static final long FIRST_NS = 1_000_000_000;
    private static final long STEP_NS = 200_000_000;

    /** Removes what is right of the cursor, which stands at the start of the line between looks. */
    private static final String CLEAR_LINE = "\033[K";

    private final PrintWriter err;
    private final boolean visible;
    private final LongSupplier clock;
    private long nextNs;
    private boolean drawn;

    /**
     * The task begins.
     *
     * @param err standard error
     */
    public Progress(PrintWriter err) {
        this(err, true);
    }

    /**
     * The task begins.
     *
     * @param err standard error
     * @param wanted false if other output shows how far it is
     */
    public Progress(PrintWriter err, boolean wanted) {
        this(err, wanted && Terminal.isError(), System::nanoTime);
    }

    Progress(PrintWriter err, boolean visible, LongSupplier clock) {
        this.err = err;
        this.visible = visible;
        this.clock = clock;
        nextNs = clock.getAsLong() + FIRST_NS;
    }

    /**
     * Shows how far the task is, if it is time to. May be called as often as one likes.
     *
     * @param text asked for only when it is shown; one line of less than 80 characters
     */
    public void show(Supplier<String> text) {
        if (!visible) {
            return;
        }
        long now = clock.getAsLong();
        if (now - nextNs >= 0) {
            nextNs = now + STEP_NS;
            drawn = true;
            err.print(text.get() + CLEAR_LINE + "\r");
            err.flush();
        }
    }

    /** Removes the line, so that something else can be written; it comes back when shown again. */
    public void clear() {
        if (drawn) {
            drawn = false;
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    /** The task has ended. */
    @Override
    public void close() {
        clear();
    }
}
