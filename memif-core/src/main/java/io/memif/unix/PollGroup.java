package io.memif.unix;

import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.PollEvents;
import io.memif.internal.posix.Posix;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits on many descriptors and timers with one thread, and calls their handlers.
 *
 * <p>One thread, the one that polls, must call everything except {@link #wakeUp()}. Members and
 * timers may be added, changed and removed inside callbacks. A turn in the steady state allocates
 * nothing. If more members are ready than a turn takes, the kernel reports them in turns, so that
 * none starves. The caller closes the members' descriptors, after {@link PollKey#remove()}.
 *
 * <p>What handlers and tasks throw goes to the error handler, which must not throw. So do failures
 * of the wait itself. After each of those the group pauses (10 ms, doubling up to 1 s) instead of
 * spinning; timers and wake-ups still work meanwhile.
 */
public final class PollGroup implements AutoCloseable {
    private static final long WAKE_UP = -1;
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final PollCalls polling;
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> errorHandler;
    private final OwnedFd epoll;
    private final WakeUp wakeUp;
    private final TimerQueue timers;

    private PollEvents events;
    private int eventCapacity = 64;
    private PollKey[] slots = new PollKey[16];
    private int[] generations = new int[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;
    private int size;
    private Runnable onAwake = () -> {};
    private boolean inTurn;
    private boolean closed;
    private boolean pausing;
    private long pauseEndNs;
    private long pauseNs = FIRST_PAUSE_NS;

    /**
     * Creates an empty group that uses the system's clock.
     *
     * @param errorHandler gets what callbacks throw, on the thread that polls
     * @return the group, to be closed by the caller
     * @throws UnixException if there is no descriptor for epoll or its eventfd
     */
    public static PollGroup open(Consumer<Throwable> errorHandler) {
        return new PollGroup(Posix.shared(), System::nanoTime, errorHandler);
    }

    /**
     * Creates an empty group.
     *
     * @param calls the system calls
     * @param nanoClock the time in nanoseconds, from any origin
     * @param errorHandler gets what callbacks throw, on the thread that polls
     * @throws UnixException if there is no descriptor for epoll or its eventfd, or the kernel
     *     refuses otherwise
     */
    public PollGroup(SystemCalls calls, LongSupplier nanoClock, Consumer<Throwable> errorHandler) {
        Posix posix = Posix.of(calls);
        this.polling = posix.polling();
        this.nanoClock = nanoClock;
        this.errorHandler = errorHandler;
        this.timers = new TimerQueue(nanoClock, errorHandler);
        this.events = polling.newEvents(eventCapacity);
        int made = polling.epollCreate();
        if (made < 0) {
            throw UnixException.of(made, "epoll_create1", "for a poll group");
        }
        this.epoll = OwnedFd.adopt(posix, made, "poll group's epoll");
        try {
            this.wakeUp = new WakeUp(posix);
        } catch (RuntimeException e) {
            epoll.close();
            throw e;
        }
        try {
            addWakeUp(wakeUp.event().fd());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void addWakeUp(OwnedFd event) {
        int number = event.acquire();
        try {
            int result = control(PollCalls.EPOLL_CTL_ADD, number, PollKey.READ, WAKE_UP);
            if (result < 0) {
                throw UnixException.of(result, "epoll_ctl", "for the wake-up of a poll group");
            }
        } finally {
            event.release();
        }
    }

    /**
     * Adds a member.
     *
     * @param fd the descriptor; it is held in use until the removal
     * @param interest {@link PollKey#READ}, {@link PollKey#WRITE}, both, or 0
     * @param handler called when it is ready
     * @return the membership
     * @throws UnixException if the kernel refuses: EEXIST if it is a member already, EPERM for
     *     files that cannot be waited on, ENOSPC at the limit fs.epoll.max_user_watches; {@link
     *     UnixException.Kind#NOT_OWNED} if the descriptor is closed
     * @throws IllegalStateException if the group is closed
     */
    public PollKey add(OwnedFd fd, int interest, PollHandler handler) {
        checkInterest(interest);
        checkOpen();
        int index = freeSlot();
        long data = (long) generations[index] << 32 | index;
        int number = fd.acquire();
        int result = control(PollCalls.EPOLL_CTL_ADD, number, interest, data);
        if (result < 0) {
            fd.release();
            throw UnixException.of(result, "epoll_ctl(ADD)", fd);
        }
        PollKey key = new PollKey(this, fd, number, interest, handler, data);
        occupy(index, key);
        return key;
    }

    /** A slot that was given back, else the next that never was in use. */
    private int freeSlot() {
        if (freeCount > 0) {
            return free[freeCount - 1];
        }
        if (used == slots.length) {
            slots = Arrays.copyOf(slots, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
            free = Arrays.copyOf(free, used * 2);
        }
        return used;
    }

    private void occupy(int index, PollKey key) {
        if (index == used) {
            used++;
        } else {
            freeCount--;
        }
        slots[index] = key;
        size++;
    }

    void modify(PollKey key, int interest) {
        int result = control(PollCalls.EPOLL_CTL_MOD, key.number, interest, key.data);
        if (result < 0) {
            throw UnixException.of(result, "epoll_ctl(MOD)", key.fd);
        }
    }

    void removed(PollKey key) {
        int index = (int) key.data;
        slots[index] = null;
        free[freeCount++] = index;
        // Never negative, so that no member's data is taken for the wake-up's.
        generations[index] = (generations[index] + 1) & Integer.MAX_VALUE;
        size--;
        int result = control(PollCalls.EPOLL_CTL_DEL, key.number, 0, 0);
        if (result < 0) {
            errorHandler.accept(UnixException.of(result, "epoll_ctl(DEL)", key.fd));
        }
        key.fd.release();
    }

    void report(Throwable failure) {
        errorHandler.accept(failure);
    }

    private int control(int operation, int number, int interest, long data) {
        int epfd = epoll.acquire();
        try {
            return polling.epollControl(epfd, operation, number, interest, data);
        } finally {
            epoll.release();
        }
    }

    /**
     * Starts a timer. Its resolution is a millisecond, rounded up.
     *
     * @param delayNs nanoseconds from now, not negative; with 0 it runs in the next turn
     * @param task what to run, once
     * @return to cancel or restart it
     * @throws IllegalStateException if the group is closed
     */
    public Timer schedule(long delayNs, Runnable task) {
        checkOpen();
        Timer timer = new Timer(timers, task);
        timers.schedule(timer, delayNs);
        return timer;
    }

    /**
     * Sets what is called in each turn between its wait and its timers and handlers, to measure
     * what these take, for instance.
     *
     * @param task called on the polling thread; must not throw
     */
    public void onAwake(Runnable task) {
        onAwake = Objects.requireNonNull(task, "task");
    }

    /**
     * Makes the running or the next {@link #poll} return without waiting. From any thread, also
     * after close; costs a system call only if the polling thread sleeps.
     */
    public void wakeUp() {
        wakeUp.wake();
    }

    /**
     * One turn: waits until a timer is due, a member is ready, somebody calls {@link #wakeUp()} or
     * the time is up; then runs due timers, then handlers of ready members. It may return early
     * with nothing done.
     *
     * @param maxWaitNs longest wait in nanoseconds, rounded up to milliseconds; 0 for no wait,
     *     {@link Long#MAX_VALUE} for ever
     * @param maxEvents maximum number of ready members to handle, 1 or more
     * @return timers run and handlers called
     * @throws IllegalStateException if called from inside a callback, or after close
     */
    public int poll(long maxWaitNs, int maxEvents) {
        checkOpen();
        if (inTurn) {
            throw new IllegalStateException("poll called from inside a callback");
        }
        if (maxWaitNs < 0 || maxEvents < 1) {
            throw new IllegalArgumentException(
                    "maxWaitNs=" + maxWaitNs + " maxEvents=" + maxEvents);
        }
        if (maxEvents > eventCapacity) {
            events = polling.newEvents(maxEvents);
            eventCapacity = maxEvents;
        }
        inTurn = true;
        try {
            int found = await(Math.min(maxWaitNs, timers.nextDelayNs()), maxEvents);
            onAwake.run();
            return timers.runDue() + dispatch(found);
        } finally {
            inTurn = false;
        }
    }

    private int await(long waitNs, int maxEvents) {
        boolean sleeps = waitNs > 0 && wakeUp.fallAsleep();
        int found;
        if (pausing && pauseEndNs - nanoClock.getAsLong() > 0) {
            pause(sleeps ? Math.min(waitNs, pauseEndNs - nanoClock.getAsLong()) : 0);
            found = 0;
        } else {
            found = epollWait(sleeps ? milliseconds(waitNs) : 0, maxEvents);
        }
        wakeUp.rise();
        return found;
    }

    private int epollWait(int timeoutMs, int maxEvents) {
        int epfd = epoll.acquire();
        int found;
        try {
            found = polling.epollWait(epfd, events, maxEvents, timeoutMs);
        } finally {
            epoll.release();
        }
        pausing = found < 0;
        if (pausing) {
            pauseEndNs = nanoClock.getAsLong() + pauseNs;
            pauseNs = Math.min(pauseNs * 2, LONGEST_PAUSE_NS);
            errorHandler.accept(UnixException.of(found, "epoll_wait", "of a poll group"));
            return 0;
        }
        pauseNs = FIRST_PAUSE_NS;
        return found;
    }

    /** Sleeps on the wake-up alone, since epoll does not work. */
    private void pause(long waitNs) {
        if (waitNs <= 0) {
            return;
        }
        OwnedFd event = wakeUp.event().fd();
        int number = event.acquire();
        try {
            int ready = polling.pollOne(number, PollKey.READ, milliseconds(waitNs));
            if (ready > 0) {
                wakeUp.event().drain();
            } else if (ready < 0) {
                LockSupport.parkNanos(Math.min(waitNs, FIRST_PAUSE_NS));
            }
        } finally {
            event.release();
        }
    }

    private int dispatch(int found) {
        int done = 0;
        for (int i = 0; i < found; i++) {
            long data = events.data(i);
            if (data == WAKE_UP) {
                wakeUp.event().drain();
                continue;
            }
            PollKey key = slots[(int) data];
            if (key == null || key.data != data) {
                continue;
            }
            done++;
            try {
                key.handler.onReady(key, events.readiness(i));
            } catch (Throwable e) {
                errorHandler.accept(e);
            }
        }
        return done;
    }

    /**
     * Nanoseconds until the next timer is due, for callers who wait on {@link #fd()} by themselves.
     *
     * @return the time, 0 if one is due, {@link Long#MAX_VALUE} if there is none
     */
    public long nextTimerDelayNs() {
        return timers.nextDelayNs();
    }

    /**
     * The group's epoll descriptor, for callers who wait on it in an epoll of their own: it is
     * readable when {@link #poll} has something to do other than timers. After this call each
     * {@link #wakeUp()} costs a system call, since nobody knows who sleeps.
     *
     * @return the descriptor, which stays the group's
     */
    public OwnedFd fd() {
        wakeUp.signalAlways();
        return epoll;
    }

    /**
     * Number of members.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * Removes all members, whose descriptors stay open, cancels all timers and closes the group's
     * own descriptors. May be called from inside a callback. Calling it again does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (PollKey key : slots) {
            if (key != null) {
                key.remove();
            }
        }
        timers.clear();
        try {
            epoll.close();
        } finally {
            wakeUp.close();
        }
    }

    /** How many members and timers it has. */
    @Override
    public String toString() {
        String content = size + " members and " + timers.size() + " timers";
        return closed ? "closed poll group" : "poll group of " + content;
    }

    static void checkInterest(int interest) {
        if ((interest & ~(PollKey.READ | PollKey.WRITE)) != 0) {
            throw new IllegalArgumentException("interest=" + interest);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the poll group is closed");
        }
    }

    private static int milliseconds(long ns) {
        if (ns == Long.MAX_VALUE) {
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, ns / 1_000_000 + (ns % 1_000_000 == 0 ? 0 : 1));
    }
}
