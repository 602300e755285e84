package io.memif.examples.doctor;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.examples.LinkOptions;
import io.memif.examples.StopSignal;
import io.memif.examples.doctor.ControlMessage.Type;
import io.memif.unix.OwnedFd;
import io.memif.unix.PeerCredentials;
import io.memif.unix.UnixAddress;
import io.memif.unix.UnixSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One handshake with a peer: the library's own end on one side of a {@link Relay}, the peer on the
 * other. One thread.
 */
final class Handshake implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LIMIT_NS = PATIENCE.plusSeconds(2).toNanos();
    private static final long GOODBYE_NS = 1_000_000_000;

    private final LinkOptions options;
    private final List<ControlMessage> messages = new ArrayList<>();
    private final MemifSocket socket;
    private final MemifInterface itf;
    private final PeerCredentials who;
    private final Relay relay;
    private volatile MemifException failure;

    /**
     * Begins, over a connection that has been made.
     *
     * @param peer connected or accepted; belongs to this from now on, also if this throws
     * @param trace shown every message
     */
    Handshake(LinkOptions options, OwnedFd peer, Consumer<ControlMessage> trace) {
        this.options = options;
        OwnedFd[] pair = UnixSocket.pair(UnixSocket.Type.SEQPACKET);
        relay =
                new Relay(
                        peer,
                        pair[0],
                        message -> {
                            messages.add(message);
                            trace.accept(message);
                        });
        MemifSocket opened = null;
        try {
            who = new UnixSocket(peer).peerCredentials();
            // Its address is used by a master only, which nobody is to find there.
            opened =
                    MemifSocket.open(
                            options.socketConfig("io.memif doctor")
                                    .address("@memif-doctor-" + ProcessHandle.current().pid())
                                    .errorHandler(this::note)
                                    .build());
            itf = add(opened, pair[1]);
            socket = opened;
        } catch (RuntimeException e) {
            pair[1].discard();
            if (opened != null) {
                opened.close();
            }
            relay.close();
            throw e;
        }
    }

    private MemifInterface add(MemifSocket to, OwnedFd end) {
        InterfaceConfig config =
                options.interfaceConfig("memif-doctor")
                        .handshakeTimeout(PATIENCE)
                        .reconnect(false)
                        .listener(
                                new InterfaceListener() {
                                    @Override
                                    public void onConnectFailed(
                                            MemifInterface of, MemifException cause) {
                                        note(cause);
                                    }
                                })
                        .build();
        if (options.role() == Role.SLAVE) {
            return to.addInterface(config, end);
        }
        MemifInterface master = to.addInterface(config);
        to.serve(end);
        return master;
    }

    private void note(Throwable cause) {
        if (cause instanceof MemifException e && failure == null) {
            failure = e;
        }
    }

    /** Connects to a master. */
    static OwnedFd connect(LinkOptions options) {
        return UnixSocket.connect(UnixAddress.of(options.socket()), UnixSocket.Type.SEQPACKET);
    }

    /** Goes on until the link is up, or one side has given up; answers whether it is up. */
    boolean walk(StopSignal stop, Runnable meanwhile) {
        BooleanSupplier over =
                () -> {
                    meanwhile.run();
                    return itf.isConnected() || stop.isRequested();
                };
        relay.runUntil(over, LIMIT_NS);
        return itf.isConnected();
    }

    /** Passes messages on meanwhile. */
    void dwell(long ns, StopSignal stop) {
        relay.runUntil(stop::isRequested, ns);
    }

    /** What went wrong, once {@link #walk} has answered false. */
    Finding diagnosis() {
        Optional<ControlMessage> disconnect = sent(Type.DISCONNECT);
        if (disconnect.isPresent()) {
            List<ControlMessage> before = messages.subList(0, messages.indexOf(disconnect.get()));
            return problem(disconnect.get().reason(), at(before));
        }
        String known = failure == null || relay.wasClosedByPeer() ? "" : failure.getMessage();
        Problem problem = known.isEmpty() ? silentEnd() : Problem.of(known);
        String where = at(messages);
        if (relay.wasClosedByPeer() && problem != Problem.CLOSED) {
            where += "it closed without a word, which most often means: ";
        }
        return problem.finding(where, value(problem));
    }

    private Finding problem(String reason, String where) {
        Problem problem = Problem.of(reason);
        String text = where + "\"" + reason + "\": ";
        return problem.finding(text, value(problem));
    }

    private String value(Problem problem) {
        Optional<ControlMessage> init = sent(Type.INIT);
        return switch (problem) {
            case ID -> init.map(m -> Integer.toUnsignedString(m.id())).orElse(options.id());
            case MODE ->
                    init.map(m -> ControlMessage.modeName(m.mode())).orElse(options.modeName());
            default -> "";
        };
    }

    private Optional<ControlMessage> sent(Type type) {
        return messages.stream().filter(message -> message.type() == type).findFirst();
    }

    /**
     * What it means that the peer went without a word: libmemif and DPDK do so for many reasons.
     */
    private Problem silentEnd() {
        Type last = lastOfSlave();
        if (!relay.wasClosedByPeer()) {
            return Problem.SILENT;
        }
        if (options.role() == Role.MASTER || last == null) {
            return Problem.CLOSED;
        }
        return switch (last) {
            case INIT, ADD_REGION -> Problem.ID;
            case ADD_RING -> Problem.RINGS;
            case CONNECT -> Problem.MEMORY;
            default -> Problem.CLOSED;
        };
    }

    private Type lastOfSlave() {
        Type last = null;
        for (ControlMessage message : messages) {
            boolean slaves = message.fromPeer() != (options.role() == Role.SLAVE);
            last = slaves ? message.type() : last;
        }
        return last;
    }

    private static String at(List<ControlMessage> before) {
        if (before.isEmpty()) {
            return "before HELLO: ";
        }
        ControlMessage last = before.get(before.size() - 1);
        return "after " + last.type() + (last.fromPeer() ? " of the other side: " : ": ");
    }

    MemifInterface itf() {
        return itf;
    }

    /** Process and user at the other end, as the kernel saw them. */
    PeerCredentials who() {
        return who;
    }

    List<ControlMessage> messages() {
        return messages;
    }

    /** The file of region 0; null before ADD_REGION. */
    OwnedFd firstRegion() {
        return relay.firstRegion();
    }

    @Override
    public void close() {
        // The library says DISCONNECT first, which is passed on.
        itf.close();
        relay.runUntil(() -> false, GOODBYE_NS);
        relay.close();
        socket.close();
    }
}
