package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.control.VirtualThreads;
import io.memif.internal.memory.Padded;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a receive queue waits for packets: the mode, the peer's interrupt mask, and the descriptor
 * that its thread sleeps on.
 *
 * <p>The mask is set while the queue's thread is awake and cleared just before it sleeps, after
 * which it looks at the ring once more. Whoever changes the mode or the link does so first, and
 * then writes the wake-up, which stays until it is drained: the thread looks at mode and link after
 * it made its descriptor and cleared the mask, so it sees the change or is woken.
 */
final class RxWait extends Padded {
    /** How long an adaptive queue polls after the last packet before it sleeps. */
    private static final long ADAPTIVE_SPIN_NS = 100_000;

    private static final int NO_LINK = 0;

    private final Supplier<QueueWaiter> maker;
    private final QueueCounters counters;
    private volatile RxMode mode;
    private volatile RxRings attached;
    private volatile QueueWaiter waiter;
    private volatile boolean closed;
    private volatile boolean woken;

    /** Counts links, so that nothing has to remember one that is gone. */
    private volatile int links;

    /** Number of the link whose mask the queue's thread knows to be set. */
    private int maskedLink;

    RxWait(RxMode mode, Supplier<QueueWaiter> maker, QueueCounters counters) {
        this.mode = mode;
        this.maker = maker;
        this.counters = counters;
    }

    /** Null while there is no link. */
    RxRings attached() {
        return attached;
    }

    RxMode mode() {
        return mode;
    }

    /** Any thread. */
    void mode(RxMode next) {
        synchronized (this) {
            mode = next;
            applyMode(attached);
        }
        nudge();
    }

    private void applyMode(RxRings to) {
        if (to != null) {
            to.applyMask(mode == RxMode.POLLING);
        }
    }

    /** The reactor's thread: another link, or none. */
    void attach(RxRings next) {
        try {
            synchronized (this) {
                applyMode(next);
                links++;
                attached = next;
                if (waiter != null) {
                    waiter.watch(next == null ? List.of() : next.events());
                }
            }
        } finally {
            nudge();
        }
    }

    /** Any thread. */
    void wakeUp() {
        woken = true;
        nudge();
    }

    private void nudge() {
        QueueWaiter here = waiter;
        if (here != null) {
            here.wake();
        }
    }

    /** Any thread. */
    void close() {
        synchronized (this) {
            closed = true;
            attached = null;
            if (waiter != null) {
                waiter.close();
            }
        }
    }

    OwnedFd descriptor() {
        return waiter().fd();
    }

    /** See {@link QueueWaiter#parkingFor}. */
    QueueWaiter.Parking parkingFor(OwnedFd other) {
        return waiter().parkingFor(other);
    }

    private QueueWaiter waiter() {
        QueueWaiter here = waiter;
        return here != null ? here : makeWaiter();
    }

    private synchronized QueueWaiter makeWaiter() {
        if (waiter != null) {
            return waiter;
        }
        QueueWaiter made = null;
        try {
            made = maker.get();
            if (closed) {
                made.close();
            } else if (attached != null) {
                made.watch(attached.events());
            }
            waiter = made;
            return made;
        } catch (UnixException e) {
            if (made != null) {
                made.close();
            }
            throw new MemifException(MemifException.Code.LIMIT, e.getMessage(), e);
        }
    }

    /** The queue's thread. */
    boolean await(long timeoutNs) throws InterruptedException {
        long start = System.nanoTime();
        int turn = 0;
        while (!closed && !consumeWakeUp()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long passed = System.nanoTime() - start;
            RxRings current = attached;
            RxMode now = mode;
            if (current != null && spins(now, passed)) {
                if (look(current)) {
                    return true;
                }
                VirtualThreads.onSpinWait(turn++);
            } else if (sleep(current, now, timeoutNs - passed)) {
                return true;
            }
            if (passed >= timeoutNs) {
                return false;
            }
        }
        return false;
    }

    private static boolean spins(RxMode mode, long passedNs) {
        return mode == RxMode.POLLING || mode == RxMode.ADAPTIVE && passedNs < ADAPTIVE_SPIN_NS;
    }

    /** Looks for packets while awake, with the mask set once. */
    private boolean look(RxRings current) {
        int link = links;
        if (maskedLink == link) {
            return current.ready();
        }
        maskedLink = link;
        return current.mask(true);
    }

    /** Sleeps once; true if packets are there. */
    private boolean sleep(RxRings current, RxMode now, long maxNs) {
        QueueWaiter here = waiter();
        if (current == null) {
            if (attached == null && !closed && !woken) {
                here.sleep(maxNs);
            }
            return false;
        }
        if (!here.watches(current.events())) {
            watchAgain(current);
        }
        maskedLink = NO_LINK;
        if (current.mask(false)) {
            return current.mask(true);
        }
        QueueWaiter.Cause cause = QueueWaiter.Cause.WAKE;
        if (attached == current && mode == now && !closed && !woken) {
            cause = here.sleep(maxNs);
        }
        boolean found = current.mask(true);
        if (cause == QueueWaiter.Cause.SIGNAL) {
            counters.add(Counter.WAKEUPS, 1);
        } else if (found && cause == QueueWaiter.Cause.TIME) {
            counters.add(Counter.RESCUES, 1);
        }
        return found;
    }

    /** Watching failed when the link came up: without it no signal would ever end a sleep. */
    private synchronized void watchAgain(RxRings current) {
        if (attached == current && !closed) {
            waiter.watch(current.events());
        }
    }

    private boolean consumeWakeUp() {
        if (woken) {
            woken = false;
            return true;
        }
        return false;
    }

    /** The queue's thread: before it waits on the descriptor. */
    boolean arm() {
        waiter().drain();
        // Looked at after the drain, which may have taken a wake-up that no wait has seen.
        if (consumeWakeUp()) {
            return true;
        }
        maskedLink = NO_LINK;
        RxRings current = attached;
        return current != null && current.mask(false) && current.mask(true);
    }

    /** The queue's thread: it was woken. */
    void rise() {
        waiter().drain();
        consumeWakeUp();
        disarm();
    }

    /** The queue's thread: back to polling. */
    void disarm() {
        RxRings current = attached;
        if (current != null) {
            current.mask(true);
        }
    }
}
