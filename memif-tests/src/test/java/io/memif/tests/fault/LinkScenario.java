package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.security.auth.module.UnixSystem;
import io.memif.FaultySockets;
import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.SocketConfig;
import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.Posix;
import io.memif.testing.TestPackets;
import io.memif.testing.TestPosix;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A link's whole life on one thread: open, connect, packets with interrupts, disconnect, connect
 * again, packets, close. Our side makes its system calls through a fault; the peer's work.
 */
final class LinkScenario {
    static final int ID = 7;
    private static final int ATTEMPTS = 4;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Role role;
    private final String address;
    private final Posix faulty;
    private final List<String> reports = new ArrayList<>();
    private MemifSocket ours;
    private MemifSocket peers;
    private MemifInterface itf;
    private MemifInterface peer;
    private int turns;
    private int packets;

    LinkScenario(Role role, String address, Interposer fault) {
        this.role = role;
        this.address = address;
        this.faulty = TestPosix.open(fault);
    }

    /** What our side reported, in order. */
    List<String> reports() {
        return reports;
    }

    /** How often the two reactors were driven. */
    int turns() {
        return turns;
    }

    void run() {
        try {
            if (role == Role.SLAVE) {
                openPeer();
            }
            ours = persist(() -> FaultySockets.open(socketConfig(true), faulty));
            itf = persist(() -> ours.addInterface(config(role, true)));
            if (role == Role.MASTER) {
                openPeer();
            }
            passPackets();
            peer.close();
            driveUntil("the link is down", () -> !itf.isConnected());
            peer = peers.addInterface(config(other(), false));
            passPackets();
        } finally {
            close();
        }
    }

    private void close() {
        if (itf != null) {
            record(itf::close);
        }
        if (ours != null) {
            record(ours::close);
        }
        if (peers != null) {
            peers.close();
        }
    }

    private void record(Runnable close) {
        try {
            close.run();
        } catch (RuntimeException e) {
            reports.add("close: " + e);
        }
    }

    private Role other() {
        return role == Role.MASTER ? Role.SLAVE : Role.MASTER;
    }

    private void openPeer() {
        peers = MemifSocket.open(socketConfig(false));
        peer = peers.addInterface(config(other(), false));
    }

    private SocketConfig socketConfig(boolean mine) {
        SocketConfig.Builder config =
                SocketConfig.builder().address(address).ownThread(false).socketMode(0600);
        config.allowPeerUids((int) new UnixSystem().getUid());
        if (mine) {
            config.errorHandler(error -> reports.add("error: " + error.getMessage()));
        } else {
            config.errorHandler(error -> {});
        }
        return config.build();
    }

    private InterfaceConfig config(Role of, boolean mine) {
        InterfaceConfig.Builder config =
                InterfaceConfig.builder()
                        .role(of)
                        .id(ID)
                        .name(mine ? "ours" : "peer")
                        .ringSize(16)
                        .bufferSize(256)
                        .rxMode(RxMode.INTERRUPT)
                        .handshakeTimeout(Duration.ofMillis(500))
                        .reconnectInterval(Duration.ofMillis(1), Duration.ofMillis(5));
        if (mine) {
            config.listener(new Recorder());
        }
        return config.build();
    }

    private final class Recorder implements InterfaceListener {
        @Override
        public void onLinkDown(MemifInterface which, String reason) {
            reports.add("down: " + reason);
        }

        @Override
        public void onConnectFailed(MemifInterface which, MemifException cause) {
            reports.add("failed: " + cause.getMessage());
        }
    }

    /** Calls again what failed: the fault is gone by then. */
    private <T> T persist(Supplier<T> call) {
        try {
            return call.get();
        } catch (MemifException e) {
            reports.add("threw: " + e.getMessage());
            return call.get();
        }
    }

    private void drive() {
        turns++;
        int done = ours.reactor().doWork(0) + peers.reactor().doWork(0);
        if (done == 0) {
            ours.reactor().doWork(TURN_NS);
        }
    }

    private void driveUntil(String what, Supplier<Boolean> done) {
        long end = System.nanoTime() + DEADLINE_NS;
        while (!done.get()) {
            drive();
            assertTrue(System.nanoTime() < end, () -> what + " in time; reports: " + reports);
        }
    }

    /** One packet each way; again from the start if the link goes down on the way. */
    private void passPackets() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            driveUntil("link up", () -> itf.isConnected() && peer.isConnected());
            if (passes(peer, itf) && passes(itf, peer)) {
                return;
            }
        }
        throw new AssertionError("no packet comes through; reports: " + reports);
    }

    private boolean passes(MemifInterface from, MemifInterface to) {
        byte[] packet = TestPackets.pattern(packets++, 60);
        ByteBuffer target = ByteBuffer.allocate(256);
        // Empty, so that the sender signals; the wait after the packet then finds the signal.
        guard(() -> to.rxQueue(0).arm());
        if (from.txQueue(0).offer(packet, 0, packet.length) != 1 || from.txQueue(0).flush() != 1) {
            return false;
        }
        long end = System.nanoTime() + DEADLINE_NS;
        while (to.isConnected() && from.isConnected()) {
            int length = to.rxQueue(0).receive(target);
            if (length > 0) {
                assertArrayEquals(packet, Arrays.copyOf(target.array(), length));
                await(to);
                return true;
            }
            await(to);
            drive();
            assertTrue(System.nanoTime() < end, () -> "packet in time; reports: " + reports);
        }
        return false;
    }

    private void await(MemifInterface to) {
        guard(() -> to.rxQueue(0).await(TimeUnit.MILLISECONDS.toNanos(1)));
    }

    private void guard(Callable<Boolean> wait) {
        try {
            wait.call();
        } catch (Exception e) {
            reports.add("threw: " + e.getMessage());
        }
    }
}
