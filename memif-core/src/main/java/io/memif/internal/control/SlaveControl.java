package io.memif.internal.control;

import io.memif.MemifException;
import io.memif.MemifException.Code;
import io.memif.internal.protocol.Ending;
import io.memif.unix.OwnedFd;
import io.memif.unix.Timer;
import io.memif.unix.UnixException;

/**
 * A slave interface: connects, and connects again after a pause when that failed or the link ended.
 */
final class SlaveControl implements InterfaceControl {
    private final Reactor reactor;
    private final InterfaceSpec spec;
    private final LinkSink sink;
    private final SocketControl socket;
    private final ConnectSource source;
    private final Backoff backoff;
    private SlaveSession session;
    private Timer retry;
    private String lastFailure = "";
    private boolean adminUp;
    private boolean closed;

    SlaveControl(
            Reactor reactor,
            InterfaceSpec spec,
            LinkSink sink,
            SocketControl socket,
            ConnectSource source) {
        this.reactor = reactor;
        this.spec = spec;
        this.sink = sink;
        this.socket = socket;
        this.source = source;
        this.adminUp = spec.adminUp();
        this.backoff = new Backoff(spec.reconnectMinNs(), spec.reconnectMaxNs(), reactor.jitter());
    }

    /** In a turn of its own: the caller has to know the interface before it hears of it. */
    void start() {
        retry = reactor.group().schedule(0, this::connect);
    }

    private void connect() {
        if (closed || !adminUp || session != null) {
            return;
        }
        try {
            OwnedFd fd = source.connect();
            try {
                session =
                        SlaveSession.open(
                                reactor, fd, spec, socket.applicationName(), sink, this::ended);
            } catch (UnixException e) {
                fd.close();
                throw e;
            }
        } catch (ConnectFailure e) {
            if (e.busy()) {
                backoff.reset();
            }
            failed(new MemifException(e.code(), spec + ": " + e.getMessage(), e));
        } catch (UnixException e) {
            failed(new MemifException(Code.LIMIT, spec + ": " + e.getMessage(), e));
        }
    }

    private void ended(Ending ending) {
        boolean wasUp = session.wasUp();
        session = null;
        LinkFailures.report(ending, sink);
        if (closed || !adminUp) {
            return;
        }
        if (wasUp) {
            backoff.lost();
            lastFailure = "";
            if (again()) {
                schedule();
            } else {
                sink.failed(LinkFailures.of(ending, spec, socket.address()), true);
            }
        } else {
            failed(LinkFailures.of(ending, spec, socket.address()));
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
        return spec.reconnect() && source.again();
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
        source.close();
        if (session != null) {
            session.disconnect(reason);
        }
        socket.removed(this);
    }

    InterfaceSpec spec() {
        return spec;
    }
}
