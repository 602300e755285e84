package io.memif.internal.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Makes the calls of {@link Callbacks} for a reactor: on a daemon thread that is started when there
 * is something to call and ends when there is nothing for a while, or, for a caller-driven reactor,
 * at the end of its turns.
 *
 * <p>A call that takes longer than a second is reported once, and another thread makes the calls of
 * the others meanwhile. There are never more than {@link #MOST_THREADS}.
 */
final class CallbackThreads {
    /** A call that takes longer is late, and no close waits for it longer. */
    static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    static final int MOST_THREADS = 4;

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int CALLS_A_TURN = 64;

    /** Entries for a log that blocks. */
    private static final int MOST_WAITING = 256;

    private final Reactor reactor;
    private final JvmLog log = new JvmLog();
    private final Callbacks logging = new Callbacks(this, "the logger of io.memif", null);
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Deque<Callbacks> ready = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();
    private String name;
    private boolean stopped;

    /** On the reactor's thread: whether it wakes us at the end of its turn. */
    private boolean owesWakeUp;

    /** In a caller-driven reactor the thread that is inside a callback. */
    private volatile Thread inside;

    CallbackThreads(Reactor reactor) {
        this.reactor = reactor;
    }

    /** From now on calls are made on threads with this name. */
    synchronized void start(String threadName) {
        name = threadName;
    }

    synchronized boolean haveThreads() {
        return name != null;
    }

    /** Whether the calling thread is inside a callback, of this reactor or of another. */
    boolean isCallback() {
        return Thread.currentThread() instanceof Worker || inside == Thread.currentThread();
    }

    /** With the monitor held. */
    void ready(Callbacks callbacks) {
        ready.add(callbacks);
        if (name != null) {
            startIfNeeded();
            if (reactor.isInTurn()) {
                owesWakeUp = true;
            } else {
                notifyAll();
            }
        }
    }

    /** On the reactor's thread: wakes threads for what they were given in a turn. */
    void turnEnds() {
        if (owesWakeUp) {
            synchronized (this) {
                notifyAll();
            }
            owesWakeUp = false;
        }
    }

    /** Calls have been added: somebody must make them, and see whether they return. */
    void awake() {
        if (!haveThreads()) {
            reactor.wakeUp();
        } else if (watching.compareAndSet(false, true)) {
            reactor.execute(this::watch);
        }
    }

    void execute(Runnable task) {
        reactor.execute(task);
    }

    /** Something that the error handler cannot be told because it is the error handler's. */
    void print(Throwable e) {
        log(each -> each.accept(e));
    }

    /** Has something written to the log; left out while a log that blocks has too much to write. */
    void log(Consumer<JvmLog> entry) {
        if (logging.waiting() < MOST_WAITING) {
            logging.add(() -> entry.accept(log));
        }
    }

    private void startIfNeeded() {
        if (name == null || ready.isEmpty() || workers.size() == MOST_THREADS) {
            return;
        }
        for (Worker worker : workers) {
            if (!worker.isLate()) {
                return;
            }
        }
        Worker worker = new Worker(name);
        workers.add(worker);
        try {
            worker.start();
        } catch (OutOfMemoryError e) {
            // No thread is available: the watch tries again in a moment.
            workers.remove(worker);
        }
    }

    private void watch() {
        List<Callbacks> late = new ArrayList<>();
        boolean busy = false;
        synchronized (this) {
            for (Worker worker : workers) {
                busy |= worker.current != null;
                if (worker.isLate()) {
                    late.add(worker.current);
                }
            }
            startIfNeeded();
            if (!busy && ready.isEmpty()) {
                watching.set(false);
                return;
            }
        }
        if (!reactor.isStopping()) {
            reactor.group().schedule(LOOK_NS, this::watch);
        }
        late.forEach(Callbacks::reportLate);
    }

    /** A caller-driven reactor's turn: makes the calls that are due, and returns how many. */
    int runDue() {
        if (haveThreads()) {
            return 0;
        }
        int done = 0;
        while (done < CALLS_A_TURN) {
            Callbacks next;
            synchronized (this) {
                next = ready.poll();
                if (next == null) {
                    return done;
                }
                if (!next.begin()) {
                    continue;
                }
            }
            done++;
            runInside(next);
        }
        reactor.wakeUp();
        return done;
    }

    /** If the caller drives the reactor, makes all calls of one owner. */
    void runHere(Callbacks callbacks) {
        if (haveThreads()) {
            return;
        }
        while (true) {
            synchronized (this) {
                if (!callbacks.begin()) {
                    return;
                }
                ready.remove(callbacks);
            }
            runInside(callbacks);
        }
    }

    private void runInside(Callbacks callbacks) {
        Thread outer = inside;
        inside = Thread.currentThread();
        try {
            callbacks.runOne();
        } finally {
            inside = outer;
        }
    }

    /** Waits for a state that is looked at with the monitor held. */
    void await(BooleanSupplier state, long deadlineNs) {
        boolean interrupted = false;
        synchronized (this) {
            long left = deadlineNs - System.nanoTime();
            while (name != null && left > 0 && !state.getAsBoolean()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = deadlineNs - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the threads when all calls have been made, and waits for that no longer than to the
     * deadline; inside a callback not at all. Idempotent.
     */
    void close(long deadlineNs) {
        synchronized (this) {
            stopped = true;
            startIfNeeded();
            notifyAll();
        }
        if (isCallback()) {
            return;
        }
        while (runDue() > 0) {
            continue;
        }
        await(() -> ready.isEmpty() && workers.isEmpty(), deadlineNs);
    }

    /** Makes calls until there are none for a while. Fields with the monitor held. */
    private final class Worker extends Thread {
        private Callbacks current;

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            for (Callbacks next = next(); next != null; next = next()) {
                next.runOne();
            }
        }

        private Callbacks next() {
            synchronized (CallbackThreads.this) {
                current = null;
                long end = System.nanoTime() + IDLE_NS;
                while (true) {
                    Callbacks next = ready.poll();
                    if (next != null && next.begin()) {
                        current = next;
                        return next;
                    }
                    long left = end - System.nanoTime();
                    if (ready.isEmpty() && (stopped || left <= 0)) {
                        workers.remove(this);
                        CallbackThreads.this.notifyAll();
                        return null;
                    }
                    if (ready.isEmpty()) {
                        pause(left);
                    }
                }
            }
        }

        private void pause(long ns) {
            try {
                TimeUnit.NANOSECONDS.timedWait(CallbackThreads.this, ns);
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt; it must not end the thread.
                return;
            }
        }

        boolean isLate() {
            return current != null && current.isLate();
        }
    }
}
