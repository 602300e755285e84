package io.memif.internal.control;

import io.memif.internal.posix.Errno;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.MasterMachine;
import io.memif.internal.protocol.Refusal;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes in the slaves of a socket's master interfaces: looks who they are, and keeps those that
 * have not finished their handshake. On the reactor's thread.
 */
final class Reception implements AutoCloseable {
    private final Reactor reactor;
    private final SocketControl socket;
    private final ListenSpec spec;
    private final Consumer<Throwable> errorHandler;
    private final Set<MasterSession> halfOpen = new HashSet<>();
    private final int[] pidUidGid = new int[3];
    private final RefusalReports refusals;
    private long accepted;
    private long refused;

    /** Whether the last connection was refused because there are too many. */
    private boolean full;

    Reception(
            Reactor reactor,
            SocketControl socket,
            ListenSpec spec,
            Consumer<Throwable> errorHandler) {
        this.reactor = reactor;
        this.errorHandler = errorHandler;
        this.socket = socket;
        this.spec = spec;
        this.refusals = new RefusalReports(reactor, this::report);
    }

    /** Speaks with a slave, or tells it why not; the connection is ours in any case. */
    void serve(OwnedFd connection) {
        accepted++;
        MasterMachine machine = new MasterMachine(socket.hello(), socket.directory());
        try {
            MasterSession session =
                    new MasterSession(
                            reactor, connection, machine, this, socket.handshakeTimeoutNs());
            String stranger = strangerIn(connection);
            if (stranger != null) {
                session.refusePeer(Refusal.Reason.PEER_NOT_ALLOWED.because(stranger));
            } else if (halfOpen.size() >= spec.maxHalfOpen()) {
                session.refusePeer(
                        Refusal.Reason.TOO_MANY_CONNECTIONS.because(
                                halfOpen.size() + " have not finished their handshake"));
            } else {
                full = false;
                session.start();
            }
            if (!session.isOver()) {
                halfOpen.add(session);
            }
        } catch (UnixException e) {
            connection.close();
            report("cannot serve a slave: " + e.getMessage());
        }
    }

    /** What speaks against who connected, or null. */
    private String strangerIn(OwnedFd connection) {
        if (spec.peerUids().isEmpty()) {
            return null;
        }
        int number = connection.acquire();
        int result;
        try {
            result = reactor.posix().sockets().peerCredentials(number, pidUidGid);
        } finally {
            connection.release();
        }
        if (result < 0) {
            return "cannot tell who connected: " + Errno.text(-result);
        }
        return spec.admits(pidUidGid[1])
                ? null
                : "uid "
                        + Integer.toUnsignedString(pidUidGid[1])
                        + " (pid "
                        + pidUidGid[0]
                        + ") is not on the list of this socket";
    }

    MasterControl master(int id) {
        return socket.master(id);
    }

    /** The session is past its handshake, or over. */
    void finished(MasterSession session) {
        halfOpen.remove(session);
    }

    /** A connection ended before it named an interface that takes it; a flood is reported once. */
    void refused(Ending ending) {
        refused++;
        boolean oneTooMany =
                ending.reason().filter(r -> r == Refusal.Reason.TOO_MANY_CONNECTIONS).isPresent();
        if (!oneTooMany || !full) {
            refusals.add(ending.text());
        }
        full |= oneTooMany;
    }

    SocketControl.Visitors visitors() {
        return new SocketControl.Visitors(halfOpen.size(), accepted, refused);
    }

    void report(String what) {
        errorHandler.accept(new ListenerReport(socket.address() + ": " + what));
    }

    /** Ends the handshakes that are under way. */
    @Override
    public void close() {
        List.copyOf(halfOpen).forEach(session -> session.disconnect("listener closed"));
        refusals.flush();
    }
}
