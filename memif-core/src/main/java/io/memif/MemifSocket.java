package io.memif;

import io.memif.internal.control.Callbacks;
import io.memif.internal.control.ControlSocket;
import io.memif.internal.control.ErrorReports;
import io.memif.internal.control.InterfaceControl;
import io.memif.internal.control.InterfaceSpec;
import io.memif.internal.control.Link;
import io.memif.internal.control.LinkSink;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.control.Reactor;
import io.memif.internal.control.SocketControl;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * A control socket and the interfaces on it. Slave interfaces connect to its address; while it has
 * master interfaces, it listens there. Both may exist at once, even with the same id.
 *
 * <p>By default a daemon thread does the work. Otherwise the caller does, by calling {@link
 * #doWork} often, and everything else on the socket and its interfaces has to be called by the same
 * thread; only the queues may be used by others.
 */
public final class MemifSocket implements AutoCloseable {
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SocketConfig config;
    private final UnixAddress address;
    private final MemifReactor runsOn;
    private final Reactor reactor;
    private final ErrorReports errors;
    private final SocketControl control;
    private final Set<MemifInterface> interfaces = new HashSet<>();
    private volatile boolean closed;

    private MemifSocket(
            SocketConfig config, UnixAddress address, MemifReactor runsOn, OwnedFd listening) {
        this.config = config;
        this.address = address;
        this.runsOn = runsOn;
        this.reactor = runsOn.control();
        this.errors = new ErrorReports(reactor, toString(), config.errorHandler());
        this.control =
                new SocketControl(
                        reactor,
                        address,
                        config.applicationName(),
                        config.listening(),
                        listening,
                        errors);
    }

    /**
     * Opens a socket. Nothing is connected or bound until it has an interface.
     *
     * @param config of the socket
     * @return the socket, to be closed by the caller
     * @throws MemifException if the address cannot be used, or native calls are not possible here
     */
    public static MemifSocket open(SocketConfig config) {
        try {
            return open(config, UnixAddress.of(config.address()), null, null);
        } catch (IllegalArgumentException e) {
            throw new MemifException(MemifException.Code.BAD_ADDRESS, e.getMessage(), e);
        }
    }

    /**
     * Opens a socket on a descriptor that listens already, for instance one that a supervisor
     * passed on ({@link io.memif.unix.UnixSocket#activated}). Its address is that of the
     * descriptor, whatever the configuration says; mode, owner and group of its file, and the file
     * itself, are left alone.
     *
     * @param config of the socket
     * @param listening a listening AF_UNIX SOCK_SEQPACKET socket; belongs to the library from now
     *     on and is closed with this socket, but stays the caller's if this throws. Slaves that
     *     connect while there is no master wait for one
     * @return the socket, to be closed by the caller
     * @throws MemifException if the descriptor is something else, or native calls are not possible
     *     here
     */
    public static MemifSocket open(SocketConfig config, OwnedFd listening) {
        return open(config, ControlSocket.checkListening(listening), listening, null);
    }

    static MemifSocket open(SocketConfig config, Posix posix) {
        return open(config, UnixAddress.of(config.address()), null, posix);
    }

    private static MemifSocket open(
            SocketConfig config, UnixAddress address, OwnedFd listening, Posix posix) {
        MemifReactor runsOn = config.reactor();
        if (runsOn == null) {
            Posix calls = posix == null ? MemifReactor.openPosix() : posix;
            runsOn =
                    config.ownThread()
                            ? MemifReactor.start("memif " + address, config.errorHandler(), calls)
                            : MemifReactor.callerDriven(config.errorHandler(), calls);
        }
        MemifReactor where = runsOn;
        try {
            return where.control().call(() -> add(config, address, where, listening));
        } catch (RuntimeException | Error e) {
            if (config.reactor() == null) {
                where.close();
            }
            throw e;
        }
    }

    /** On the reactor's thread. */
    private static MemifSocket add(
            SocketConfig config, UnixAddress address, MemifReactor runsOn, OwnedFd listening) {
        MemifSocket socket = new MemifSocket(config, address, runsOn, listening);
        runsOn.add(socket);
        return socket;
    }

    /**
     * Adds an interface. A slave starts to connect, the first master opens the listener.
     *
     * @param itf its configuration
     * @return the interface, closed with the socket at the latest
     * @throws MemifException if its id is taken, the listener cannot be opened, or the socket is
     *     closed
     */
    public MemifInterface addInterface(InterfaceConfig itf) {
        return add(itf, control::add);
    }

    /**
     * Adds a slave interface that speaks on a descriptor which is connected already. When that
     * connection has ended, the interface makes no other.
     *
     * @param itf its configuration; the role must be slave
     * @param connected a connected AF_UNIX SOCK_SEQPACKET socket; belongs to the library from now
     *     on, but stays the caller's if this throws
     * @return the interface, closed with the socket at the latest
     * @throws MemifException if its id is taken, the descriptor is something else, or the socket is
     *     closed
     * @throws IllegalArgumentException if the role is master: see {@link #serve}
     */
    public MemifInterface addInterface(InterfaceConfig itf, OwnedFd connected) {
        if (itf.role() != Role.SLAVE) {
            throw new IllegalArgumentException("role=" + itf.role() + ": masters are served");
        }
        return add(
                itf,
                (spec, sink) -> {
                    ControlSocket.checkConnected(connected);
                    return control.add(spec, sink, connected);
                });
    }

    private MemifInterface add(
            InterfaceConfig itf, BiFunction<InterfaceSpec, LinkSink, InterfaceControl> to) {
        MemifInterface added =
                new MemifInterface(
                        this,
                        itf,
                        reactor.callbacks("the listener of " + itf + " on " + address, errors),
                        () -> new QueueWaiter(reactor, ConfigChecks.nanos(itf.interruptRecheck())));
        reactor.call(
                () -> {
                    requireOpen();
                    added.start(to.apply(itf.spec(), added.sink()));
                    return interfaces.add(added);
                });
        return added;
    }

    /**
     * Speaks with a slave on a descriptor that somebody else accepted, as if it had connected to
     * this socket's address: its INIT picks one of the master interfaces here.
     *
     * @param connected a connected AF_UNIX SOCK_SEQPACKET socket; belongs to the library from now
     *     on, but stays the caller's if this throws
     * @throws MemifException if the descriptor is something else, or the socket is closed
     */
    public void serve(OwnedFd connected) {
        reactor.call(
                () -> {
                    requireOpen();
                    ControlSocket.checkConnected(connected);
                    control.serve(connected);
                    return null;
                });
    }

    private void requireOpen() {
        if (closed) {
            throw new MemifException(MemifException.Code.CLOSED, address + " is closed", null);
        }
    }

    /**
     * Does what there is to do on the control path; for sockets without a thread of their own.
     *
     * @return how much was done, 0 if nothing
     * @throws IllegalStateException if the socket has its own thread
     */
    public int doWork() {
        if (reactor.hasThread()) {
            throw new IllegalStateException(address + " has a thread of its own");
        }
        return closed ? 0 : runsOn.doWork();
    }

    /**
     * What runs the control path: the reactor it was configured with, or its own.
     *
     * @return for a caller-driven socket, to wait on its descriptor; one of its own is closed with
     *     the socket
     */
    public MemifReactor reactor() {
        return runsOn;
    }

    /**
     * The address.
     *
     * @return path, or {@code @} and the abstract name
     */
    public String address() {
        return address.toString();
    }

    /** {@return the configuration it was opened with} */
    public SocketConfig config() {
        return config;
    }

    /** {@return whether it has been closed, with its interfaces} */
    public boolean isClosed() {
        return closed;
    }

    /** Its address. */
    @Override
    public String toString() {
        return "memif socket " + address;
    }

    /**
     * The interfaces that are open, masters first, by rising id.
     *
     * @return as of now
     */
    public List<MemifInterface> interfaces() {
        Comparator<MemifInterface> order =
                Comparator.<MemifInterface, Role>comparing(itf -> itf.config().role())
                        .thenComparing(itf -> itf.config().id(), Integer::compareUnsigned);
        return reactor.call(() -> interfaces.stream().sorted(order).toList());
    }

    /**
     * All there is to know about the socket and its interfaces now.
     *
     * @return a snapshot
     */
    public SocketDetails details() {
        List<InterfaceDetails> details =
                interfaces().stream().map(MemifInterface::details).toList();
        return reactor.call(
                () ->
                        new SocketDetails(
                                address(),
                                control.listening(),
                                control.halfOpenConnections(),
                                config.maxHalfOpen(),
                                control.acceptedConnections(),
                                control.refusedConnections(),
                                control.waitsFor(),
                                DetailsReader.memory(config.listening().memory()),
                                DetailsReader.largest(details, config.listening().memory()),
                                details));
    }

    /** Runs a task on the reactor's thread and waits for it. */
    void call(Runnable task) {
        reactor.call(
                () -> {
                    task.run();
                    return null;
                });
    }

    void remove(MemifInterface itf) {
        long deadline = Callbacks.deadlineNs();
        reactor.call(
                () -> {
                    itf.closeNow();
                    return interfaces.remove(itf);
                });
        itf.callbacks().await(deadline);
    }

    /** Waits until the thread is unparked; drives the control path if nobody else does. */
    void waitForChange(long maxNs) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (reactor.hasThread()) {
            LockSupport.parkNanos(this, maxNs);
        } else {
            reactor.doWork(Math.min(maxNs, SLICE_NS));
        }
    }

    /** What runs the control path, and writes to the log. */
    Reactor control() {
        return reactor;
    }

    /** How long the peer of a link has been still. */
    Duration idle(Link link) {
        return Duration.ofNanos(link.movement().idleNs(reactor.nanoTime()));
    }

    void guard(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            errors.report(e);
        }
    }

    /**
     * Closes all interfaces and the listener, and stops its own thread. Waits a second at most
     * until listeners and the error handler have been told everything and returned; called by one
     * of them, not at all. Idempotent.
     */
    @Override
    public void close() {
        long deadline = Callbacks.deadlineNs();
        Set<MemifInterface> ended =
                reactor.call(
                        () -> {
                            Set<MemifInterface> open = Set.copyOf(interfaces);
                            closeNow();
                            return open;
                        });
        if (config.reactor() == null) {
            runsOn.close();
        } else {
            ended.forEach(itf -> itf.callbacks().await(deadline));
            errors.callbacks().await(deadline);
        }
    }

    /** On the reactor's thread. */
    void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        Set.copyOf(interfaces).forEach(MemifInterface::closeNow);
        interfaces.clear();
        control.close();
        errors.flush();
        runsOn.remove(this);
    }
}
