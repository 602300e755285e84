package io.memif.internal.control;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;

/**
 * Puts a queue's thread to sleep until the peer signals, somebody wakes it, or time is over. Its
 * epoll descriptor stays the same over links, so that others may wait on it too.
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

    /** Longest stay in the kernel: an interrupt of the thread does not end it. */
    private static final int INTERRUPT_MS = 100;

    private static final long NS_PER_MS = 1_000_000;
    private static final int MEMBERS = 2;
    private static final long WAKE_UP = 0;
    private static final long RING = 1;

    private final PollCalls calls;
    private final OwnedFd epoll;
    private final EventFd wake;
    private final int longestMs;
    private final ByteBuffer events;
    private volatile EventFd ring;
    private int ringNumber;

    /**
     * A waiter that watches no ring yet.
     *
     * @param posix system calls
     * @param recheckNs longest single sleep, so that a lost signal costs no more; 0 for no limit
     * @throws io.memif.unix.UnixException if there are no descriptors left
     * @throws UnixException if the kernel refuses otherwise
     */
    public QueueWaiter(Posix posix, long recheckNs) {
        this.calls = posix.polling();
        this.longestMs = recheckNs == 0 ? Integer.MAX_VALUE : toMs(recheckNs);
        this.events = calls.allocateEvents(MEMBERS);
        this.epoll = OwnedFd.adopt(posix, calls.epollCreate(), "epoll of a receive queue");
        EventFd made = null;
        try {
            made = EventFd.create(posix, "wake-up of a receive queue");
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
    }

    /** Leaves the event in use. */
    private void add(EventFd event, long data) {
        int result = control(PollCalls.EPOLL_CTL_ADD, event.fd().acquire(), data);
        if (result < 0) {
            event.fd().release();
            throw UnixException.of(result, "epoll_ctl", event.fd());
        }
    }

    private int control(int operation, int number, long data) {
        int epfd = epoll.tryAcquire();
        if (epfd < 0) {
            return -Errno.EBADF;
        }
        try {
            // A peer can make the ring's event stay readable for ever: only what is new wakes.
            int events = PollCalls.READABLE | (data == RING ? PollCalls.EDGE : 0);
            return calls.epollControl(epfd, operation, number, events, data);
        } finally {
            epoll.release();
        }
    }

    /**
     * Watches another ring from now on. Its event is held in use until the next call: the peer
     * shares it, so that closing alone would not end the watch.
     *
     * @param next event of the ring, or null for none
     * @throws UnixException if the kernel refuses; no ring is watched then
     */
    public synchronized void watch(EventFd next) {
        EventFd before = ring;
        ring = null;
        if (before != null) {
            control(PollCalls.EPOLL_CTL_DEL, ringNumber, RING);
            before.fd().release();
        }
        if (next != null) {
            add(next, RING);
            ringNumber = next.fd().acquire();
            next.fd().release();
            ring = next;
        }
    }

    /**
     * Whether signals on this event end a sleep.
     *
     * @param event of a ring
     * @return false if watching it failed
     */
    public boolean watches(EventFd event) {
        return ring == event;
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
     * Sleeps once, and drains what woke it.
     *
     * @param maxNs longest sleep; rounded up to milliseconds
     * @return why it ended: for want of time also if the thread is interrupted, which stays so
     */
    public Cause sleep(long maxNs) {
        int leftMs = Math.min(longestMs, toMs(Math.max(0, maxNs)));
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
            int found = epfd < 0 ? 0 : calls.epollWait(epfd, events, MEMBERS, timeoutMs);
            if (found < 0) {
                throw UnixException.of(found, "epoll_wait", epoll);
            }
            return epfd < 0 ? Cause.WAKE : drained(found);
        } finally {
            if (epfd >= 0) {
                epoll.release();
            }
            wake.fd().release();
        }
    }

    private Cause drained(int found) {
        Cause cause = Cause.TIME;
        for (int i = 0; i < found; i++) {
            if (calls.eventData(events, i) == WAKE_UP) {
                wake.drain();
                cause = Cause.WAKE;
            } else {
                EventFd signalled = ring;
                if (signalled != null) {
                    signalled.drain();
                }
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
        watch(null);
        try {
            epoll.close();
        } finally {
            wake.close();
        }
    }
}
