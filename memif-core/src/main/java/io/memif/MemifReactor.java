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
 * Runs the control path of any number of sockets on a single thread. {@link
 * SocketConfig.Builder#reactor} puts a socket on it; a socket without a configured reactor makes
 * its own.
 *
 * <pre>{@code
 * try (MemifReactor reactor = MemifReactor.start("memif", Throwable::printStackTrace)) {
 *     SocketConfig config = SocketConfig.builder().address("@a").reactor(reactor).build();
 *     MemifSocket.open(config).addInterface(InterfaceConfig.builder().build());
 * }
 * }</pre>
 *
 * <p>It runs on a daemon thread of its own, or the caller drives it with {@link #doWork()}, for
 * example in an event loop that also waits on {@link #fd}. Packets never pass through it.
 * Listeners, error handlers and completions run on a callback thread, which is started when there
 * is something to tell, or inside {@code doWork}. Whatever they do, the control path continues.
 *
 * <p>With a thread of its own, all methods except {@code doWork} may be called from any thread. A
 * caller-driven reactor belongs to the thread that drives it, together with its sockets and
 * interfaces; other threads may use only {@link #wakeUp} and the queues.
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
                    "cannot create a reactor: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Starts a reactor with a daemon thread.
     *
     * @param threadName name of the thread
     * @param errorHandler gets failures for which no caller waits, on a callback thread; see {@link
     *     SocketConfig.Builder#errorHandler}. What listeners throw goes to the handler of their
     *     socket instead
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
     * Creates a reactor that the caller drives.
     *
     * @param errorHandler gets failures for which no caller waits, inside {@link #doWork()}
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
     * Does the pending work without waiting. For caller-driven reactors.
     *
     * @return number of things done, 0 if there was nothing to do
     * @throws IllegalStateException if the reactor has its own thread
     */
    public int doWork() {
        return doWork(0);
    }

    /**
     * Waits until there is something to do, and does it. For caller-driven reactors. It may return
     * early without having done anything.
     *
     * @param maxWaitNs longest wait in nanoseconds, rounded up to milliseconds
     * @return number of things done, 0 if there was nothing to do
     * @throws IllegalStateException if the reactor has its own thread
     */
    public int doWork(long maxWaitNs) {
        if (reactor.hasThread()) {
            throw new IllegalStateException("the reactor has a thread of its own");
        }
        return closed ? 0 : reactor.doWork(Math.max(0, maxWaitNs));
    }

    /**
     * A descriptor for callers that wait in a poll or epoll loop of their own. It is readable when
     * {@link #doWork()} has something to do other than timers. Wait no longer than {@link
     * #nextTimerDelayNs}.
     *
     * @return the descriptor, which belongs to the reactor; do not read or close it
     */
    public OwnedFd fd() {
        return reactor.fd();
    }

    /**
     * The time until the next timer (reconnect, handshake time-out, watch over links) is due.
     *
     * @return nanoseconds from now, 0 if one is due, {@link Long#MAX_VALUE} if there is none
     */
    public long nextTimerDelayNs() {
        return reactor.nextTimerDelayNs();
    }

    /** Ends the current or the next wait of {@link #doWork(long)} at once. From any thread. */
    public void wakeUp() {
        reactor.wakeUp();
    }

    /** {@return whether it has been closed, with the sockets on it} */
    public boolean isClosed() {
        return closed;
    }

    /** The name of its thread, or that its caller drives it. */
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
     * Closes the sockets on it and stops its thread. It waits up to one second until listeners and
     * error handlers have been told everything and have returned; it does not wait if one of them
     * calls it. Idempotent.
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
