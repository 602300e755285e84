package io.memif.internal.control;

import io.memif.unix.OwnedFd;
import io.memif.unix.Timer;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Threads that make the calls whose duration a peer decides, so that the reactor's thread makes
 * none of them: one allocates, maps and releases memory, in the order of its jobs; up to four close
 * descriptors that peers passed, and control sockets that may hold messages with such descriptors.
 *
 * <p>They are started when there is something to do, also for a caller-driven reactor, and end when
 * there is nothing for a while. They are daemons: one that a peer holds keeps neither {@link
 * #await} nor the end of the process waiting. A job that takes longer than a second, and a second
 * more for each gigabyte that it allocates or frees, is reported once. What a job has to tell, it
 * tells by {@link Reactor#execute}.
 *
 * <p>Jobs are given from any thread.
 */
final class Helpers {
    /** A job that takes longer is held: by a peer, or by a machine that has no memory left. */
    static final long HELD_NS = TimeUnit.SECONDS.toNanos(1);

    /** Of memory that is allocated or freed: a GiB a second, a tenth of what is usual. */
    private static final long SLOWEST_BYTES_PER_NS = 1;

    static final int CLOSERS = 4;

    /** With more jobs waiting no further connections are taken, or we run out of descriptors. */
    static final int MOST_WAITING = 64;

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);

    /** Jobs that may wait for the end of a turn before they wake anybody. */
    private static final int MOST_DEFERRED = 16;

    /** Jobs come in bursts: the watch goes on for this long after the last. */
    private static final long SETTLED_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Reactor reactor;

    /** Guards all fields but the last two. */
    private final ReentrantLock lock = new ReentrantLock();

    /** A job is done; for {@link #await}. */
    private final Condition done = lock.newCondition();

    private final Pool memory = new Pool("memif memory helper", 1);
    private final Pool closers = new Pool("memif closing helper", CLOSERS);
    private boolean stopped;

    /** Whether the watch is on, or about to be. */
    private boolean watched;

    /** On the reactor's thread. */
    private Timer watch;

    /** On the reactor's thread: whether it wakes helpers at the end of its turn. */
    private boolean owesWakeUp;

    Helpers(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Does something with memory, after all that was given here before.
     *
     * @param what is done, such as "mapping memory of ...": asked for when a held helper is
     *     reported
     * @param bytes that are allocated or freed; the kernel takes its time for each
     * @param job what it throws goes to the error handler
     */
    void memory(Supplier<String> what, long bytes, Runnable job) {
        give(memory, new Job(what, HELD_NS + bytes / SLOWEST_BYTES_PER_NS, job));
    }

    /**
     * Closes descriptors, one after the other: what came over one connection holds one helper at
     * most.
     *
     * @param what it is, for the report of a held helper
     * @param descriptors no longer the caller's
     */
    void close(String what, List<OwnedFd> descriptors) {
        List<OwnedFd> all = List.copyOf(descriptors);
        close(what, () -> all.forEach(fd -> reactor.guard(fd::close)));
    }

    /**
     * As {@link #close(String, List)}, for descriptors that are more than closed.
     *
     * @param what it is, for the report of a held helper
     * @param task what it throws goes to the error handler
     */
    void close(String what, Runnable task) {
        give(closers, new Job(() -> "closing " + what, HELD_NS, task));
    }

    private void give(Pool pool, Job job) {
        boolean unwatched =
                locked(
                        () -> {
                            pool.waiting.add(job);
                            pool.startIfNeeded();
                            if (reactor.isInTurn() && pool.waiting.size() <= MOST_DEFERRED) {
                                owesWakeUp = true;
                            } else {
                                pool.given.signal();
                            }
                            boolean first = !watched;
                            watched = true;
                            return first;
                        });
        if (unwatched) {
            reactor.execute(this::watch);
        }
    }

    /** On the reactor's thread: wakes helpers for what they were given in a turn. */
    void turnEnds() {
        if (owesWakeUp) {
            lock.lock();
            try {
                memory.wake();
                closers.wake();
            } finally {
                lock.unlock();
            }
            owesWakeUp = false;
        }
    }

    private <T> T locked(Supplier<T> task) {
        lock.lock();
        try {
            return task.get();
        } finally {
            lock.unlock();
        }
    }

    /** On the reactor's thread: looks at the jobs now and then, as long as there are any. */
    private void watch() {
        if (reactor.isStopping()) {
            return;
        }
        if (watch == null) {
            watch = reactor.group().schedule(HELD_NS, this::look);
        } else {
            watch.restart(HELD_NS);
        }
    }

    private void unwatch() {
        boolean isOver = locked(() -> !stillWatched());
        if (isOver && watch != null) {
            watch.cancel();
        }
    }

    private boolean stillWatched() {
        watched = isBusy();
        return watched;
    }

    /** Reports who is held, and starts a thread where that failed before. */
    private void look() {
        try {
            locked(this::toReport).forEach(text -> reactor.report(new Held(text)));
        } finally {
            watch.restart(LOOK_NS);
        }
    }

    private List<String> toReport() {
        List<String> held = new ArrayList<>();
        for (Pool pool : List.of(memory, closers)) {
            pool.startIfNeeded();
            pool.workers.stream().filter(Worker::isToReport).forEach(w -> held.add(w.report()));
        }
        return held;
    }

    /** Whether they are watched, too: a little longer than they have something to do. */
    boolean isWatched() {
        return locked(() -> watched);
    }

    boolean isBusy() {
        return locked(() -> !memory.isIdle() || !closers.isIdle());
    }

    /** Whether too much waits to be closed for further connections to be accepted now. */
    boolean hasTooMuchToClose() {
        return locked(() -> closers.waiting.size() >= MOST_WAITING);
    }

    /**
     * Why no connection can be taken or made: every one of them may need somebody to close what
     * comes over it.
     *
     * @return what the helpers that close are held by; empty unless it is all of them
     */
    Optional<String> allHeld() {
        return locked(
                () -> {
                    if (closers.workers.size() < CLOSERS
                            || !closers.workers.stream().allMatch(Worker::isHeld)) {
                        return Optional.empty();
                    }
                    List<String> held = closers.workers.stream().map(Worker::doing).toList();
                    return Optional.of(
                            "all " + CLOSERS + " helpers are held up: " + String.join("; ", held));
                });
    }

    /** Ends the threads when their jobs are done. Idempotent. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            memory.given.signalAll();
            closers.given.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the jobs that there are, no longer than a second, and for none that is held. */
    void await() {
        boolean interrupted = false;
        lock.lock();
        try {
            long end = System.nanoTime() + HELD_NS;
            long left = HELD_NS;
            while (left > 0 && (memory.isWorthWaiting() || closers.isWorthWaiting())) {
                try {
                    // Time makes a job held, and nobody signals that.
                    done.awaitNanos(Math.min(left, LOOK_NS));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = end - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private record Job(Supplier<String> what, long heldNs, Runnable task) {
        String held() {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(heldNs);
            return "a helper has been held up for more than "
                    + (seconds == 1 ? "a second" : seconds + " seconds")
                    + (" by " + what.get());
        }
    }

    /** Threads that share a queue. With the lock held. */
    private final class Pool {
        private final String name;
        private final int most;
        private final Deque<Job> waiting = new ArrayDeque<>();
        private final List<Worker> workers = new ArrayList<>();

        /** A job was given; each signal wakes one thread that has none. */
        private final Condition given = lock.newCondition();

        Pool(String name, int most) {
            this.name = name;
            this.most = most;
        }

        void startIfNeeded() {
            if (waiting.size() <= idle() || workers.size() == most) {
                return;
            }
            Worker worker = new Worker(this);
            Thread thread = new Thread(worker, name);
            thread.setDaemon(true);
            workers.add(worker);
            try {
                thread.start();
            } catch (OutOfMemoryError e) {
                // No thread is available (ulimit -u); tried again in a moment.
                workers.remove(worker);
                if (workers.isEmpty()) {
                    reactor.execute(() -> reactor.report(new Held(name + ": " + e.getMessage())));
                }
            }
        }

        /** Wakes as many threads as there are jobs that nobody has taken. */
        void wake() {
            for (int i = Math.min(waiting.size(), most); i > 0; i--) {
                given.signal();
            }
        }

        private int idle() {
            int idle = 0;
            for (Worker worker : workers) {
                idle += worker.job == null ? 1 : 0;
            }
            return idle;
        }

        boolean isIdle() {
            return waiting.isEmpty() && idle() == workers.size();
        }

        boolean isWorthWaiting() {
            Stream<Worker> busy = workers.stream().filter(worker -> worker.job != null);
            boolean allHeld = !workers.isEmpty() && workers.stream().allMatch(Worker::isHeld);
            return busy.anyMatch(worker -> !worker.isHeld()) || !waiting.isEmpty() && !allHeld;
        }
    }

    /** One thread, and what it does. Fields with the lock held. */
    private final class Worker implements Runnable {
        private final Pool pool;
        private Job job;
        private long startNs;
        private boolean reported;

        Worker(Pool pool) {
            this.pool = pool;
        }

        @Override
        public void run() {
            for (Job next = next(); next != null; next = next()) {
                reactor.guard(next.task);
            }
        }

        /** The next job; null if the thread has to end. */
        private Job next() {
            lock.lock();
            try {
                job = null;
                done.signalAll();
                long now = System.nanoTime();
                long end = now + IDLE_NS;
                boolean told = false;
                while (pool.waiting.isEmpty()) {
                    if (stopped || end - now <= 0) {
                        pool.workers.remove(this);
                        return null;
                    }
                    pause(told ? end - now : SETTLED_NS);
                    if (!told && watched && pool.waiting.isEmpty()) {
                        reactor.execute(Helpers.this::unwatch);
                    }
                    told = true;
                    now = System.nanoTime();
                }
                job = pool.waiting.poll();
                startNs = System.nanoTime();
                reported = false;
                return job;
            } finally {
                lock.unlock();
            }
        }

        /** Whoever waits looks again afterwards, however it ended. */
        @SuppressWarnings("WaitNotInLoop")
        private void pause(long ns) {
            try {
                pool.given.awaitNanos(ns);
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt; it must not end a helper.
                return;
            }
        }

        boolean isHeld() {
            return job != null && System.nanoTime() - startNs >= job.heldNs;
        }

        boolean isToReport() {
            return isHeld() && !reported;
        }

        String report() {
            reported = true;
            return job.held();
        }

        String doing() {
            return job.what.get();
        }
    }

    /** For the error handler; a stack trace would tell nothing. */
    static final class Held extends IllegalStateException {
        @Serial private static final long serialVersionUID = 1L;

        Held(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
