package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.Callbacks;
import io.memif.internal.control.InterfaceControl;
import io.memif.internal.control.Link;
import io.memif.internal.control.LinkSink;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.control.WatchedRing;
import io.memif.internal.memory.PublishMark;
import io.memif.internal.observe.FlightRecording;
import io.memif.internal.protocol.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One end of a memif link. Its queues exist from the start and stay valid over reconnects.
 *
 * <pre>{@code
 * if (itf.awaitConnected(Duration.ofSeconds(10))) {
 *     LinkInfo link = itf.linkInfo();
 *     System.out.println("connected to " + link.peerApplicationName());
 *     itf.txQueue(0).offer(packet, 0, packet.remaining());
 *     itf.txQueue(0).flush();
 * }
 * }</pre>
 *
 * <p>Methods may be called from any thread. With a caller-driven socket, only the thread that
 * drives it may call them.
 */
public final class MemifInterface implements AutoCloseable {
    /** Is told nothing, so that nobody is needed to tell it. */
    static final InterfaceListener NO_LISTENER = new InterfaceListener() {};

    /** Failures that may wait for a listener that has not returned. */
    private static final int MOST_WAITING = 64;

    private final MemifSocket socket;
    private final InterfaceConfig config;

    /** In messages: role, id, name and socket. */
    private final String text;

    private final InterfaceListener listener;
    private final Callbacks callbacks;
    private final List<RxQueue> rxQueues = new ArrayList<>();
    private final List<TxQueue> txQueues = new ArrayList<>();
    private final Object change = new Object();
    private final long addedNs = System.nanoTime();

    /** Threads in {@link #awaitConnected}. They park, and hold no monitor: they may be virtual. */
    private final Set<Thread> waiters = ConcurrentHashMap.newKeySet();

    /** Transmit queues of the link, 0 while there is none; read for each packet that is spread. */
    private volatile int liveTxQueues;

    private InterfaceControl control;
    private Link link;
    private LinkInfo info;
    private MemifException finalFailure;
    private long links;
    private String ourReason = "";
    private String peersReason = "";
    private String lastFailure = "";
    private boolean adminUp;
    private boolean closed;

    /** For those who asked while the link was down; null if nobody did. */
    private CompletableFuture<LinkInfo> nextLink;

    MemifInterface(
            MemifSocket socket,
            InterfaceConfig config,
            Callbacks callbacks,
            Supplier<QueueWaiter> waiters) {
        this.socket = socket;
        this.config = config;
        this.text = config.spec() + " on " + socket.address();
        this.listener = config.listener();
        this.callbacks = callbacks;
        this.adminUp = config.adminUp();
        boolean slave = config.role() == Role.SLAVE;
        int rx = slave ? config.m2sRings() : config.s2mRings();
        int tx = slave ? config.s2mRings() : config.m2sRings();
        String queueOf = config.toString();
        boolean check = config.checkThreads();
        for (int i = 0; i < rx; i++) {
            rxQueues.add(new RxQueue(queueOf, i, config.rxMode(), waiters, check));
        }
        for (int i = 0; i < tx; i++) {
            txQueues.add(new TxQueue(queueOf, i, check));
        }
    }

    /** {@return the id, unique for each socket and role: unsigned 32 bits} */
    public int id() {
        return config.id();
    }

    /** {@return the name sent to the peer} */
    public String name() {
        return config.name();
    }

    /** {@return master or slave} */
    public Role role() {
        return config.role();
    }

    /** {@return the socket that it is on} */
    public MemifSocket socket() {
        return socket;
    }

    void start(InterfaceControl started) {
        control = started;
    }

    /**
     * The configuration it was made from.
     *
     * @return immutable
     */
    public InterfaceConfig config() {
        return config;
    }

    /**
     * A receive queue.
     *
     * @param index 0 to the configured count - 1
     * @return the queue, valid until the interface is closed. It is idle while the link is down,
     *     and if the link has fewer rings
     * @throws IndexOutOfBoundsException if there is no such queue
     */
    public RxQueue rxQueue(int index) {
        return rxQueues.get(Objects.checkIndex(index, rxQueues.size()));
    }

    /**
     * A transmit queue.
     *
     * @param index 0 to the configured count - 1
     * @return the queue, valid until the interface is closed. It returns {@link
     *     TxQueue#NOT_CONNECTED} while the link is down, and if the link has fewer rings
     * @throws IndexOutOfBoundsException if there is no such queue
     */
    public TxQueue txQueue(int index) {
        return txQueues.get(Objects.checkIndex(index, txQueues.size()));
    }

    /**
     * Number of receive queues, as configured.
     *
     * @return 1 to 255
     */
    public int rxQueueCount() {
        return rxQueues.size();
    }

    /**
     * Number of transmit queues, as configured.
     *
     * @return 1 to 255
     */
    public int txQueueCount() {
        return txQueues.size();
    }

    int liveTxQueues() {
        return liveTxQueues;
    }

    /**
     * Whether the link is up.
     *
     * @return as of now
     */
    public boolean isConnected() {
        synchronized (change) {
            return link != null;
        }
    }

    /**
     * What was negotiated.
     *
     * @return null while the link is down
     */
    public LinkInfo linkInfo() {
        synchronized (change) {
            return info;
        }
    }

    /**
     * Whether the interface is administratively up.
     *
     * @return the configured state, or the one that was last set
     */
    public boolean isAdminUp() {
        synchronized (change) {
            return adminUp;
        }
    }

    /**
     * Brings the interface administratively up or down. Down ends the link, tells the peer why, and
     * keeps the link down: a slave does not connect, and a master refuses its slave with that
     * reason. Up lets the link come back. A slave then connects at once, even if it does not
     * reconnect by itself.
     *
     * @param up the new state; nothing happens if it is the current one
     * @throws MemifException with code CLOSED if the interface is closed
     */
    public void setAdminUp(boolean up) {
        socket.call(
                () -> {
                    synchronized (change) {
                        requireOpen();
                        if (adminUp == up) {
                            return;
                        }
                        adminUp = up;
                        finalFailure = null;
                    }
                    control.adminUp(up);
                });
    }

    /**
     * The current state of the interface. It does not disturb the data path; each shared word of a
     * ring is read once.
     *
     * @return a snapshot
     */
    public InterfaceDetails details() {
        List<QueueDetails> rx = DetailsReader.rx(rxQueues);
        List<QueueDetails> tx = DetailsReader.tx(txQueues);
        synchronized (change) {
            return new InterfaceDetails(
                    socket.address(),
                    config,
                    adminUp,
                    link == null ? null : info,
                    link == null ? Duration.ZERO : socket.idle(link),
                    link == null ? "" : link.movement().stall(),
                    links,
                    ourReason,
                    peersReason,
                    lastFailure,
                    rx,
                    tx);
        }
    }

    /**
     * Waits until the link is up.
     *
     * @param timeout longest wait
     * @return true if the link is up, false after the time-out
     * @throws InterruptedException if the thread is interrupted
     * @throws MemifException if no further attempt will be made, or the interface is closed
     */
    public boolean awaitConnected(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + ConfigChecks.nanos(timeout);
        waiters.add(Thread.currentThread());
        try {
            long rest = deadline - System.nanoTime();
            while (!isConnectedOrFails()) {
                if (rest <= 0) {
                    return false;
                }
                socket.waitForChange(rest);
                rest = deadline - System.nanoTime();
            }
            return true;
        } finally {
            waiters.remove(Thread.currentThread());
        }
    }

    private boolean isConnectedOrFails() {
        synchronized (change) {
            if (link == null) {
                if (finalFailure != null) {
                    throw new MemifException(
                            finalFailure.code(),
                            finalFailure.getMessage(),
                            finalFailure.peerReason(),
                            finalFailure);
                }
                requireOpen();
            }
            return link != null;
        }
    }

    /**
     * The link, without blocking.
     *
     * @return a stage that is complete if the link is up. Otherwise it is completed when the link
     *     next comes up, on the thread that calls the listener and after the listener was told. It
     *     is completed exceptionally with a {@link MemifException} if no further attempt will be
     *     made, or when the interface is closed
     */
    public CompletionStage<LinkInfo> connected() {
        synchronized (change) {
            if (link != null) {
                return CompletableFuture.completedStage(info);
            }
            if (finalFailure != null) {
                return CompletableFuture.failedStage(finalFailure);
            }
            if (closed) {
                return CompletableFuture.failedStage(closedException());
            }
            if (nextLink == null) {
                nextLink = new CompletableFuture<>();
            }
            return nextLink.minimalCompletionStage();
        }
    }

    /** {@return whether it has been closed; its queues stay idle} */
    public boolean isClosed() {
        synchronized (change) {
            return closed;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private MemifException closedException() {
        return new MemifException(MemifException.Code.CLOSED, this + " is closed", null);
    }

    /** To be completed in a callback, since dependents run at once. */
    private CompletableFuture<LinkInfo> takeNextLink() {
        CompletableFuture<LinkInfo> taken = nextLink;
        nextLink = null;
        return taken;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    /** Role, id, name and socket. */
    @Override
    public String toString() {
        return text;
    }

    /**
     * Disconnects, tells the peer, and releases everything. It waits up to one second until the
     * listener has been told everything and has returned; it does not wait if the listener calls
     * it. Idempotent.
     */
    @Override
    public void close() {
        socket.remove(this);
    }

    /** On the reactor's thread. */
    void closeNow() {
        CompletableFuture<LinkInfo> waiting;
        synchronized (change) {
            if (closed) {
                return;
            }
            closed = true;
            waiting = takeNextLink();
            waiters.forEach(LockSupport::unpark);
        }
        control.close("interface deleted");
        rxQueues.forEach(queue -> socket.guard(queue::close));
        txQueues.forEach(TxQueue::close);
        socket.removeBean(this);
        fail(waiting, closedException());
    }

    private void tell(Runnable call) {
        if (listener != NO_LISTENER) {
            callbacks.add(call);
        }
    }

    private void fail(CompletableFuture<LinkInfo> waiting, MemifException why) {
        if (waiting != null) {
            callbacks.add(() -> waiting.completeExceptionally(why));
        }
    }

    LinkSink sink() {
        return new Sink();
    }

    private final class Sink implements LinkSink {
        /** Null until there is a recording. */
        private LinkRecorder recorder;

        private void record(Consumer<LinkRecorder> event) {
            if (FlightRecording.isOn()) {
                if (recorder == null) {
                    recorder = new LinkRecorder(MemifInterface.this, addedNs);
                }
                socket.guard(() -> event.accept(recorder));
            }
        }

        @Override
        public Callbacks callbacks() {
            return callbacks;
        }

        @Override
        public void linkUp(Link up, List<WatchedRing> watched) {
            LinkInfo details = DetailsReader.info(up, rxQueues.size(), txQueues.size());
            synchronized (change) {
                info = details;
            }
            // Whoever receives a packet at once must be able to answer it.
            for (int i = 0; i < details.txQueues(); i++) {
                txQueues.get(i).linkUp(up, i < watched.size() ? watched.get(i) : PublishMark.NONE);
            }
            liveTxQueues = details.txQueues();
            for (RxQueue queue : rxQueues) {
                socket.guard(() -> queue.linkUp(up, rxQueues.size()));
            }
            CompletableFuture<LinkInfo> waiting;
            synchronized (change) {
                link = up;
                links++;
                waiting = takeNextLink();
                waiters.forEach(LockSupport::unpark);
            }
            socket.control()
                    .logDebug(
                            () ->
                                    MemifInterface.this
                                            + (": link up with \"" + details.peerApplicationName())
                                            + ("\" (" + details.peerInterfaceName() + ")"));
            record(each -> each.linkUp(details));
            tell(() -> listener.onLinkUp(MemifInterface.this, details));
            if (waiting != null) {
                callbacks.add(() -> waiting.complete(details));
            }
        }

        @Override
        public void linkDown(Ending ending) {
            liveTxQueues = 0;
            rxQueues.forEach(RxQueue::linkDown);
            txQueues.forEach(TxQueue::linkDown);
            synchronized (change) {
                link = null;
                info = null;
                waiters.forEach(LockSupport::unpark);
            }
            String reason = ending.text();
            if (ending.kind() == Ending.Kind.LOCAL) {
                socket.control().logDebug(() -> downText(reason));
            } else {
                socket.control().logWarning(downText(reason));
            }
            record(each -> each.linkDown(ending));
            tell(() -> listener.onLinkDown(MemifInterface.this, reason));
        }

        private String downText(String reason) {
            return MemifInterface.this + ": link down: " + reason;
        }

        @Override
        public void peerStalled(String what) {
            socket.control().logWarning(MemifInterface.this + ": the peer is stalled: " + what);
            tell(() -> listener.onPeerStalled(MemifInterface.this, what));
        }

        @Override
        public void failed(MemifException failure, boolean last) {
            CompletableFuture<LinkInfo> waiting = null;
            synchronized (change) {
                lastFailure = failure.getMessage();
                if (last) {
                    finalFailure = failure;
                    waiting = takeNextLink();
                    waiters.forEach(LockSupport::unpark);
                }
            }
            socket.control().logWarning(failure.getMessage());
            record(each -> each.failed(failure, last));
            if (callbacks.waiting() < MOST_WAITING) {
                tell(() -> listener.onConnectFailed(MemifInterface.this, failure));
            }
            fail(waiting, failure);
        }

        @Override
        public void ended(String ours, String peers) {
            synchronized (change) {
                ourReason = ours == null ? ourReason : ours;
                peersReason = peers == null ? peersReason : peers;
            }
        }

        @Override
        public void recordCounters() {
            record(LinkRecorder::counters);
        }

        @Override
        public void signalledAgain(int queue) {
            txQueues.get(queue).counters().add(Counter.REPEATED_SIGNALS, 1);
        }
    }
}
