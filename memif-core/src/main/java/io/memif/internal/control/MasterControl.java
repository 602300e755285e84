package io.memif.internal.control;

import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.InterfaceDirectory;

/** A master interface: waits on its listener until a slave asks for it. */
final class MasterControl extends InterfaceControl {
    private MasterSession session;

    MasterControl(SocketControl socket, InterfaceSpec spec, LinkSink sink) {
        super(socket, spec, sink);
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
        report(ending);
        if (!wasUp && !closed && adminUp) {
            sink.failed(failure(ending), false);
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
