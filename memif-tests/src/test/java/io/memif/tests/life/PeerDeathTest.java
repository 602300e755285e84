package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.protocol.Role;
import io.memif.testing.LeakCheck;
import io.memif.tests.life.DeathPeer.Doing;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A second JVM is killed, or stopped and continued, at random moments of the handshake and of full
 * traffic: the survivor notices, releases everything, keeps answering, and is linked again within a
 * second of the peer's return.
 *
 * <p>20 rounds in every build, 1,000 with {@code -Dmemif.long=true} (some 20 minutes).
 */
@ExtendWith(LeakCheck.class)
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class PeerDeathTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(30);
    private static final List<String> SMALL_JVM =
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx64m");

    @TempDir Path directory;

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Random random = Effort.random("PeerDeathTest");
    private Holdings noLink;
    private Pulse pulse;
    private Pump pump;
    private MemifInterface us;
    private Role theirRole;
    private Doing doing;
    private ChildJvm peer;
    private String what = "first start";
    private final Returns returns = new Returns();

    @ParameterizedTest(name = "survivor {0}")
    @EnumSource(Role.class)
    void weSurvive(Role role) throws Exception {
        theirRole = role == Role.SLAVE ? Role.MASTER : Role.SLAVE;
        int rounds = Math.max(1, Effort.of(20, 1_000) / 2);
        SocketConfig socketConfig =
                SocketConfig.builder().address(address()).errorHandler(errors::add).build();
        InterfaceConfig config = InterfaceConfig.builder().role(role).ringSize(256).build();
        try (Pulse measured = new Pulse();
                MemifSocket socket = MemifSocket.open(socketConfig);
                MemifInterface itf = socket.addInterface(config);
                Pump traffic = new Pump("survivor")) {
            // What the receive queue sleeps on stays.
            assertTrue(!itf.rxQueue(0).await(1));
            noLink = Holdings.now();
            pulse = measured;
            us = itf;
            pump = traffic;
            pump.use(itf);
            for (int i = 0; i < rounds; i++) {
                round(i);
            }
        } finally {
            if (peer != null) {
                peer.close();
            }
            // They would keep the last mapping from being collected.
            pump = null;
            us = null;
        }
        System.out.println(
                "PeerDeathTest: survivor " + role + ", " + rounds + " rounds, " + returns);
        returns.expectPrompt();
        errors.removeIf(e -> e.getMessage().contains("refused a slave"));
        assertEquals("[]", errors.toString());
    }

    private String address() {
        return directory.resolve("s").toString();
    }

    private void round(int number) throws Exception {
        boolean kill = random.nextBoolean();
        if (peer == null) {
            doing = random.nextBoolean() ? Doing.TRAFFIC : Doing.HANDSHAKES;
        }
        long momentNs = random.nextInt(60_000_000);
        what =
                "round "
                        + number
                        + ": "
                        + (kill ? "KILL" : "STOP")
                        + " in "
                        + doing
                        + " after "
                        + TimeUnit.NANOSECONDS.toMicros(momentNs)
                        + " us";
        try {
            if (peer == null) {
                start();
            }
            LockSupport.parkNanos(momentNs);
            if (kill) {
                killed();
            } else {
                stopped();
            }
            pump.check();
        } catch (AssertionError e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private void start() throws InterruptedException {
        peer =
                ChildJvm.start(
                        SMALL_JVM,
                        DeathPeer.class,
                        address(),
                        theirRole.toString(),
                        doing.toString());
        long links = us.details().links();
        peer.expect("open");
        returned(pulse.lap(), links);
    }

    /** Linked again within a second, and packets move. */
    private void returned(Pulse.Lap since, long linksBefore) throws InterruptedException {
        assertTrue(
                Holdings.until(SOON_NS, () -> us.details().links() > linksBefore),
                "no link after the peer's return");
        returns.note(since, what + ": the link's return");
        if (doing == Doing.TRAFFIC) {
            pump.awaitTraffic(SOON_NS);
        }
    }

    private void killed() throws InterruptedException {
        peer.close();
        peer = null;
        Pulse.Lap since = pulse.lap();
        assertTrue(Holdings.until(SOON_NS, () -> !us.isConnected()), "we do not notice");
        since.within(SECOND_NS, "noticing the death");
        assertEquals(TxQueue.NOT_CONNECTED, us.txQueue(0).offer(new byte[1], 0, 1));
        noLink.awaitBack("after the peer's death");
    }

    private void stopped() throws InterruptedException {
        peer.signal("STOP");
        boolean reset = random.nextBoolean();
        if (reset) {
            Pulse.Lap since = pulse.lap();
            us.setAdminUp(false);
            assertTrue(!us.isConnected(), "down although the peer does not answer");
            since.within(SECOND_NS, "disconnecting from a peer that is stopped");
            noLink.awaitBack("disconnected from a peer that is stopped");
            us.setAdminUp(true);
        }
        LockSupport.parkNanos(random.nextInt(400_000_000));
        boolean wasUp = us.isConnected();
        long links = us.details().links();
        long received = pump.in();
        peer.signal("CONT");
        Pulse.Lap since = pulse.lap();
        if (wasUp && doing == Doing.TRAFFIC) {
            assertTrue(Holdings.until(SOON_NS, () -> pump.in() > received), "no packets come");
            returns.note(since, what + ": the traffic's return");
        } else {
            returned(since, links);
        }
    }
}
