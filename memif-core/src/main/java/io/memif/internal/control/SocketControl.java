package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.Role;
import io.memif.internal.protocol.InterfaceDirectory;
import io.memif.internal.protocol.Message;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The interfaces of one control socket. Slaves connect to its address; as long as there is a
 * master, its listener is open. On the reactor's thread.
 */
public final class SocketControl implements AutoCloseable {
    /** For slaves that come while there is no master, and will be told so after their INIT. */
    private static final long LONGEST_WITHOUT_MASTER_NS = TimeUnit.SECONDS.toNanos(5);

    /**
     * Slaves of ours that connect at the same time; the others wait for their turn. So each
     * handshake is short however many there are, the master's queue of connections does not
     * overflow, and no clock runs for those who wait.
     */
    private static final int MOST_CONNECTING = 32;

    private final Reactor reactor;
    private final ControlSocket controlSocket;
    private final String applicationName;
    private final Listener listener;
    private final Map<Integer, SlaveControl> slaves = new HashMap<>();
    private final Map<Integer, MasterControl> masters = new HashMap<>();
    private final Set<SlaveControl> toConnect = new LinkedHashSet<>();
    private int connecting;

    /** Of all masters; 0 if it is to be found anew, or if there is no master. */
    private long longestHandshakeNs;

    /**
     * A socket without interfaces.
     *
     * @param reactor whose thread calls everything
     * @param address to connect to or listen on
     * @param applicationName sent to slaves
     * @param spec how to listen, and to whom
     * @param listening a socket that listens on the address already and belongs to this object from
     *     now on; null to make one when there is a master
     * @param errors get what goes wrong where no caller waits
     */
    public SocketControl(
            Reactor reactor,
            UnixAddress address,
            String applicationName,
            ListenSpec spec,
            OwnedFd listening,
            ErrorReports errors) {
        this.reactor = reactor;
        this.applicationName = applicationName;
        this.controlSocket = new ControlSocket(reactor.posix(), address, spec, listening);
        this.listener = new Listener(reactor, this, controlSocket, spec, errors);
    }

    /**
     * Adds an interface: a slave starts to connect, the first master opens the listener.
     *
     * @param spec what it is
     * @param sink told of its link
     * @return to close it
     * @throws MemifException if its id is taken, or the listener cannot be opened
     */
    public InterfaceControl add(InterfaceSpec spec, LinkSink sink) {
        requireFree(spec);
        return spec.parameters().role() == Role.SLAVE
                ? addSlave(spec, sink, null)
                : addMaster(spec, sink);
    }

    /**
     * Adds a slave interface with a connection that exists already. When it has ended, the
     * interface makes no other.
     *
     * @param spec of a slave
     * @param sink told of its link
     * @param connection checked by {@link ControlSocket#checkConnected}; ours unless this throws
     * @return to close it
     * @throws MemifException if its id is taken
     */
    public InterfaceControl add(InterfaceSpec spec, LinkSink sink, OwnedFd connection) {
        requireFree(spec);
        return addSlave(spec, sink, connection);
    }

    /**
     * Speaks with a slave on a connection that somebody else accepted.
     *
     * @param connection checked by {@link ControlSocket#checkConnected}; ours from now on
     */
    public void serve(OwnedFd connection) {
        listener.serve(connection);
    }

    private void requireFree(InterfaceSpec spec) {
        Map<Integer, ?> taken = spec.parameters().role() == Role.SLAVE ? slaves : masters;
        if (taken.containsKey(spec.id())) {
            throw new MemifException(
                    Code.CONFIGURATION,
                    spec + ": " + address() + " has an interface with this role and id",
                    null);
        }
    }

    private InterfaceControl addSlave(InterfaceSpec spec, LinkSink sink, OwnedFd connection) {
        SlaveControl slave = new SlaveControl(reactor, this, spec, sink, controlSocket, connection);
        slaves.put(spec.id(), slave);
        slave.start();
        return slave;
    }

    private InterfaceControl addMaster(InterfaceSpec spec, LinkSink sink) {
        MasterControl master = new MasterControl(reactor, this, spec, sink);
        masters.put(spec.id(), master);
        longestHandshakeNs = 0;
        try {
            listener.start(spec);
        } catch (MemifException e) {
            masters.remove(spec.id());
            throw e;
        }
        return master;
    }

    /** Lets a slave connect, now or when it is its turn. */
    void connect(SlaveControl slave) {
        toConnect.add(slave);
        connectWaiting();
    }

    private void connectWaiting() {
        Iterator<SlaveControl> first = toConnect.iterator();
        if (connecting < MOST_CONNECTING && first.hasNext()) {
            SlaveControl next = first.next();
            first.remove();
            connecting++;
            next.connectNow();
        }
    }

    /** A slave that was let connect is up, or has failed. */
    void connected() {
        connecting--;
        if (!toConnect.isEmpty()) {
            reactor.execute(this::connectWaiting);
        }
    }

    void removed(SlaveControl slave) {
        toConnect.remove(slave);
        slaves.remove(slave.spec().id(), slave);
    }

    void removed(MasterControl master) {
        masters.remove(master.spec().id(), master);
        longestHandshakeNs = 0;
        if (masters.isEmpty() && listener.isOpen()) {
            listener.stop();
        }
    }

    /**
     * Whether slaves can connect.
     *
     * @return true while there is a master
     */
    public boolean listening() {
        return listener.isListening();
    }

    /** Connections from slaves that have not said yet which interface they want. */
    public int halfOpenConnections() {
        return listener.counts().owing();
    }

    /** How many connections from slaves were accepted so far. */
    public long acceptedConnections() {
        return listener.counts().accepted();
    }

    /** Why no slave is accepted at the moment; empty if they are. */
    public String waitsFor() {
        return listener.counts().waitsFor();
    }

    /** How many of those were refused before they named an interface that takes them. */
    public long refusedConnections() {
        return listener.counts().refused();
    }

    Listener listener() {
        return listener;
    }

    MasterControl master(int id) {
        return masters.get(id);
    }

    InterfaceDirectory directory() {
        return (id, role) -> {
            if (role == Role.SLAVE) {
                SlaveControl slave = slaves.get(id);
                return Optional.ofNullable(slave).map(s -> s.spec().entry(Optional.empty(), true));
            }
            MasterControl master = masters.get(id);
            return Optional.ofNullable(master).map(MasterControl::entry);
        };
    }

    Message.Hello hello() {
        return Message.Hello.of(applicationName);
    }

    long handshakeTimeoutNs() {
        if (longestHandshakeNs == 0) {
            for (MasterControl master : masters.values()) {
                longestHandshakeNs =
                        Math.max(longestHandshakeNs, master.spec().handshakeTimeoutNs());
            }
        }
        return longestHandshakeNs == 0 ? LONGEST_WITHOUT_MASTER_NS : longestHandshakeNs;
    }

    String applicationName() {
        return applicationName;
    }

    String address() {
        return controlSocket.address().toString();
    }

    /** Closes all interfaces and the listener. */
    @Override
    public void close() {
        List<InterfaceControl> all = new ArrayList<>(slaves.values());
        all.addAll(masters.values());
        all.forEach(each -> each.close("socket closed"));
        listener.close();
    }
}
