package io.memif.internal.control;

import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.InterfaceDirectory;
import io.memif.internal.protocol.Refusal;
import java.util.Optional;

/** A master interface: waits on its listener until a slave asks for it. */
final class MasterControl extends InterfaceControl {
    private final Reactor reactor;
    private MasterSession session;

    MasterControl(Reactor reactor, SocketControl socket, InterfaceSpec spec, LinkSink sink) {
        super(socket, spec, sink);
        this.reactor = reactor;
    }

    LinkSink sink() {
        return sink;
    }

    InterfaceDirectory.Entry entry() {
        return spec.entry(busy(), adminUp);
    }

    /** Why another slave cannot have the interface; nothing if a peer that is still may go. */
    private Optional<Refusal> busy() {
        if (session == null) {
            return Optional.empty();
        }
        String named = "interface " + Integer.toUnsignedString(spec.id());
        Link link = session.link();
        if (link == null) {
            return Optional.of(Refusal.Reason.ALREADY_CONNECTED.because(named));
        }
        if (spec.replaceIdleAfterNs() > 0
                && link.movement().idleNs(reactor.nanoTime()) >= spec.replaceIdleAfterNs()) {
            return Optional.empty();
        }
        String last = "last moved " + link.movement().last();
        String start = Refusal.Reason.ALREADY_CONNECTED.summary() + ": " + named;
        Link.Peer peer = link.peer();
        return Optional.of(
                new Refusal(
                        Refusal.Reason.ALREADY_CONNECTED,
                        start + ", to pid " + peer.pid() + ", which " + last,
                        start
                                + (" has a link to \"" + peer.applicationName() + "\"")
                                + (" (" + peer.interfaceName() + ", pid " + peer.pid())
                                + (", uid " + Integer.toUnsignedString(peer.uid()) + "), which ")
                                + (last + "; if that peer is gone, a proxy in between keeps its")
                                + " connection open: end it there, or set replaceIdleLinkAfter or"
                                + " endStalledLinkAfter",
                        null));
    }

    /** A link that is still there belongs to a peer that may go. */
    void bind(MasterSession accepted) {
        if (session != null) {
            session.refusePeer(
                    Refusal.Reason.REPLACED.because(
                            "its peer was idle, and another connected with the secret"));
        }
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
