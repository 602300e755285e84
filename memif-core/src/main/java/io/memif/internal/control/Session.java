package io.memif.internal.control;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.Machine;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.MessageCodec;
import io.memif.internal.protocol.Refusal;
import io.memif.internal.protocol.Step;
import io.memif.unix.DescriptorChannel;
import io.memif.unix.OwnedFd;
import io.memif.unix.PollKey;
import io.memif.unix.Timer;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One control connection: moves messages and descriptors between its socket and its state machine
 * and carries out what the machine wants. On the reactor's thread.
 *
 * @param <H> what the machine's effects need, which the session is
 */
abstract class Session<H extends Effect.Handler> implements Effect.Handler {
    /** Messages that a peer may have sent ahead of its last words. */
    private static final int MOST_UNREAD = 16;

    /** What a peer gets whose time is up with a message unread: this part of the time once more. */
    private static final int GRACE_PART = 4;

    final Reactor reactor;
    private final OwnedFd socket;
    private final List<OwnedFd> leftover = new ArrayList<>();
    private final DescriptorChannel channel;
    private final Machine<H> machine;
    private final PollKey key;
    private final Timer handshakeTimer;
    private final Deque<Effect.Send> outbox = new ArrayDeque<>();

    /** What an input made while a step is carried out returned; carried out next. */
    private Step<H> followUp;

    private final long startNs;
    private final long handshakeTimeoutNs;

    /** How long helpers have worked for the machine: the peer owed us nothing in that time. */
    private long helpedNs;

    private final AtomicBoolean failing = new AtomicBoolean();

    /** The machine takes no message until a helper has answered. */
    private boolean isHelped;

    /** A helper works for the machine. */
    private boolean isWorkedFor;

    private boolean dropRest;

    /** Of the peer; null until somebody asks. */
    private int[] pidUidGid;

    private Link link;

    /** Its transmit rings, as far as peers that leave packets lying are signalled again. */
    private List<WatchedRing> watched = List.of();

    private PeerWatch.Watched peer;

    private volatile boolean ended;

    Session(Reactor reactor, OwnedFd socket, Machine<H> machine, long handshakeTimeoutNs) {
        this.reactor = reactor;
        this.socket = socket;
        this.machine = machine;
        this.startNs = reactor.nanoTime();
        this.handshakeTimeoutNs = handshakeTimeoutNs;
        this.channel = new DescriptorChannel(socket, reactor.messages());
        this.key = reactor.group().add(socket, PollKey.READ, this::onReady);
        this.handshakeTimer = reactor.group().schedule(handshakeTimeoutNs, this::onTimeout);
    }

    /** This session, which carries out what its machine wants. */
    abstract H handler();

    /** The descriptor that goes with a message, null for none. */
    abstract OwnedFd descriptor(Message message);

    /** The socket is closed; release everything else. Called once. */
    abstract void ended(Ending ending);

    final boolean isOpenFor(long ns) {
        return reactor.nanoTime() - startNs >= ns;
    }

    /** Whether nothing from the peer lies unread. */
    final boolean isSilent() {
        int number = socket.acquire();
        try {
            return reactor.posix().polling().pollOne(number, PollKey.READ, 0) == 0;
        } finally {
            socket.release();
        }
    }

    final boolean isOver() {
        return ended;
    }

    final void disconnect(String reason) {
        carryOut(machine.disconnect(reason));
    }

    /** From any thread: the link cannot go on. */
    final void failFromAnyThread(String reason) {
        // Each engine of the link may say so.
        if (failing.compareAndSet(false, true)) {
            reactor.execute(() -> carryOut(machine.refuse(Refusal.memory(reason))));
        }
    }

    /**
     * Checks whether the peer's time is up: what counts is the time in which it owed us a message.
     * While a helper works, or a message lies unread because we are slow, it owes nothing.
     */
    private void onTimeout() {
        long left = handshakeTimeoutNs - (reactor.nanoTime() - startNs - helpedNs);
        if (left > 0) {
            handshakeTimer.restart(left);
        } else if (isWorkedFor || !isHelped && !isSilent()) {
            handshakeTimer.restart(handshakeTimeoutNs / GRACE_PART);
        } else {
            carryOut(machine.timeout());
        }
    }

    private void onReady(PollKey ignored, int ready) {
        if (isHelped) {
            if ((ready & PollCalls.HANGUP) != 0) {
                carryOut(disconnect().orElseGet(() -> machine.peerClosed("end of file")));
            } else {
                key.interest(0);
            }
            return;
        }
        if ((ready & PollKey.WRITE) != 0) {
            flushOutbox();
        }
        // One message: a peer that waits for each answer has sent no more, and others come up
        // again.
        if (!ended && !isHelped) {
            int length = channel.receive();
            if (!DescriptorChannel.isAgain(length)) {
                onReceived(length);
            }
        }
    }

    private void onReceived(int length) {
        try {
            if (length == DescriptorChannel.END_OF_STREAM) {
                carryOut(machine.peerClosed("end of file"));
            } else if (length < 0) {
                carryOut(lastWords("", -length));
            } else {
                carryOut(decoded(length));
            }
        } finally {
            keepLeftover();
        }
    }

    /** What came with a message and nobody wanted is closed with the session. */
    private void keepLeftover() {
        // Most messages bring none: this spares the copy of an empty list.
        if (channel.descriptorCount() > 0) {
            leftover.addAll(channel.takeDescriptors());
        }
    }

    private Step<H> decoded(int length) {
        return machine.onMessage(
                channel.payload(), length, channel.descriptorCount(), channel.isControlTruncated());
    }

    /**
     * The connection failed. What the peer sent before, its DISCONNECT with the reason above all,
     * may still be queued: Linux reports ECONNRESET or EPIPE ahead of it.
     */
    private Step<H> lastWords(String doing, int errno) {
        return disconnect().orElseGet(() -> broken(doing, errno));
    }

    private Optional<Step<H>> disconnect() {
        for (int i = 0; i < MOST_UNREAD; i++) {
            int length = channel.receive();
            if (length < 0) {
                break;
            }
            keepLeftover();
            // Nothing else is taken: its effects would follow a connection that is gone.
            if (MessageCodec.decode(channel.payload(), length) instanceof Message.Disconnect) {
                return Optional.of(decoded(length));
            }
        }
        return Optional.empty();
    }

    private Step<H> broken(String doing, int errno) {
        boolean peers = errno == Errno.ECONNRESET || errno == Errno.EPIPE;
        return peers
                ? machine.peerClosed(doing + Errno.text(errno))
                : machine.broken((doing.isEmpty() ? "receiving: " : doing) + Errno.text(errno));
    }

    /** Carries out a step, and whatever steps it leads to. */
    final void carryOut(Step<H> step) {
        Step<H> current = step;
        while (current != null) {
            followUp = null;
            dropRest = false;
            for (Effect<? super H> effect : current.effects()) {
                effect.apply(handler());
                if (dropRest) {
                    break;
                }
            }
            current = followUp;
        }
    }

    /**
     * A helper does something with memory for the machine; until it has answered, messages stay
     * unread. If the connection ends meanwhile, the answer is ignored: what was made is released
     * with everything else, by the same helper and hence afterwards.
     *
     * @param what is done, asked for if it takes long
     * @param bytes that are allocated
     * @param job runs on a helper
     * @param done the machine's input when it has worked
     */
    final void byHelper(Supplier<String> what, long bytes, Runnable job, Supplier<Step<H>> done) {
        stopReading();
        isWorkedFor = true;
        long since = reactor.nanoTime();
        reactor.helpers()
                .memory(
                        what,
                        bytes,
                        () -> {
                            Optional<RuntimeException> failure = failure(job);
                            reactor.execute(
                                    () -> {
                                        helpedNs += reactor.nanoTime() - since;
                                        answered(failure, done);
                                    });
                        });
    }

    /** Messages stay unread until a helper, which has yet to be asked, has answered. */
    final void stopReading() {
        isHelped = true;
    }

    private Optional<RuntimeException> failure(Runnable job) {
        try {
            if (!ended) {
                job.run();
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        } catch (Error e) {
            return Optional.of(new UnixException(Kind.UNUSABLE, "no memory for the link: " + e, e));
        }
    }

    private void answered(Optional<RuntimeException> failure, Supplier<Step<H>> done) {
        if (!ended) {
            isHelped = false;
            isWorkedFor = false;
            int interest = outbox.isEmpty() ? PollKey.READ : PollKey.READ | PollKey.WRITE;
            reactor.guard(() -> key.interest(interest));
            carryOut(failure.map(this::refused).orElseGet(done));
        }
    }

    /**
     * We cannot do what the machine wants, because of a region or a descriptor: the rest of its
     * step must not happen.
     *
     * @param descriptor not to be kept
     */
    final void refuse(RuntimeException failure, OwnedFd descriptor) {
        leftover.add(descriptor);
        followUp = refused(failure);
        dropRest = true;
    }

    /** Of what our own system refuses, the peer is told the errno only. */
    private Step<H> refused(RuntimeException failure) {
        String text =
                failure instanceof UnixException e && e.errno() != 0
                        ? "cannot create what the link needs: " + e.call() + ": " + e.errnoName()
                        : failure.getMessage();
        return machine.refuse(Refusal.memory(text, failure));
    }

    final OwnedFd takeDescriptor() {
        return channel.takeDescriptor(0);
    }

    final Link.Peer peer(Effect.LinkUp names) {
        int[] who = peerCredentials();
        return new Link.Peer(names.application(), names.interfaceName(), who[0], who[1], who[2]);
    }

    /** The peer's user as it connected; 0 if the kernel does not say. */
    final int peerUid() {
        return peerCredentials()[1];
    }

    private int[] peerCredentials() {
        if (pidUidGid == null) {
            pidUidGid = new int[3];
            int number = socket.acquire();
            try {
                // What is unknown stays 0.
                reactor.posix().sockets().peerCredentials(number, pidUidGid);
            } finally {
                socket.release();
            }
        }
        return pidUidGid;
    }

    /** The handshake is over and the link is up. */
    final void up(Link up, InterfaceSpec spec, LinkSink sink) {
        link = up;
        handshakeTimer.cancel();
        if (spec.repeatSignals()) {
            watched = reactor.stallWatch().add(up, spec.txQueues(), sink);
        }
        peer = reactor.peerWatch().add(up, spec, sink, this::stalled);
        sink.linkUp(up, watched);
    }

    /** The peer has left lying what waits for it for as long as it may. */
    private void stalled(String what) {
        carryOut(machine.refuse(Refusal.Reason.STALLED.because(what)));
    }

    /** The link that was up ends. */
    final void down(Ending ending, LinkSink sink) {
        if (!watched.isEmpty()) {
            reactor.stallWatch().remove(watched);
        }
        reactor.peerWatch().remove(peer);
        sink.linkDown(ending);
    }

    /** The link, null if it has not been up. */
    final Link link() {
        return link;
    }

    /** Whether the link has ever been up. */
    final boolean wasUp() {
        return link != null;
    }

    @Override
    public final void send(Effect.Send effect) {
        if (machine.isClosed()) {
            // A DISCONNECT: nobody waits until a peer that does not read takes it.
            trySend(effect);
            return;
        }
        int result = outbox.isEmpty() ? trySend(effect) : -Errno.EAGAIN;
        if (DescriptorChannel.isAgain(result)) {
            outbox.add(effect);
            key.interest(PollKey.READ | PollKey.WRITE);
        } else if (result < 0) {
            followUp = lastWords("sending: ", -result);
            dropRest = true;
        }
    }

    private int trySend(Effect.Send effect) {
        channel.payload().clear();
        MessageCodec.encode(effect.message(), channel.payload());
        OwnedFd attached = descriptor(effect.message());
        try {
            return attached == null ? channel.send() : channel.send(attached);
        } catch (UnixException e) {
            return -Errno.EBADF;
        }
    }

    private void flushOutbox() {
        while (!outbox.isEmpty()) {
            int result = trySend(outbox.peek());
            if (DescriptorChannel.isAgain(result)) {
                return;
            }
            outbox.poll();
            if (result < 0) {
                carryOut(lastWords("sending: ", -result));
                return;
            }
        }
        key.interest(PollKey.READ);
    }

    @Override
    public final void close(Effect.Close effect) {
        ended = true;
        handshakeTimer.cancel();
        // A failure is reported, and everything after it is released all the same.
        reactor.guard(key::remove);
        hangUp();
        ended(effect.ending());
    }

    /**
     * The peer sees the end at once. A helper closes the socket: messages that nobody has read may
     * hold descriptors, which are closed with it.
     */
    private void hangUp() {
        int number = socket.acquire();
        try {
            reactor.posix().sockets().shutdown(number, SocketCalls.SHUT_RDWR);
        } finally {
            socket.release();
        }
        keepLeftover();
        leftover.add(socket);
        reactor.helpers().close("what came over " + socket.what(), leftover);
        leftover.clear();
    }
}
