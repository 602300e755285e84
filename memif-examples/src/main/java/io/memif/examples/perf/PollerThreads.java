package io.memif.examples.perf;

import io.memif.RxMode;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;

/** The threads that turn lanes. Used by the command's thread. */
final class PollerThreads {
    private final RxMode rxMode;
    private final RunState state;
    private final StopSignal stop;
    private final List<Poller> pollers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Throwable failure;

    /**
     * No threads yet.
     *
     * @param rxMode how they wait
     * @param state ends them
     * @param stop is raised when one of them fails
     */
    PollerThreads(RxMode rxMode, RunState state, StopSignal stop) {
        this.rxMode = rxMode;
        this.state = state;
        this.stop = stop;
    }

    /**
     * Adds a thread, not started.
     *
     * @param share its lanes
     * @param slots of all rings that it visits at a high rate, see {@link RingPause}; 0 if it never
     *     keeps off
     */
    void add(List<? extends Lane> share, int slots) {
        RingPause pause = new RingPause(slots, System.nanoTime());
        Poller poller = new Poller(share, rxMode, pause, state);
        Thread thread = new Thread(poller, "perf-" + threads.size());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (failed, cause) -> {
                    failure = cause;
                    stop.request();
                });
        pollers.add(poller);
        threads.add(thread);
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Ends all threads. */
    void end() throws InterruptedException {
        state.end();
        pollers.forEach(Poller::wakeUp);
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new CommandFailure("a polling thread failed: " + cause.getMessage(), cause);
        }
    }

    /** Turns of all lanes so far. */
    long turns() {
        return pollers.stream().mapToLong(Poller::turns).sum();
    }

    long[] ids() {
        return threads.stream().mapToLong(Thread::getId).toArray();
    }
}
