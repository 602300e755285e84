package io.memif.examples.handover;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import io.memif.unix.UnixException;
import io.memif.unix.UnixSocket;
import io.memif.unix.pass.Conduit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Serves lines on one thread until it is told to stop, or until a successor connects to its
 * handover socket: then it answers what it has read, sends the listening socket and every live
 * connection over a conduit, and is done.
 */
final class LineServer implements AutoCloseable {
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int EVENTS_A_TURN = 64;

    private final String name;
    private final OwnedFd listener;
    private final OwnedFd handover;
    private final PollGroup group;
    private final PollKey listening;
    private final List<LineConnection> connections = new ArrayList<>();
    private OwnedFd successor;
    private boolean leaving;
    private boolean handedOver;

    /**
     * A server that does not run yet.
     *
     * @param listener the socket clients connect to; owned from now on
     * @param handover the socket a successor connects to; owned from now on, null for none
     */
    LineServer(String name, OwnedFd listener, OwnedFd handover) {
        this.name = name;
        this.listener = listener;
        this.handover = handover;
        this.group = PollGroup.open(error -> System.err.println(name + ": " + error));
        this.listening = group.add(listener, PollKey.READ, (key, ready) -> acceptClients());
        if (handover != null) {
            group.add(handover, PollKey.READ, this::onSuccessor);
        }
    }

    /** Takes over a live connection. */
    void adopt(OwnedFd connection, ByteBuffer readAhead) {
        connections.add(new LineConnection(group, connection, readAhead, name, this::onChange));
    }

    /** Runs until done; whether everything was handed over. */
    boolean serve(StopSignal stop) {
        while (!handedOver && !stop.isRequested()) {
            group.poll(TURN_NS, EVENTS_A_TURN);
        }
        return handedOver;
    }

    private void acceptClients() {
        for (OwnedFd client = accept(listener); client != null; client = accept(listener)) {
            adopt(client, ByteBuffer.allocate(0));
        }
    }

    /** Null if nobody waits, or no descriptor is free for another now. */
    private OwnedFd accept(OwnedFd from) {
        try {
            return new UnixSocket(from).accept("connection to " + name);
        } catch (UnixException e) {
            return null;
        }
    }

    private void onSuccessor(PollKey key, int ready) {
        successor = accept(handover);
        if (successor == null) {
            return;
        }
        key.remove();
        listening.remove();
        connections.forEach(LineConnection::stop);
        onChange();
    }

    private void onChange() {
        connections.removeIf(LineConnection::ended);
        boolean idle = connections.stream().allMatch(LineConnection::idle);
        if (successor != null && idle && !leaving) {
            leaving = true;
            // In a turn of its own: we may be inside a completion of one of the writers.
            group.schedule(0, this::handOver);
        }
    }

    private void handOver() {
        try (Conduit conduit = Conduit.over(successor)) {
            byte[] count = Integer.toString(connections.size()).getBytes(StandardCharsets.US_ASCII);
            send(conduit, listener, ByteBuffer.wrap(count));
            for (LineConnection connection : connections) {
                ByteBuffer readAhead = connection.readAhead();
                send(conduit, connection.leave(), readAhead);
            }
            System.out.println(
                    name
                            + ": handed over the listening socket and "
                            + connections.size()
                            + " live connections, exiting");
            connections.clear();
        }
        handedOver = true;
    }

    private void send(Conduit conduit, OwnedFd fd, ByteBuffer payload) {
        if (!conduit.transfer(List.of(fd), payload, PATIENCE_NS)) {
            throw new CommandFailure(name + ": the new server does not take the descriptors");
        }
    }

    @Override
    public void close() {
        List.copyOf(connections).forEach(LineConnection::end);
        group.close();
        listener.close();
        if (handover != null) {
            handover.close();
        }
        if (successor != null) {
            successor.close();
        }
    }
}
