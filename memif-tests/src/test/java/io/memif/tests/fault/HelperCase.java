package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.FaultySockets;
import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.LinkInfo;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import io.memif.tests.hostile.FakeMaster;
import io.memif.tests.hostile.FakeSlave;
import io.memif.tests.hostile.RawConnection;
import io.memif.tests.hostile.RawMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One helper job, one way in which its link ends, and which of them finishes first. Our side
 * belongs to a thread of its own, which drives the reactor where that has none; the peer is raw.
 */
final class HelperCase {
    private static final int ID = 7;
    private static final long SOON_S = 20;
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What a helper does. */
    enum Job {
        CREATE(Role.SLAVE, SystemCall.MEMFD_CREATE, true),
        MAP(Role.MASTER, SystemCall.MMAP, true),
        RELEASE_CREATED(Role.SLAVE, SystemCall.REPLACE_PAGES, false),
        RELEASE_MAPPED(Role.MASTER, SystemCall.REPLACE_PAGES, false),
        CLOSE_AS_SLAVE(Role.SLAVE, SystemCall.CLOSE, false),
        CLOSE_AS_MASTER(Role.MASTER, SystemCall.CLOSE, false),
        /** Of somebody else, whose connection was refused for them. */
        CLOSE_DESCRIPTORS(Role.MASTER, SystemCall.CLOSE, false);

        final Role role;
        final SystemCall call;

        /** Whether it is done for a link that is not up yet. */
        final boolean makesLink;

        Job(Role role, SystemCall call, boolean makesLink) {
            this.role = role;
            this.call = call;
            this.makesLink = makesLink;
        }
    }

    /** Who ends the link. */
    enum End {
        PEER,
        INTERFACE,
        SOCKET,
        REACTOR
    }

    /** When the job finishes, compared with the end. */
    enum Moment {
        BEFORE,
        DURING,
        AFTER
    }

    private final Job job;
    private final End end;
    private final Moment moment;
    private final boolean ownThread;
    private final String address;
    private final HeldCall held;
    private final Posix raw = Posix.open();
    private final List<AutoCloseable> peers = new ArrayList<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread owner = new Thread(this::own, "owner");
    private volatile boolean stopped;
    private MemifReactor reactor;
    private MemifSocket socket;
    private MemifInterface itf;
    private FakeMaster master;
    private RawConnection control;
    private FakeMaster.Link accepted;

    HelperCase(Job job, End end, Moment moment, boolean ownThread, String address) {
        this.job = job;
        this.end = end;
        this.moment = moment;
        this.ownThread = ownThread;
        this.address = address;
        this.held = new HeldCall(job.call);
    }

    /** Drives the reactor, unless it drives itself, and does what belongs to its thread. */
    private void own() {
        try {
            while (!stopped) {
                Runnable task =
                        ownThread ? tasks.poll(TURN_NS, TimeUnit.NANOSECONDS) : tasks.poll();
                if (task != null) {
                    task.run();
                } else if (!ownThread) {
                    reactor.doWork(TURN_NS);
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Void> begin(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        tasks.add(
                () -> {
                    try {
                        task.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                });
        if (!ownThread) {
            reactor.wakeUp();
        }
        return done;
    }

    private static void finish(CompletableFuture<Void> task) throws Exception {
        task.get(SOON_S, TimeUnit.SECONDS);
    }

    void run() throws Exception {
        reactor = FaultySockets.reactor(ownThread, this::error, TestPosix.open(held));
        owner.start();
        try {
            finish(begin(this::open));
            if (job.makesLink) {
                endWhileLinkIsMade();
            } else {
                endLink();
            }
            if (end == End.PEER) {
                expectAnotherLink();
            }
        } finally {
            held.letGo();
            finish(begin(reactor::close));
            stopped = true;
            owner.join();
            for (AutoCloseable each : peers) {
                each.close();
            }
        }
        assertEquals(List.of(), errors);
    }

    private void error(Throwable e) {
        String text = e.getMessage();
        boolean expected =
                text.startsWith("a helper has been held up")
                        || job == Job.CLOSE_DESCRIPTORS && text.contains("refused a slave");
        if (!expected) {
            errors.add(text);
        }
    }

    private void open() {
        if (job.role == Role.SLAVE) {
            master = keep(new FakeMaster(raw, address, 16));
        }
        socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(address)
                                .reactor(reactor)
                                .errorHandler(this::error)
                                .build());
        itf =
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(job.role)
                                .id(ID)
                                .ringSize(FakeSlave.SLOTS)
                                .bufferSize(FakeSlave.BUFFER)
                                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                                .listener(new Recorder())
                                .build());
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        peers.add(0, closeable);
        return closeable;
    }

    private final class Recorder implements InterfaceListener {
        @Override
        public void onLinkUp(MemifInterface which, LinkInfo info) {
            events.add("up");
        }

        @Override
        public void onLinkDown(MemifInterface which, String reason) {
            events.add("over: " + reason);
        }

        @Override
        public void onConnectFailed(MemifInterface which, MemifException cause) {
            events.add("over: " + cause.getMessage());
        }
    }

    private void expect(String start) throws InterruptedException {
        String event = events.poll(SOON_S, TimeUnit.SECONDS);
        assertTrue(event != null && event.startsWith(start), start + " expected, not " + event);
    }

    /** The peer goes on to where a helper begins to make or map the memory. */
    private void beginLink() {
        if (job.role == Role.SLAVE) {
            accepted = keep(master.accept().through(FakeMaster.Step.ACK_INIT));
            control = accepted.control;
        } else {
            FakeSlave slave = keep(new FakeSlave(raw, address, ID)).through(FakeSlave.Step.M2S);
            control = slave.control;
            control.send(RawMessage.connect("raw0"));
        }
    }

    private void completeLink() throws InterruptedException {
        if (job.role == Role.SLAVE) {
            for (FakeMaster.Step step : FakeMaster.Step.values()) {
                if (step.compareTo(FakeMaster.Step.ACK_INIT) > 0) {
                    accepted.make(step);
                }
            }
        } else {
            control.expect(RawMessage.CONNECTED);
        }
        expect("up");
    }

    private void endWhileLinkIsMade() throws Exception {
        held.arm();
        beginLink();
        held.awaitReached();
        if (moment == Moment.BEFORE) {
            held.letGo();
            completeLink();
        }
        endNow();
    }

    private void endLink() throws Exception {
        beginLink();
        completeLink();
        if (moment != Moment.BEFORE) {
            held.arm();
        }
        if (job == Job.CLOSE_DESCRIPTORS) {
            FakeSlave other = keep(new FakeSlave(raw, address, ID)).through(FakeSlave.Step.HELLO);
            other.control.send(RawMessage.init(ID), other.s2mEvent, other.m2sEvent);
            other.control.drain();
        } else if (moment == Moment.BEFORE && end != End.PEER) {
            control.close();
            expect("over");
        }
        endNow();
    }

    private void endNow() throws Exception {
        CompletableFuture<Void> ending = CompletableFuture.completedFuture(null);
        switch (end) {
            case PEER -> control.close();
            case INTERFACE -> ending = begin(itf::close);
            case SOCKET -> ending = begin(socket::close);
            default -> ending = begin(reactor::close);
        }
        if (moment == Moment.DURING) {
            held.awaitReached();
            held.letGo();
        }
        finish(ending);
        if (end == End.PEER) {
            expect("over");
        }
        if (moment == Moment.AFTER) {
            held.awaitReached();
            held.letGo();
        }
    }

    private void expectAnotherLink() throws InterruptedException {
        beginLink();
        completeLink();
    }

    @Override
    public String toString() {
        return job
                + (" finishes " + moment + " the end by " + end)
                + (ownThread ? ", own thread" : ", caller-driven");
    }
}
