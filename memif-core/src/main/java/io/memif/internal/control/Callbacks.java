package io.memif.internal.control;

import java.io.Serial;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What one interface, or one error handler, has to be told: calls into the application's code, made
 * in order, one at a time, by {@link CallbackThreads}. Nothing that such a call does or throws
 * reaches the reactor's thread.
 */
public final class Callbacks {
    private final CallbackThreads threads;
    private final String what;
    private final ErrorReports errors;

    // With the monitor of the threads held.
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private Thread running;
    private long startNs;
    private boolean late;
    private Runnable whenIdle;

    /** Of an error handler if {@code errors} is null. */
    Callbacks(CallbackThreads threads, String what, ErrorReports errors) {
        this.threads = threads;
        this.what = what;
        this.errors = errors;
    }

    /**
     * Makes a call after all that were added before. From any thread; returns at once.
     *
     * @param call what it throws goes to the error handler
     */
    public void add(Runnable call) {
        synchronized (threads) {
            calls.add(call);
            if (running == null && calls.size() == 1) {
                threads.ready(this);
            }
        }
        threads.awake();
    }

    /** {@return how many calls have not begun} */
    public int waiting() {
        synchronized (threads) {
            return calls.size();
        }
    }

    /**
     * Runs a task on the reactor's thread once all calls have returned: now, if they have. To be
     * called on that thread; a later task takes the place of one that still waits.
     */
    void whenIdle(Runnable task) {
        synchronized (threads) {
            if (running != null || !calls.isEmpty()) {
                whenIdle = task;
                return;
            }
        }
        task.run();
    }

    /**
     * Waits until all calls have returned, but no longer than until the deadline, and not at all
     * inside a callback. Makes the calls itself if the caller drives the reactor.
     *
     * @param deadlineNs by {@link System#nanoTime}
     */
    public void await(long deadlineNs) {
        if (!threads.isCallback()) {
            threads.runHere(this);
            threads.await(() -> running == null && calls.isEmpty(), deadlineNs);
        }
    }

    /** The monitor is held. */
    boolean begin() {
        if (running != null || calls.isEmpty()) {
            return false;
        }
        running = Thread.currentThread();
        startNs = System.nanoTime();
        late = false;
        return true;
    }

    /** Makes one call, after {@link #begin}. */
    void runOne() {
        Runnable call;
        synchronized (threads) {
            call = calls.poll();
        }
        try {
            call.run();
        } catch (Throwable e) {
            failed(e);
        }
        // The thread makes calls for others as well.
        if (threads.haveThreads()) {
            Thread.interrupted();
        } else if (System.nanoTime() - startNs > CallbackThreads.LONGEST_NS) {
            failed(
                    new Late(
                            what
                                    + " took longer than a second; meanwhile nothing else on its"
                                    + " reactor could run",
                            new StackTraceElement[0]));
        }
        Runnable next = null;
        synchronized (threads) {
            running = null;
            late = false;
            if (!calls.isEmpty()) {
                threads.ready(this);
            } else {
                next = whenIdle;
                whenIdle = null;
            }
            threads.notifyAll();
        }
        if (next != null) {
            threads.execute(next);
        }
    }

    private void failed(Throwable e) {
        if (errors == null) {
            new JvmLog().accept(e);
        } else {
            errors.report(e);
        }
    }

    /** Whether the call that runs has taken too long; the monitor is held. */
    boolean isLate() {
        return running != null && System.nanoTime() - startNs >= CallbackThreads.LONGEST_NS;
    }

    /** Says once for each call that it is late. By the reactor's thread. */
    void reportLate() {
        Thread where;
        synchronized (threads) {
            where = running;
            if (where == null || late) {
                return;
            }
            late = true;
        }
        String text = what + " has not returned within a second";
        if (errors == null) {
            threads.print(new Late(text, where.getStackTrace()));
        } else {
            errors.report(
                    new Late(
                            text + "; its interface gets no new link until it does",
                            where.getStackTrace()));
        }
    }

    /** A call that takes too long, with the stack of the thread that makes it. */
    private static final class Late extends IllegalStateException {
        @Serial private static final long serialVersionUID = 1L;

        Late(String message, StackTraceElement[] where) {
            super(message);
            setStackTrace(where);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** The latest time to which a close that begins now waits. */
    public static long deadlineNs() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    }
}
