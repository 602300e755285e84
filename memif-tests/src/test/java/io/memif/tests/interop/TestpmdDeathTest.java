package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.protocol.Role;
import io.memif.testing.LeakCheck;
import io.memif.tests.life.Effort;
import io.memif.tests.life.Holdings;
import io.memif.tests.life.Pulse;
import io.memif.tests.life.Pump;
import io.memif.tests.life.Returns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Testpmd is killed, or stopped and continued, at random moments of the handshake and of full
 * traffic: we notice, release everything, and are linked again within a second of its return. (Its
 * client never connects again by itself: its return is the start of its port.)
 *
 * <p>20 rounds in every build, 1,000 with {@code -Dmemif.long=true} (some 30 minutes).
 */
@Needs(Need.TESTPMD)
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.MINUTES)
class TestpmdDeathTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HANDSHAKE_NS = 8_000_000;
    private static final int PORT_STARTS = 4;
    private static final int MOST_CRASHES = 50;
    private static final int TRAFFIC_NS = 60_000_000;

    @TempDir Path directory;

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Random random = Effort.random("TestpmdDeathTest");
    private Holdings noLink;
    private Pulse pulse;
    private Pump pump;
    private MemifInterface us;
    private Testpmd peer;
    private String what = "first start";
    private final Returns returns = new Returns();
    private int portStarts;
    private int crashes;

    private Path address() {
        return directory.resolve("s");
    }

    @ParameterizedTest(name = "we are {0}")
    @EnumSource(Role.class)
    void weSurvive(Role role) throws Exception {
        int rounds = Math.max(1, Effort.of(20, 1_000) / 2);
        SocketConfig socketConfig =
                SocketConfig.builder()
                        .address(address().toString())
                        .errorHandler(errors::add)
                        .build();
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
                "TestpmdDeathTest: "
                        + role
                        + ", "
                        + rounds
                        + " rounds, "
                        + returns
                        + ", most port starts for a link "
                        + portStarts
                        + ", crashes of testpmd "
                        + crashes);
        returns.expectPrompt();
        errors.removeIf(e -> e.getMessage().contains("refused a slave"));
        assertEquals("[]", errors.toString());
    }

    private boolean client() {
        return us.config().role() == Role.MASTER;
    }

    private void round(int number) throws Exception {
        boolean kill = random.nextBoolean();
        boolean handshake = random.nextBoolean();
        int momentNs = random.nextInt(handshake ? HANDSHAKE_NS : TRAFFIC_NS);
        what =
                String.format(
                        "round %d: %s in %s after %d us",
                        number,
                        kill ? "KILL" : "STOP",
                        handshake ? "handshake" : "traffic",
                        momentNs / 1_000);
        try {
            if (peer == null) {
                start();
            }
            if (handshake) {
                newHandshake();
            }
            LockSupport.parkNanos(momentNs);
            if (kill) {
                killed();
            } else {
                stopped(handshake && client());
            }
            pump.check();
        } catch (AssertionError e) {
            if (peer != null && !peer.isAlive() && ++crashes <= MOST_CRASHES) {
                // Of its own: it does not survive a link that is closed at a bad moment.
                killed();
                return;
            }
            throw new AssertionError(
                    what + ": " + e.getMessage() + "\n" + us.details() + "\n" + peer, e);
        }
    }

    private void start() throws InterruptedException, IOException {
        long links = us.details().links();
        if (!client()) {
            // A killed server leaves it, and the next one would not start.
            Files.deleteIfExists(address());
        }
        peer =
                Testpmd.memif(address().toString(), client() ? "role=client" : "role=server")
                        .options("--forward-mode=io")
                        .start();
        returned(pulse.lap(), links);
    }

    private void newHandshake() throws InterruptedException {
        if (client()) {
            peer.command("stop");
            peer.command("port stop 0");
            peer.commandInBackground("port start 0");
        } else {
            us.setAdminUp(false);
            us.setAdminUp(true);
        }
    }

    private void returned(Pulse.Lap since, long linksBefore) throws InterruptedException {
        assertTrue(
                Holdings.until(
                                Child.SOON_NS,
                                () ->
                                        us.isConnected() && us.details().links() > linksBefore
                                                || !peer.isAlive())
                        && peer.isAlive(),
                "no link after the peer's return");
        returns.note(since, what + ": the link's return");
        peer.command("start");
        pump.awaitTraffic(Child.SOON_NS);
    }

    private void killed() throws InterruptedException {
        peer.kill();
        peer.close();
        Pulse.Lap since = pulse.lap();
        peer = null;
        assertTrue(Holdings.until(Child.SOON_NS, () -> !us.isConnected()), "we do not notice");
        since.within(SECOND_NS, "noticing the death");
        assertEquals(TxQueue.NOT_CONNECTED, us.txQueue(0).offer(new byte[1], 0, 1));
        noLink.awaitBack("after the peer's death");
    }

    private void stopped(boolean inBackground) throws InterruptedException {
        peer.signal("STOP");
        boolean reset = random.nextBoolean();
        if (reset) {
            us.setAdminUp(false);
            noLink.awaitBack("disconnected from a peer that is stopped");
            us.setAdminUp(true);
        }
        LockSupport.parkNanos(random.nextInt(400_000_000));
        boolean wasUp = us.isConnected();
        long links = us.details().links();
        long received = pump.in();
        peer.signal("CONT");
        Pulse.Lap since = pulse.lap();
        if (inBackground) {
            peer.settle();
        }
        if (wasUp && !inBackground) {
            assertTrue(Holdings.until(Child.SOON_NS, () -> pump.in() > received), "no packets");
            returns.note(since, what + ": the traffic's return");
        } else if (client() && !Holdings.until(SECOND_NS, us::isConnected)) {
            restartPort();
        } else if (!us.isConnected()) {
            returned(since, links);
        }
        peer.command("start");
        pump.awaitTraffic(Child.SOON_NS);
    }

    /** Its port comes up without a link now and then when the link before was lost. */
    private void restartPort() throws InterruptedException {
        for (int attempt = 1; attempt <= PORT_STARTS; attempt++) {
            peer.command("stop");
            peer.command("port stop 0");
            long before = us.details().links();
            peer.command("port start 0");
            Pulse.Lap since = pulse.lap();
            if (attempt == PORT_STARTS
                    || Holdings.until(SECOND_NS, () -> us.details().links() > before)) {
                portStarts = Math.max(portStarts, attempt);
                returned(since, before);
                return;
            }
        }
    }
}
