package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.protocol.Ending;
import io.memif.unix.OwnedFd;
import io.memif.unix.Timer;
import io.memif.unix.UnixException;
import java.util.List;

/**
 * A slave interface: connects, and connects again after a pause when that failed or the link ended.
 */
final class SlaveControl extends InterfaceControl {
    private final Reactor reactor;
    private final ControlSocket controlSocket;
    private final boolean once;
    private final Backoff backoff;
    private OwnedFd given;
    private SlaveSession session;
    private Timer retry;

    /** It is its turn to connect. */
    private boolean connecting;

    private String lastFailure = "";

    /** A connection that exists already is good for one attempt; null to connect. */
    SlaveControl(
            Reactor reactor,
            SocketControl socket,
            InterfaceSpec spec,
            LinkSink sink,
            ControlSocket controlSocket,
            OwnedFd given) {
        super(socket, spec, sink);
        this.reactor = reactor;
        this.controlSocket = controlSocket;
        this.once = given != null;
        this.given = given;
        this.backoff = new Backoff(spec.reconnectMinNs(), spec.reconnectMaxNs(), reactor.jitter());
    }

    /** In a turn of its own: the caller has to know the interface before it hears of it. */
    void start() {
        retry = reactor.group().schedule(0, this::connect);
    }

    /** Not before the listener has returned from the last link. */
    private void connect() {
        sink.callbacks().whenIdle(() -> socket.connect(this));
    }

    /** Its turn has come, until it says {@link SocketControl#connected}. */
    void connectNow() {
        if (closed || !adminUp || session != null) {
            socket.connected();
            return;
        }
        connecting = true;
        try {
            requireHelper();
            OwnedFd fd = open();
            try {
                session =
                        SlaveSession.open(
                                reactor,
                                fd,
                                spec,
                                socket.applicationName(),
                                sink,
                                this::turnOver,
                                this::ended);
            } catch (UnixException e) {
                reactor.helpers().close(fd.what(), List.of(fd));
                throw e;
            }
        } catch (MemifException e) {
            if (ControlSocket.wasBusy(e)) {
                backoff.reset();
            }
            failed(e);
        } catch (UnixException e) {
            failed(new MemifException(Code.LIMIT, spec + ": " + e.getMessage(), e));
        } finally {
            if (session == null) {
                turnOver();
            }
        }
    }

    /** A connection that nobody could close stays unmade. */
    private void requireHelper() {
        String held = reactor.helpers().allHeld().orElse(null);
        if (held != null && !once) {
            throw new MemifException(
                    Code.LIMIT,
                    spec + ": cannot connect to " + socket.address() + ": " + held,
                    null);
        }
    }

    private OwnedFd open() {
        if (!once) {
            return controlSocket.connect(spec);
        }
        OwnedFd fd = given;
        given = null;
        if (fd == null) {
            throw new MemifException(
                    Code.CLOSED, spec + ": the connection that was handed over has ended", null);
        }
        return fd;
    }

    private void turnOver() {
        if (connecting) {
            connecting = false;
            socket.connected();
        }
    }

    private void ended(Ending ending) {
        turnOver();
        boolean wasUp = session.wasUp();
        session = null;
        report(ending);
        if (closed || !adminUp) {
            return;
        }
        if (wasUp) {
            backoff.lost();
            lastFailure = "";
            if (again()) {
                schedule();
            } else {
                sink.failed(failure(ending), true);
            }
        } else {
            failed(failure(ending));
        }
    }

    private void failed(MemifException failure) {
        boolean again = again();
        if (!again || !failure.getMessage().equals(lastFailure)) {
            lastFailure = failure.getMessage();
            sink.failed(failure, !again);
        }
        if (again && !closed) {
            schedule();
        }
    }

    private boolean again() {
        return spec.reconnect() && !once;
    }

    private void schedule() {
        retry = reactor.group().schedule(backoff.nextNs(), this::connect);
    }

    @Override
    public void adminUp(boolean up) {
        if (up == adminUp || closed) {
            return;
        }
        adminUp = up;
        if (retry != null) {
            retry.cancel();
        }
        if (up) {
            backoff.reset();
            lastFailure = "";
            connect();
        } else if (session != null) {
            session.disconnect(ADMIN_DOWN);
        }
    }

    @Override
    public void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (retry != null) {
            retry.cancel();
        }
        if (given != null) {
            reactor.helpers().close(given.what(), List.of(given));
            given = null;
        }
        if (session != null) {
            session.disconnect(reason);
        }
        socket.removed(this);
    }
}
