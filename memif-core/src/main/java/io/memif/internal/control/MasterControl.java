package io.memif.internal.control;

import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.InterfaceDirectory;

/** A master interface: waits on its listener until a slave asks for it. */
final class MasterControl implements InterfaceControl {
    private final InterfaceSpec spec;
    private final LinkSink sink;
    private final SocketControl socket;
    private MasterSession session;
    private boolean adminUp;
    private boolean closed;

    MasterControl(InterfaceSpec spec, LinkSink sink, SocketControl socket) {
        this.spec = spec;
        this.sink = sink;
        this.socket = socket;
        this.adminUp = spec.adminUp();
    }

    InterfaceSpec spec() {
        return spec;
    }

    LinkSink sink() {
        return sink;
    }

    InterfaceDirectory.Entry entry() {
        return spec.entry(session != null, adminUp);
    }

    void bind(MasterSession accepted) {
        session = accepted;
    }

    void ended(MasterSession which, Ending ending) {
        boolean wasUp = which.wasUp();
        session = null;
        LinkFailures.report(ending, sink);
        if (!wasUp && !closed && adminUp) {
            sink.failed(LinkFailures.of(ending, spec, socket.address()), false);
        }
    }

    @Override
    public void adminUp(boolean up) {
        adminUp = up;
        if (!up && session != null) {
            session.disconnect(ADMIN_DOWN);
        }
    }

    @Override
    public void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (session != null) {
            session.disconnect(reason);
        }
        socket.removed(this);
    }
}
