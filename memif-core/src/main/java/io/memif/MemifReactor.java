package io.memif;

import io.memif.internal.control.Reactor;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The single thread of the control path, for any number of sockets: {@link
 * SocketConfig.Builder#reactor} puts a socket on it. A socket without one makes its own.
 *
 * <p>It either runs on a daemon thread of its own, or the caller drives it with {@link #doWork},
 * for instance in an event loop that also waits on {@link #fd}. The data path never passes through
 * it: queues are polled by whoever likes. Listeners, error handlers and completions run on a
 * callback thread, which is started when there is something to tell, or inside {@code doWork};
 * whatever they do, the control path goes on.
 *
 * <p>With a thread of its own all methods but {@code doWork} may be called from any thread. A
 * caller-driven one belongs to the thread that drives it, together with its sockets and interfaces;
 * only {@link #wakeUp} and the queues may be used by others.
 */
public final class MemifReactor implements AutoCloseable {
    private final Reactor reactor;
    private final Posix posix;
    private String threadName;
    private final Set<MemifSocket> sockets = new HashSet<>();
    private volatile boolean closed;

    private MemifReactor(Posix posix, LongSupplier nanoClock, Consumer<Throwable> errorHandler) {
        this.posix = posix;
        try {
            this.reactor = new Reactor(posix, nanoClock, new SplittableRandom(), errorHandler);
        } catch (UnixException e) {
            boolean full = e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE;
            throw new MemifException(
                    full ? MemifException.Code.LIMIT : MemifException.Code.SYSTEM,
                    "no reactor: " + e.getMessage(),
                    e);
        }
    }

    /**
     * A reactor with a daemon thread.
     *
     * @param threadName of the thread
     * @param errorHandler gets what goes wrong where no caller waits, on a callback thread; see
     *     {@link SocketConfig.Builder#errorHandler}. What listeners throw goes to the handler of
     *     their socket instead
     * @return the reactor, to be closed by the caller
     * @throws MemifException if there are no descriptors left, or native calls are not possible
     *     here
     */
    public static MemifReactor start(String threadName, Consumer<Throwable> errorHandler) {
        return start(threadName, errorHandler, openPosix());
    }

    static MemifReactor start(String threadName, Consumer<Throwable> errorHandler, Posix posix) {
        Objects.requireNonNull(threadName, "threadName");
        MemifReactor started = callerDriven(errorHandler, posix);
        started.threadName = threadName;
        started.reactor.start(threadName);
        return started;
    }

    /**
     * A reactor that the caller drives.
     *
     * @param errorHandler gets what goes wrong where no caller waits, inside {@link #doWork}
     * @return the reactor, to be closed by the caller
     * @throws MemifException if there are no descriptors left, or native calls are not possible
     *     here
     */
    public static MemifReactor callerDriven(Consumer<Throwable> errorHandler) {
        return callerDriven(errorHandler, openPosix());
    }

    static MemifReactor callerDriven(Consumer<Throwable> errorHandler, Posix posix) {
        return callerDriven(errorHandler, posix, System::nanoTime);
    }

    static MemifReactor callerDriven(
            Consumer<Throwable> errorHandler, Posix posix, LongSupplier nanoClock) {
        Objects.requireNonNull(errorHandler, "errorHandler");
        return new MemifReactor(posix, nanoClock, errorHandler);
    }

    static Posix openPosix() {
        try {
            return Posix.open();
        } catch (UnsupportedOperationException e) {
            throw new MemifException(MemifException.Code.SYSTEM, e.getMessage(), e);
        }
    }

    /**
     * Does what there is to do, without waiting; for caller-driven reactors.
     *
     * @return how much was done, 0 if nothing
     * @throws IllegalStateException if the reactor has its own thread
     */
    public int doWork() {
        return doWork(0);
    }

    /**
     * Waits until there is something to do, and does it; for caller-driven reactors. It may come
     * back early with nothing done.
     *
     * @param maxWaitNs longest wait in nanoseconds, rounded up to milliseconds
     * @return how much was done, 0 if nothing
     * @throws IllegalStateException if the reactor has its own thread
     */
    public int doWork(long maxWaitNs) {
        if (reactor.hasThread()) {
            throw new IllegalStateException("the reactor has a thread of its own");
        }
        return closed ? 0 : reactor.doWork(Math.max(0, maxWaitNs));
    }

    /**
     * A descriptor that is readable when {@link #doWork} has something to do other than timers, for
     * callers with a poll or epoll of their own. Let that wait no longer than {@link
     * #nextTimerDelayNs}.
     *
     * @return stays the reactor's: do not read or close it
     */
    public OwnedFd fd() {
        return reactor.fd();
    }

    /**
     * When the next timer (reconnect, handshake time-out, watch over links) is due.
     *
     * @return nanoseconds from now, 0 if one is due, {@link Long#MAX_VALUE} if there is none
     */
    public long nextTimerDelayNs() {
        return reactor.nextTimerDelayNs();
    }

    /** Ends a {@link #doWork(long)} that waits, or the next one, at once. From any thread. */
    public void wakeUp() {
        reactor.wakeUp();
    }

    /** {@return whether it has been closed, with the sockets on it} */
    public boolean isClosed() {
        return closed;
    }

    /** Its thread, or that its caller drives it. */
    @Override
    public String toString() {
        return threadName == null ? "caller-driven reactor" : "reactor \"" + threadName + '"';
    }

    Reactor control() {
        return reactor;
    }

    Posix posix() {
        return posix;
    }

    /** On the reactor's thread. */
    void add(MemifSocket socket) {
        if (closed) {
            throw new MemifException(MemifException.Code.CLOSED, "the reactor is closed", null);
        }
        sockets.add(socket);
    }

    /** On the reactor's thread. */
    void remove(MemifSocket socket) {
        sockets.remove(socket);
    }

    /**
     * Closes the sockets on it and stops its thread. Waits a second at most until listeners and
     * error handlers have been told everything and returned; called by one of them, not at all.
     * Idempotent.
     */
    @Override
    public void close() {
        reactor.call(
                () -> {
                    closed = true;
                    Set.copyOf(sockets).forEach(MemifSocket::closeNow);
                    return null;
                });
        reactor.close();
    }
}
