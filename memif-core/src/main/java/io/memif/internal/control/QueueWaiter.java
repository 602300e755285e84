package io.memif.internal.control;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.PollEvents;
import io.memif.internal.posix.Posix;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollKey;
import io.memif.unix.UnixException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts a queue's thread to sleep until the peer signals, somebody wakes it, or time is over. Its
 * epoll descriptor stays the same over links, so that others may wait on it too.
 *
 * <p>A ring's event is watched edge-triggered and never read: its count would have to be signalled
 * 2^64 times to stand in the way, and a peer cannot wake us by keeping it readable.
 *
 * <p>One thread sleeps and drains; {@link #watch}, {@link #wake} and {@link #close} from any.
 */
public final class QueueWaiter implements AutoCloseable {
    /** Why a sleep ended. */
    public enum Cause {
        /** The peer signalled. */
        SIGNAL,
        /** The longest single sleep is over: look at the ring again. */
        TIME,
        /** {@link #wake} was called, or the waiter is closed. */
        WAKE
    }

    /** An event that the kernel watches, held in use. */
    private record Watched(EventFd event, int number) {}

    /** Longest stay in the kernel: an interrupt of the thread does not end it. */
    private static final int INTERRUPT_MS = 100;

    private static final long NS_PER_MS = 1_000_000;

    /** Events that are fetched at once. */
    private static final int EVENTS = 8;

    private static final long WAKE_UP = 0;

    private final PollCalls calls;
    private final OwnedFd epoll;
    private final EventFd wake;
    private final int longestMs;
    private final PollEvents events;

    /** What {@link #watch} was given; event i is known to the kernel by the number i + 1. */
    private volatile List<EventFd> rings = List.of();

    private final List<Watched> watched = new ArrayList<>();

    /** Watches the epoll descriptor for a virtual thread that has parked. */
    private final Parking parking;

    /**
     * A waiter that watches no ring yet.
     *
     * @param reactor wakes virtual threads
     * @param recheckNs longest single sleep, so that a lost signal costs no more; 0 for no limit
     * @throws UnixException if there are no descriptors left, or the kernel refuses otherwise
     */
    public QueueWaiter(Reactor reactor, long recheckNs) {
        Posix posix = reactor.posix();
        this.calls = posix.polling();
        this.longestMs = recheckNs == 0 ? Integer.MAX_VALUE : toMs(recheckNs);
        this.events = calls.newEvents(EVENTS);
        int raw = calls.epollCreate();
        if (raw < 0) {
            throw UnixException.of(raw, "epoll_create1", "for a receive queue");
        }
        this.epoll = OwnedFd.adopt(posix, raw, "epoll of a receive queue");
        EventFd made = null;
        try {
            made = EventFd.createPrivate(posix, "wake-up of a receive queue");
            add(made, WAKE_UP);
            made.fd().release();
        } catch (RuntimeException e) {
            if (made != null) {
                made.close();
            }
            epoll.close();
            throw e;
        }
        this.wake = made;
        this.parking = new Parking(reactor, epoll);
    }

    /** Leaves the event in use; its number. */
    private int add(EventFd event, long data) {
        int number = event.fd().acquire();
        int result = control(PollCalls.EPOLL_CTL_ADD, number, data);
        if (result < 0) {
            event.fd().release();
            throw UnixException.of(result, "epoll_ctl", event.fd());
        }
        return number;
    }

    private int control(int operation, int number, long data) {
        int epfd = epoll.tryAcquire();
        if (epfd < 0) {
            return -Errno.EBADF;
        }
        try {
            int events = PollCalls.READABLE | (data != WAKE_UP ? PollCalls.EDGE : 0);
            return calls.epollControl(epfd, operation, number, events, data);
        } finally {
            epoll.release();
        }
    }

    /**
     * Watches other rings from now on. Their events are held in use until the next call: the peer
     * shares them, so that closing alone would not end the watch.
     *
     * @param next events of the rings, at most 256
     * @throws UnixException if the kernel refuses; no ring is watched then
     */
    public synchronized void watch(List<EventFd> next) {
        rings = List.of();
        unwatch();
        try {
            for (EventFd event : next) {
                watched.add(new Watched(event, add(event, watched.size() + 1)));
            }
        } catch (UnixException e) {
            unwatch();
            throw e;
        }
        rings = next;
    }

    private void unwatch() {
        for (Watched each : watched) {
            control(PollCalls.EPOLL_CTL_DEL, each.number(), WAKE_UP);
            each.event().fd().release();
        }
        watched.clear();
    }

    /**
     * Whether signals on these events end a sleep.
     *
     * @param events the list that was given to {@link #watch}
     * @return false if watching them failed
     */
    public boolean watches(List<EventFd> events) {
        return rings == events;
    }

    /**
     * The descriptor that is readable while the peer's signal or a wake-up waits to be drained.
     *
     * @return stays the waiter's
     */
    public OwnedFd fd() {
        return epoll;
    }

    /**
     * Parks virtual threads that wait for another descriptor, with the same reactor to wake them.
     *
     * @return the caller's to close
     */
    public Parking parkingFor(OwnedFd other) {
        return new Parking(parking.reactor, other);
    }

    /**
     * Sleeps once, and takes what woke it. A virtual thread parks instead of waiting in a system
     * call.
     *
     * @param maxNs longest sleep; rounded up to milliseconds
     * @return why it ended; an interrupt counts as the end of the time, and stays set
     */
    public Cause sleep(long maxNs) {
        int leftMs = Math.min(longestMs, toMs(Math.max(0, maxNs)));
        if (VirtualThreads.isCurrent()) {
            parking.park(leftMs * NS_PER_MS);
            return take(0);
        }
        while (true) {
            int sliceMs = Math.min(leftMs, INTERRUPT_MS);
            Cause cause = take(sliceMs);
            leftMs -= sliceMs;
            if (cause != Cause.TIME || leftMs == 0 || Thread.currentThread().isInterrupted()) {
                return cause;
            }
        }
    }

    /** Takes the signals and wake-ups that have come, without waiting. */
    public void drain() {
        take(0);
    }

    private Cause take(int timeoutMs) {
        // Held, so that a close meanwhile does not take the wake-up away before it is seen.
        int wakeFd = wake.fd().tryAcquire();
        if (wakeFd < 0) {
            return Cause.WAKE;
        }
        int epfd = epoll.tryAcquire();
        try {
            return epfd < 0 ? Cause.WAKE : take(epfd, timeoutMs);
        } finally {
            if (epfd >= 0) {
                epoll.release();
            }
            wake.fd().release();
        }
    }

    private Cause take(int epfd, int timeoutMs) {
        int found = wait(epfd, timeoutMs);
        Cause cause = drained(found, Cause.TIME);
        // Each ring once: a peer could signal as fast as we drain.
        for (int rest = rings.size(); found == EVENTS && rest > 0; rest -= EVENTS) {
            found = wait(epfd, 0);
            cause = drained(found, cause);
        }
        return cause;
    }

    private int wait(int epfd, int timeoutMs) {
        int found = calls.epollWait(epfd, events, EVENTS, timeoutMs);
        if (found < 0) {
            throw UnixException.of(found, "epoll_wait", epoll);
        }
        return found;
    }

    private Cause drained(int found, Cause before) {
        Cause cause = before;
        for (int i = 0; i < found; i++) {
            int number = (int) events.data(i);
            if (number == WAKE_UP) {
                wake.drain();
                cause = Cause.WAKE;
            } else {
                cause = cause == Cause.WAKE ? cause : Cause.SIGNAL;
            }
        }
        return cause;
    }

    private static int toMs(long ns) {
        return (int) Math.min(Integer.MAX_VALUE, ns / NS_PER_MS + (ns % NS_PER_MS == 0 ? 0 : 1));
    }

    /** Ends the sleep that is under way, or the next one, at once. */
    public void wake() {
        wake.signal();
    }

    /** Wakes the sleeper and releases the descriptors once nobody uses them. Idempotent. */
    @Override
    public void close() {
        wake.signal();
        watch(List.of());
        parking.close();
        try {
            epoll.close();
        } finally {
            wake.close();
        }
    }

    /**
     * A virtual thread parks until the reactor finds the epoll descriptor readable. Nothing is
     * watched while nobody has parked.
     */
    public static final class Parking implements AutoCloseable {
        private final Reactor reactor;
        private final OwnedFd epoll;

        /** The thread that has parked, until it is woken. */
        private volatile Thread parked;

        /** On the reactor's thread; null before the first one parks. */
        private PollKey key;

        /** On the reactor's thread. */
        private boolean closed;

        Parking(Reactor reactor, OwnedFd epoll) {
            this.reactor = reactor;
            this.epoll = epoll;
        }

        /**
         * Parks the calling thread until the descriptor is readable, time is over, or it is
         * interrupted.
         *
         * @param maxNs longest time in nanoseconds
         */
        public void park(long maxNs) {
            long end = System.nanoTime() + maxNs;
            parked = Thread.currentThread();
            reactor.execute(this::watch);
            long left = maxNs;
            while (parked != null && left > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(this, left);
                left = end - System.nanoTime();
            }
            parked = null;
        }

        private void watch() {
            if (closed) {
                unpark();
            } else if (parked != null && key == null) {
                key = reactor.group().add(epoll, PollKey.READ, (key, ready) -> unpark());
            } else if (parked != null) {
                key.interest(PollKey.READ);
            }
        }

        private void unpark() {
            if (key != null && !closed) {
                key.interest(0);
            }
            Thread thread = parked;
            parked = null;
            LockSupport.unpark(thread);
        }

        /** Wakes who has parked. Idempotent. */
        @Override
        public void close() {
            reactor.execute(
                    () -> {
                        if (key != null && !closed) {
                            key.remove();
                        }
                        closed = true;
                        unpark();
                    });
        }
    }
}
