package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.memory.MappingLimits;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.MasterMachine;
import io.memif.internal.protocol.Refusal;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollKey;
import io.memif.unix.Timer;
import io.memif.unix.UnixException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Accepts the slaves of a socket's master interfaces, checks who they are, and keeps the pending
 * connections: those whose handshake is not finished. On the reactor's thread.
 */
final class Listener implements AutoCloseable {
    private static final int ACCEPTS_A_TURN = 16;

    /**
     * Pause after accept failed, mostly because there is no descriptor: the connection stays queued
     * in the kernel, and trying again at once would spin.
     */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Pause while helpers catch up with closing. */
    private static final long SHORT_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Pause while the limit of those that owe us an INIT is reached, and none has owed it for long.
     */
    private static final long FULL_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** No honest slave needs this long for its INIT. */
    private static final long LONGEST_ANSWER_NS = TimeUnit.MILLISECONDS.toNanos(400);

    private final Reactor reactor;
    private final SocketControl socket;
    private final ControlSocket controlSocket;
    private final ListenSpec spec;
    private final ErrorReports errors;

    private final Set<MasterSession> pending = new LinkedHashSet<>();

    /** Those of them that owe us an INIT, in the order in which they came. */
    private final Set<MasterSession> owing = new LinkedHashSet<>();

    private final int[] pidUidGid = new int[3];
    private OwnedFd fd;

    /** What each connection is called in messages. */
    private String connectionText = "";

    private PollKey key;
    private Timer pause;
    private long accepted;
    private long refused;

    /** Paused until some of those that owe us an INIT have sent it. */
    private boolean full;

    /** What holds up all helpers, so that no slave is accepted; empty if nothing does. */
    private String waitsFor = "";

    Listener(
            Reactor reactor,
            SocketControl socket,
            ControlSocket controlSocket,
            ListenSpec spec,
            ErrorReports errors) {
        this.reactor = reactor;
        this.socket = socket;
        this.controlSocket = controlSocket;
        this.spec = spec;
        this.errors = errors;
    }

    /**
     * What a listener reports about its peers: counts up to now, the connections that owe us an
     * INIT, and why no slave is accepted; empty if they are.
     */
    record Counts(int owing, long accepted, long refused, String waitsFor) {}

    /**
     * Listens, if it does not yet.
     *
     * @param user for whom, in messages
     * @throws MemifException if it cannot
     */
    void start(Object user) {
        if (fd != null) {
            return;
        }
        OwnedFd opened = controlSocket.listen(user);
        try {
            key = reactor.group().add(opened, PollKey.READ, this::onReady);
        } catch (UnixException e) {
            stopListening(opened);
            throw new MemifException(Code.LIMIT, user + ": " + e.getMessage(), e);
        }
        fd = opened;
        connectionText = "slave on " + fd.what();
    }

    /** Whether there is a listening socket, of whatever use. */
    boolean isOpen() {
        return fd != null;
    }

    /** Whether slaves can connect. */
    boolean isListening() {
        return fd != null && key.isMember();
    }

    Counts counts() {
        return new Counts(owing.size(), accepted, refused, waitsFor);
    }

    private void onReady(PollKey ignored, int ready) {
        if ((ready & PollKey.HANGUP) != 0) {
            leaveAlone();
        } else {
            acceptSome();
        }
    }

    private void acceptSome() {
        if (mustWait()) {
            return;
        }
        if (!mayTakeAnother()) {
            full = true;
            pause(FULL_PAUSE_NS);
            return;
        }
        // Only of the first one is it certain that it waits: no other has to go for more.
        for (int i = 0; i < ACCEPTS_A_TURN && fd != null && (i == 0 || !isFull()); i++) {
            int result = accept();
            if (result == -Errno.EINVAL || result == -Errno.EAGAIN && isShutDown()) {
                leaveAlone();
                return;
            }
            if (result == -Errno.EAGAIN) {
                return;
            }
            if (result >= 0) {
                serve(OwnedFd.adopt(reactor.posix(), result, connectionText));
            } else {
                report("cannot accept: " + reactor.posix().explain(result) + "; trying again");
                pause(PAUSE_NS);
                return;
            }
        }
    }

    /** Whether connections stay queued in the kernel, since nobody could close what they bring. */
    private boolean mustWait() {
        Optional<String> held = reactor.helpers().allHeld();
        if (held.isPresent() && waitsFor.isEmpty()) {
            report("no slave is accepted: " + held.get());
        }
        waitsFor = held.orElse("");
        if (held.isPresent()) {
            pause(PAUSE_NS);
            return true;
        }
        if (reactor.helpers().hasTooMuchToClose()) {
            pause(SHORT_PAUSE_NS);
            return true;
        }
        return false;
    }

    /** For reading only, it looks like one that has something to accept, and then has nothing. */
    private boolean isShutDown() {
        int number = fd.acquire();
        try {
            int ready = reactor.posix().polling().pollOne(number, PollCalls.READ_HANGUP, 0);
            return ready > 0 && (ready & PollCalls.READ_HANGUP) != 0;
        } finally {
            fd.release();
        }
    }

    /** What has been shut down is ready for ever. */
    private void leaveAlone() {
        key.remove();
        report("somebody shut the listening socket down: no slave can connect; open" + " another");
    }

    private void pause(long ns) {
        key.interest(0);
        pause = reactor.group().schedule(ns, this::goOn);
    }

    private void goOn() {
        full = false;
        waitsFor = reactor.helpers().allHeld().orElse("");
        if (key.isMember()) {
            key.interest(PollKey.READ);
        }
    }

    /**
     * Whether another connection can be accepted. If the limit of those that owe us an INIT is
     * reached, one has to go: of the user who has most of them, the one that has owed it for
     * longest, provided that this is longer than any honest slave needs. Otherwise new connections
     * wait in the kernel for a moment, and none is refused.
     */
    private boolean mayTakeAnother() {
        if (!isFull()) {
            return true;
        }
        int user = userOwingMost();
        for (MasterSession session : owing) {
            if (!session.isOpenFor(LONGEST_ANSWER_NS)) {
                return false;
            }
            if (session.peerUid() == user && session.isSilent()) {
                session.refusePeer(
                        Refusal.Reason.TOO_MANY_CONNECTIONS.because(
                                owing.size() + " have not sent INIT, this one for longest"));
                return true;
            }
        }
        return false;
    }

    private boolean isFull() {
        return owing.size() >= spec.maxHalfOpen();
    }

    private int userOwingMost() {
        Map<Integer, Integer> connections = new HashMap<>();
        owing.forEach(session -> connections.merge(session.peerUid(), 1, Integer::sum));
        return Collections.max(connections.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    MappingLimits memoryLimits() {
        return spec.memory();
    }

    private int accept() {
        int number = fd.acquire();
        try {
            return reactor.posix().sockets().accept(number);
        } finally {
            fd.release();
        }
    }

    /** Speaks with a slave, or tells it why not; the connection is ours in any case. */
    void serve(OwnedFd connection) {
        accepted++;
        MasterMachine machine = new MasterMachine(socket.hello(), socket.directory());
        try {
            MasterSession session =
                    new MasterSession(
                            reactor, connection, machine, socket, socket.handshakeTimeoutNs());
            Refusal refusal = refusalOfUser(connection).orElse(null);
            if (refusal == null) {
                session.start();
            } else {
                session.refusePeer(refusal);
            }
            if (!session.isOver()) {
                pending.add(session);
                owing.add(session);
            }
        } catch (UnixException e) {
            reactor.helpers().close(connection.what(), List.of(connection));
            report("cannot serve a slave: " + e.getMessage());
        }
    }

    private Optional<Refusal> refusalOfUser(OwnedFd connection) {
        if (spec.peerUids().isEmpty()) {
            return Optional.empty();
        }
        int number = connection.acquire();
        int result;
        try {
            result = reactor.posix().sockets().peerCredentials(number, pidUidGid);
        } finally {
            connection.release();
        }
        if (result < 0) {
            return Optional.of(
                    Refusal.Reason.PEER_NOT_ALLOWED.because(
                            "cannot tell who connected: " + Errno.text(-result)));
        }
        if (spec.admits(pidUidGid[1])) {
            return Optional.empty();
        }
        return Optional.of(
                Refusal.Reason.PEER_NOT_ALLOWED.because(
                        ("uid " + Integer.toUnsignedString(pidUidGid[1]))
                                + (" (pid " + pidUidGid[0])
                                + ") is not on the list of this socket"));
    }

    /** The session has sent INIT. */
    void named(MasterSession session) {
        owing.remove(session);
        if (full && owing.size() <= spec.maxHalfOpen() / 2) {
            pause.cancel();
            goOn();
        }
    }

    /** The session is past its handshake, or over. */
    void finished(MasterSession session) {
        owing.remove(session);
        pending.remove(session);
    }

    /** A connection ended before it named an interface that takes it; a flood is reported once. */
    void refused(Ending ending) {
        refused++;
        errors.report(
                ending.reason().map(Object.class::cast).orElse(Ending.class),
                new Report(socket.address() + ": refused a slave: " + ending.text()));
    }

    private void report(String what) {
        errors.report(new Report(socket.address() + ": " + what));
    }

    /** Listens no more, and ends the pending connections; {@link #start} may be called again. */
    void stop() {
        if (fd != null) {
            key.remove();
            if (pause != null) {
                pause.cancel();
            }
            OwnedFd listening = fd;
            fd = null;
            waitsFor = "";
            reactor.guard(() -> stopListening(listening));
        }
        List.copyOf(pending).forEach(session -> session.disconnect("listener closed"));
        errors.flush();
    }

    private void stopListening(OwnedFd listening) {
        OwnedFd own = controlSocket.stopListening(listening).orElse(null);
        if (own == null) {
            return;
        }
        if (turnAway(own)) {
            // With nobody left in it, it closes at once, and its address is free.
            own.close();
        } else {
            reactor.helpers().close(own.what(), List.of(own));
        }
    }

    /**
     * Nobody can connect any more, and those that wait see the end; returns whether that was all.
     */
    private boolean turnAway(OwnedFd listening) {
        SocketCalls sockets = reactor.posix().sockets();
        int number = listening.acquire();
        List<OwnedFd> waiting = new ArrayList<>();
        int result;
        try {
            sockets.shutdown(number, SocketCalls.SHUT_RD);
            for (result = sockets.accept(number); result >= 0; result = sockets.accept(number)) {
                sockets.shutdown(result, SocketCalls.SHUT_RDWR);
                waiting.add(OwnedFd.adopt(reactor.posix(), result, "slave on " + listening));
            }
        } finally {
            listening.release();
        }
        if (!waiting.isEmpty()) {
            reactor.helpers().close("connections that were not accepted", waiting);
        }
        return result == -Errno.EINVAL || result == -Errno.EAGAIN;
    }

    /** Stops for good. Idempotent. */
    @Override
    public void close() {
        stop();
        List<OwnedFd> left = controlSocket.toClose();
        if (!left.isEmpty()) {
            reactor.helpers().close("a listening socket", left);
        }
    }

    /** What peers did to a listener, for the error handler. */
    private static final class Report extends JvmLog.PeersFailure {
        @Serial private static final long serialVersionUID = 1L;

        Report(String message) {
            super(message, null);
        }
    }
}
