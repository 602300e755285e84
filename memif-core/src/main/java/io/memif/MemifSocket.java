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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * A control socket and the interfaces on it. Slave interfaces connect to its address. While it has
 * master interfaces, it listens there. It may have both at once, even with the same id.
 *
 * <pre>{@code
 * SocketConfig config = SocketConfig.builder().address("/run/app/memif.sock").build();
 * try (MemifSocket server = MemifSocket.open(config)) {
 *     InterfaceConfig master = InterfaceConfig.builder().role(Role.MASTER).id(7).build();
 *     MemifInterface added = server.addInterface(master);
 *     System.out.println(added.awaitConnected(Duration.ofMinutes(1)));
 * }
 * }</pre>
 *
 * <p>By default a daemon thread does the work. With {@link SocketConfig.Builder#ownThread
 * ownThread(false)} the caller does it by calling {@link #doWork} often. Then only that thread may
 * use the socket and its interfaces; other threads may use the queues only.
 */
public final class MemifSocket implements AutoCloseable {
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Those of this process; one that the application has lost is not kept by this. */
    private static final Set<MemifSocket> OPEN =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Whether somebody has asked for JMX beans. */
    static volatile boolean beansWanted;

    private final SocketConfig config;
    private final UnixAddress address;
    private final MemifReactor runsOn;
    private final Reactor reactor;
    private final ErrorReports errors;
    private final SocketControl control;
    private final Set<MemifInterface> interfaces = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Null until somebody wants them. */
    private volatile SocketBeans beans;

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
     * @throws MemifException if the address cannot be used, or if native calls are not possible on
     *     this system
     */
    public static MemifSocket open(SocketConfig config) {
        try {
            return open(config, UnixAddress.of(config.address()), null, null);
        } catch (IllegalArgumentException e) {
            throw new MemifException(MemifException.Code.BAD_ADDRESS, e.getMessage(), e);
        }
    }

    /**
     * Opens a socket on a descriptor that already listens, for example one from a supervisor
     * ({@link io.memif.unix.UnixSocket#activated}). The address is that of the descriptor, whatever
     * the configuration says. The socket file stays as it is, with its mode, owner and group.
     *
     * @param config of the socket
     * @param listening a listening AF_UNIX SOCK_SEQPACKET socket. It belongs to the library from
     *     now on and is closed with this socket; if this method throws, it stays the caller's.
     *     Slaves that connect while there is no master interface wait for one
     * @return the socket, to be closed by the caller
     * @throws MemifException if the descriptor is something else, or if native calls are not
     *     possible on this system
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
        MemifSocket opened;
        try {
            opened = where.control().call(() -> add(config, address, where, listening));
        } catch (RuntimeException | Error e) {
            if (config.reactor() == null) {
                where.close();
            }
            throw e;
        }
        if (beansWanted) {
            opened.registerBeans();
        }
        return opened;
    }

    /** On the reactor's thread. */
    private static MemifSocket add(
            SocketConfig config, UnixAddress address, MemifReactor runsOn, OwnedFd listening) {
        MemifSocket socket = new MemifSocket(config, address, runsOn, listening);
        runsOn.add(socket);
        OPEN.add(socket);
        return socket;
    }

    /** Registers the beans of all sockets, and from now on of each that is opened. */
    static void wantBeans() {
        beansWanted = true;
        openSockets().forEach(MemifSocket::registerBeans);
    }

    static List<MemifSocket> openSockets() {
        synchronized (OPEN) {
            return List.copyOf(OPEN);
        }
    }

    /** From any thread but the reactor's. */
    void registerBeans() {
        synchronized (this) {
            if (beans == null) {
                beans = new SocketBeans(this, errors);
            }
        }
        beans.addSocket();
        interfaces.forEach(beans::addInterface);
    }

    /**
     * Adds an interface. A slave starts to connect; the first master opens the listener.
     *
     * @param itf configuration of the interface
     * @return the interface, closed with the socket at the latest
     * @throws MemifException if its id is taken, the listener cannot be opened, or the socket is
     *     closed
     */
    public MemifInterface addInterface(InterfaceConfig itf) {
        return add(itf, control::add);
    }

    /**
     * Adds a slave interface that uses a descriptor which is already connected. After that
     * connection has ended, the interface does not connect again.
     *
     * @param itf configuration of the interface; the role must be slave
     * @param connected a connected AF_UNIX SOCK_SEQPACKET socket. It belongs to the library from
     *     now on; if this method throws, it stays the caller's
     * @return the interface, closed with the socket at the latest
     * @throws MemifException if its id is taken, the descriptor is something else, or the socket is
     *     closed
     * @throws IllegalArgumentException if the role is master: see {@link #serve}
     */
    public MemifInterface addInterface(InterfaceConfig itf, OwnedFd connected) {
        if (itf.role() != Role.SLAVE) {
            throw new IllegalArgumentException(
                    "role="
                            + itf.role()
                            + ": a connected descriptor is for a slave; pass a master's to serve");
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
        if (beans != null) {
            beans.addInterface(added);
        }
        return added;
    }

    /**
     * Serves a slave on a descriptor that somebody else accepted, as if the slave had connected to
     * this socket's address. The slave's INIT message picks one of the master interfaces here.
     *
     * @param connected a connected AF_UNIX SOCK_SEQPACKET socket. It belongs to the library from
     *     now on; if this method throws, it stays the caller's
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
     * Does the pending work of the control path, without waiting. For sockets without a thread of
     * their own.
     *
     * @return number of things done, 0 if there was nothing to do
     * @throws IllegalStateException if the socket has its own thread
     */
    public int doWork() {
        if (reactor.hasThread()) {
            throw new IllegalStateException(address + " has a thread of its own");
        }
        return closed ? 0 : runsOn.doWork();
    }

    /**
     * The reactor that runs the control path: the configured one, or the socket's own. The caller
     * of a caller-driven socket can wait on its descriptor.
     *
     * @return the reactor; the socket's own is closed with the socket
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
     * The open interfaces: masters first, each role by ascending id.
     *
     * @return a snapshot
     */
    public List<MemifInterface> interfaces() {
        Comparator<MemifInterface> order =
                Comparator.<MemifInterface, Role>comparing(itf -> itf.config().role())
                        .thenComparing(itf -> itf.config().id(), Integer::compareUnsigned);
        return reactor.call(() -> interfaces.stream().sorted(order).toList());
    }

    /**
     * The current state of the socket and its interfaces.
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
        awaitBeans(deadline);
        itf.callbacks().await(deadline);
    }

    /** On the reactor's thread: the owner is closed. */
    void removeBean(Object owner) {
        if (beans != null) {
            beans.remove(owner);
        }
    }

    private void awaitBeans(long deadline) {
        if (beans != null) {
            beans.awaitRemoved(deadline);
        }
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
     * Closes all interfaces and the listener, and stops the socket's own thread. It waits up to one
     * second until the listeners and the error handler have been told everything and have returned;
     * it does not wait if one of them calls it. Idempotent.
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
        awaitBeans(deadline);
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
        // By id: mostly the order in which their memory lies, which then goes all together.
        interfaces().forEach(MemifInterface::closeNow);
        interfaces.clear();
        control.close();
        OPEN.remove(this);
        removeBean(this);
        errors.flush();
        runsOn.remove(this);
    }
}
