package io.memif.internal.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection's handshake and end, seen from one role: inputs are what happened, and each
 * returns what is to be done about it.
 *
 * <p>Whatever a peer sends, nothing is thrown; it is accepted, or the connection ends with a
 * DISCONNECT that names the reason. Unless the peer ended the connection, we never close without a
 * DISCONNECT, however little of the handshake is done: a VPP master expects to hear from a slave
 * before its connection goes away. Once closed, every further input is ignored.
 *
 * <p>Not thread-safe.
 *
 * @param <H> carries out what the machine wants
 */
public abstract sealed class Machine<H extends Effect.Handler> permits SlaveMachine, MasterMachine {
    private boolean connected;
    private boolean closed;

    Machine() {}

    /**
     * A datagram came.
     *
     * <p>The caller owns its descriptors: it takes over at most the first, if {@link
     * Effect.KeepRegion} or {@link Effect.KeepRing} of this step says so, and closes all others.
     *
     * @param frame holds the datagram from its position on; left as it is
     * @param length real length of the datagram in bytes, which may exceed what was received; an
     *     end of file, which looks like 0 bytes, belongs to {@link #peerClosed}
     * @param fdCount descriptors that came with it
     * @param controlTruncated whether the kernel dropped descriptors (MSG_CTRUNC)
     */
    public final Step<H> onMessage(
            ByteBuffer frame, int length, int fdCount, boolean controlTruncated) {
        if (closed) {
            return nothing();
        }
        if (controlTruncated) {
            return end(
                    Refusal.Reason.CONTROL_TRUNCATED.because(
                            "too many were sent, or this process has no descriptor left (ulimit -n)"));
        }
        MessageCodec.Decoded decoded = MessageCodec.decode(frame, length);
        if (decoded instanceof Refusal refusal) {
            return end(refusal);
        }
        Message message = (Message) decoded;
        int expected = message.type().fds();
        if (fdCount != expected) {
            return end(
                    Refusal.Reason.FD_COUNT.because(
                            fdCount + " with " + message.type() + ", expected " + expected));
        }
        if (message instanceof Message.Disconnect disconnect) {
            return end(Ending.peerDisconnected(disconnect), null);
        }
        return onMessage(message);
    }

    /**
     * The peer has closed its end, or sending or receiving failed.
     *
     * @param how what we saw, e.g. "end of file" or an errno's name
     * @return what to do; nothing more is sent
     */
    public final Step<H> peerClosed(String how) {
        if (closed) {
            return nothing();
        }
        String text = "peer closed the connection (" + how + ") while " + phase() + closedHint();
        return end(Ending.peerClosed(text), null);
    }

    /**
     * Our own call on the connection failed, for a reason that lies on our side.
     *
     * @param how which call, and its errno's name
     * @return what to do; nothing more is sent
     */
    public final Step<H> broken(String how) {
        return closed
                ? nothing()
                : end(Ending.peerClosed("connection broke (" + how + ") while " + phase()), null);
    }

    /**
     * Our side wants the connection to end.
     *
     * @param reason for the peer; cut to 95 bytes on the wire
     */
    public final Step<H> disconnect(String reason) {
        return closed ? nothing() : end(Ending.local(reason), reason);
    }

    /**
     * Our side cannot go on with this peer: memory could not be created, what the peer brought will
     * not do, or it is not wanted. Possible at any time, also on a connected link.
     *
     * @return what to do, in place of what is left of the step that led here
     */
    public final Step<H> refuse(Refusal refusal) {
        return closed ? nothing() : end(refusal);
    }

    /**
     * The time for the handshake is up.
     *
     * @return what to do: nothing on a connected link
     */
    public final Step<H> timeout() {
        return closed || connected ? nothing() : end(Refusal.Reason.TIMEOUT.because(phase()));
    }

    /**
     * Whether the link is up.
     *
     * @return true between {@link Effect.LinkUp} and {@link Effect.LinkDown}
     */
    public final boolean isConnected() {
        return connected;
    }

    /**
     * Whether {@link Effect.Close} has been returned.
     *
     * @return true if nothing more will happen
     */
    public final boolean isClosed() {
        return closed;
    }

    /**
     * What the connection is at, for logs and snapshots.
     *
     * @return e.g. "waiting for HELLO", "connected" or "closed"
     */
    public final String phase() {
        return closed ? "closed" : connected ? "connected" : handshakePhase();
    }

    abstract Step<H> onMessage(Message message);

    abstract String handshakePhase();

    /** What a silent end may mean in this phase; starts with a separator, or empty. */
    abstract String closedHint();

    final Effect.LinkUp linkUp(String application, String interfaceName) {
        connected = true;
        return new Effect.LinkUp(application, interfaceName);
    }

    final Step<H> unexpected(Message message) {
        return end(Refusal.Reason.UNEXPECTED_MESSAGE.because(message.type() + " while " + phase()));
    }

    final Step<H> end(Refusal refusal) {
        return end(Ending.refused(refusal), refusal.text());
    }

    /** Ends the connection, with a DISCONNECT if there is something to tell the peer. */
    private Step<H> end(Ending ending, String reason) {
        List<Effect<? super H>> effects = new ArrayList<>();
        if (reason != null) {
            effects.add(new Effect.Send(new Message.Disconnect(0, reason)));
        }
        if (connected) {
            effects.add(new Effect.LinkDown(ending));
        }
        effects.add(new Effect.Close(ending));
        connected = false;
        closed = true;
        return new Step<H>(effects);
    }

    final Step<H> nothing() {
        return new Step<>(List.of());
    }
}
