package io.memif.tests.hostile;

import io.memif.FaultySockets;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.testing.Await;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Measures the control thread of a reactor under attack: how long it lets a command wait, which is
 * its longest turn and more, and how long an honest pair of another interface on it takes to
 * connect, again and again. Both as excess over an {@link IdleThread} at the same time; the time in
 * which the kernel had no processor for the thread does not count.
 */
public final class ControlThreadWatch implements AutoCloseable {
    private static final long MOST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MOST_CONNECT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_CONNECTS_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONG_TURN_NS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final int MORE = 4;

    private final MemifSocket attacked;
    private final MemifReactor reactor;
    private final IdleThread idle;
    private final Thread honest = new Thread(this::connectAgainAndAgain, "honest peer");
    private Thread prober;
    private final Thread thread;
    private RunQueueTime controlThread;
    private volatile long askedNs;
    private volatile long lookedAtNs;
    private volatile String doing = "";
    private boolean isChecked;
    private volatile boolean noMoreConnects;
    private volatile boolean noMoreProbes;
    private volatile Throwable failure;
    private volatile long longestNs;
    private volatile long excessNs;
    private volatile long connectNs;
    private volatile long connectExcessNs;

    /** Watches from now on. */
    ControlThreadWatch(MemifSocket attacked, IdleThread idle) {
        this.attacked = attacked;
        this.reactor = attacked.reactor();
        this.idle = idle;
        controlThread = FaultySockets.onControlThread(reactor, RunQueueTime::ofThisThread);
        thread = FaultySockets.onControlThread(reactor, Thread::currentThread);
        idle.look(this, true);
        startProber();
        honest.start();
    }

    private void startProber() {
        noMoreProbes = false;
        excessNs = 0;
        prober = new Thread(this::probe, "prober");
        prober.start();
    }

    private void probe() {
        try (RunQueueTime own = RunQueueTime.ofThisThread()) {
            while (!noMoreProbes) {
                long allowance = allowance(own);
                long start = System.nanoTime();
                askedNs = start;
                attacked.interfaces();
                askedNs = 0;
                long took = System.nanoTime() - start;
                if (took > longestNs) {
                    longestNs = took;
                }
                long excess = took - (allowance(own) - allowance);
                if (excess > excessNs) {
                    excessNs = excess;
                }
                LockSupport.parkNanos(IdleThread.PAUSE_NS);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** What the machine has kept anybody waiting for. */
    private long allowance(RunQueueTime own) {
        return idle.lateNs() + controlThread.ns() + own.ns();
    }

    /** By the idle thread's prober: what does a control thread that has not answered for long? */
    void look() {
        long asked = askedNs;
        if (asked != 0 && asked != lookedAtNs && System.nanoTime() - asked > LONG_TURN_NS) {
            lookedAtNs = asked;
            doing =
                    "; it was "
                            + thread.getState()
                            + " "
                            + Arrays.stream(thread.getStackTrace())
                                    .limit(12)
                                    .map(StackTraceElement::toString)
                                    .collect(Collectors.joining(" < "));
        }
    }

    private void connectAgainAndAgain() {
        try {
            while (!noMoreConnects) {
                connect();
                LockSupport.parkNanos(BETWEEN_CONNECTS_NS);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private synchronized void connect() throws InterruptedException {
        long late = idle.lateNs();
        long took = HonestPair.connectNs(reactor);
        connectNs = Math.max(connectNs, took);
        long excess = took - idle.connectNs() - (idle.lateNs() - late);
        connectExcessNs = Math.max(connectExcessNs, excess);
    }

    /** No honest pair can connect during what follows, or it must not be there. */
    void noHonestPairs() throws InterruptedException {
        endConnects();
        Await.until(AGAIN_NS, () -> !FaultySockets.isHelped(reactor));
    }

    private void endConnects() throws InterruptedException {
        noMoreConnects = true;
        LockSupport.unpark(honest);
        honest.join();
    }

    /** The attack is under way: the control thread must be as good as idle. */
    void expectUnhindered() throws InterruptedException {
        connect();
        expectShortTurns();
    }

    /**
     * As above, where nobody may connect meanwhile. A busy machine keeps any thread waiting now and
     * then; a thread that the attack holds is held each time it is measured.
     */
    void expectShortTurns() throws InterruptedException {
        stopProber();
        for (int i = 0; i < MORE && excessNs >= MOST_TURN_NS; i++) {
            startProber();
            Await.until(AGAIN_NS, () -> excessNs >= MOST_TURN_NS);
            stopProber();
        }
        check();
        startProber();
    }

    /** As above, once and for all: nobody looks any more. */
    void expectShortTurnsUntilClosed() throws InterruptedException {
        isChecked = true;
        expectShortTurns();
    }

    private void stopProber() throws InterruptedException {
        noMoreProbes = true;
        prober.join();
    }

    private void check() {
        if (failure != null) {
            throw new AssertionError("watching failed: " + failure, failure);
        }
        if (excessNs >= MOST_TURN_NS || connectExcessNs >= MOST_CONNECT_NS) {
            throw new Held(this + doing);
        }
    }

    /** The control thread, or an honest pair, waited for longer than the machine explains. */
    static final class Held extends AssertionError {
        private static final long serialVersionUID = 1L;

        Held(String measured) {
            super("the control thread was held: " + measured);
        }
    }

    long longestNs() {
        return longestNs;
    }

    long excessNs() {
        return excessNs;
    }

    long connectNs() {
        return connectNs;
    }

    /** To be called before the socket is closed. Fails if the control thread was held. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            endConnects();
            stopProber();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        idle.look(this, false);
        controlThread.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        AttackTable.add(this);
        if (!isChecked) {
            check();
        }
    }

    @Override
    public String toString() {
        return ("longest turn " + ms(longestNs) + " ms, beyond what is idle " + ms(excessNs))
                + (" ms; honest connect " + ms(connectNs) + " ms")
                + (", beyond what is idle " + ms(connectExcessNs) + " ms");
    }

    static String ms(long ns) {
        return String.format("%.1f", ns / 1e6);
    }
}
