package io.memif;

import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not move, by a clock that the test sets. */
@Timeout(60)
class PeerMovementTest {
    private static final int ID = 5;
    private static final String SECRET = "known to both";

    @TempDir Path directory;

    @RegisterExtension final Opened opened = new Opened();

    private final List<String> events = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long nowNs = TimeUnit.DAYS.toNanos(1);
    private MemifReactor reactor;

    private final InterfaceListener listener =
            new InterfaceListener() {
                @Override
                public void onLinkDown(MemifInterface itf, String reason) {
                    events.add(itf.role() + " down: " + reason);
                }

                @Override
                public void onPeerStalled(MemifInterface itf, String what) {
                    events.add(itf.role() + " stalled: " + what);
                }

                @Override
                public void onConnectFailed(MemifInterface itf, MemifException cause) {
                    events.add(itf.role() + " failed: " + cause.peerReason());
                }
            };

    private MemifSocket socket() {
        if (reactor == null) {
            reactor =
                    opened.keep(
                            MemifReactor.callerDriven(
                                    e -> errors.add(e.getMessage()),
                                    TestPosix.open(),
                                    () -> nowNs));
        }
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .applicationName("the old one")
                        .reactor(reactor)
                        .errorHandler(e -> errors.add(e.getMessage()))
                        .build());
    }

    private InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(ID)
                .secret(SECRET)
                .ringSize(16)
                .handshakeTimeout(Duration.ofDays(1))
                .listener(listener);
    }

    /** Turns without time passing. */
    private void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> what + "; " + events + errors);
            reactor.doWork(1_000_000);
        }
    }

    private void pass(double seconds) {
        for (double left = seconds; left > 0; left -= 0.25) {
            nowNs += TimeUnit.MILLISECONDS.toNanos(250);
            reactor.doWork();
            reactor.doWork();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aStalledPeerIsToldOnceAndSeenInTheDetails(Role role) {
        MemifSocket socket = socket();
        MemifInterface master = socket.addInterface(config(Role.MASTER).build());
        MemifInterface slave = socket.addInterface(config(Role.SLAVE).build());
        until("links", () -> master.isConnected() && slave.isConnected());
        MemifInterface ours = role == Role.MASTER ? master : slave;
        MemifInterface peer = role == Role.MASTER ? slave : master;
        pass(5);
        assertEquals(List.of(), events, "nothing waits for anybody");
        fill(ours.txQueue(0));
        pass(1.5);
        assertEquals(List.of(), events);
        pass(5);
        assertEquals(1, events.size(), events::toString);
        assertTrue(events.get(0).startsWith(role + " stalled: "), events::toString);
        assertTrue(ours.details().stall().contains("16 slots wait"), ours.details().stall());
        assertTrue(ours.details().peerIdle().toSeconds() >= 5, ours.details()::toText);
        assertTrue(ours.details().toText().contains("peer stalled: "), ours.details()::toText);
        assertTrue(ours.isConnected());
        int[] got = {0};
        while (got[0] < 16) {
            got[0] += peer.rxQueue(0).poll((buffer, offset, length, flags) -> {}, 16);
        }
        peer.rxQueue(0).poll((buffer, offset, length, flags) -> {}, 16);
        pass(1.25);
        assertEquals("", ours.details().stall());
        assertTrue(ours.details().peerIdle().toSeconds() < 2, ours.details()::toText);
        fill(ours.txQueue(0));
        pass(5);
        assertEquals(2, events.size(), events::toString);
    }

    private static void fill(TxQueue tx) {
        while (tx.offer(pattern(1, 40), 0, 40) > 0) {
            continue;
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void theLinkOfAStalledPeerEndsWhereThatIsConfigured(Role role) {
        MemifSocket socket = socket();
        Duration limit = Duration.ofSeconds(10);
        MemifInterface master =
                socket.addInterface(
                        (role == Role.MASTER
                                        ? config(Role.MASTER).endStalledLinkAfter(limit)
                                        : config(Role.MASTER))
                                .build());
        MemifInterface slave =
                socket.addInterface(
                        (role == Role.SLAVE
                                        ? config(Role.SLAVE).endStalledLinkAfter(limit)
                                        : config(Role.SLAVE))
                                .build());
        until("links", () -> master.isConnected() && slave.isConnected());
        MemifInterface ours = role == Role.MASTER ? master : slave;
        pass(20);
        assertTrue(ours.isConnected(), "an idle peer is not stalled");
        fill(ours.txQueue(0));
        pass(8);
        assertTrue(ours.isConnected());
        pass(5);
        until("the end", () -> events.size() >= 3);
        assertTrue(events.get(1).contains("down: peer stalled: "), events::toString);
        assertTrue(ours.details().ourDisconnectReason().startsWith("peer stalled"));
    }

    private MemifInterface another(String secret) {
        return socket().addInterface(config(Role.SLAVE).secret(secret).reconnect(false).build());
    }

    @Test
    void theRefusalNamesTheOldPeerItsLastMovementAndTheRemedy() {
        MemifSocket socket = socket();
        MemifInterface master = socket.addInterface(config(Role.MASTER).build());
        MemifInterface slave = socket.addInterface(config(Role.SLAVE).name("old0").build());
        until("links", () -> master.isConnected() && slave.isConnected());
        pass(7);
        another(SECRET);
        until("a refusal", () -> !events.isEmpty() && !errors.isEmpty());
        String pid = Long.toString(ProcessHandle.current().pid());
        assertEquals(
                "SLAVE failed: already connected: interface 5, to pid "
                        + pid
                        + ", which last moved "
                        + Instant.now().toString().substring(0, 4),
                events.get(0).substring(0, events.get(0).indexOf("moved ") + 10));
        assertTrue(events.get(0).length() <= "SLAVE failed: ".length() + 95, "fits its message");
        String ours = errors.get(0);
        for (String word :
                new String[] {
                    "\"the old one\"", "old0", pid, "last moved 2", "proxy", "replaceIdleLinkAfter"
                }) {
            assertTrue(ours.contains(word), ours);
        }
        assertTrue(slave.isConnected(), "the old link is left alone");
    }

    @Test
    void anIdleLinkIsReplacedByAPeerThatKnowsTheSecret() {
        MemifSocket socket = socket();
        MemifInterface master =
                socket.addInterface(
                        config(Role.MASTER).replaceIdleLinkAfter(Duration.ofSeconds(10)).build());
        MemifInterface slave = socket.addInterface(config(Role.SLAVE).reconnect(false).build());
        until("links", () -> master.isConnected() && slave.isConnected());
        pass(9);
        send(slave.txQueue(0), pattern(1, 60));
        receiveOn(master);
        pass(9);
        another(SECRET);
        until("a refusal", () -> !events.isEmpty());
        assertTrue(events.get(0).contains("already connected"), events::toString);
        pass(3);
        another("guessed");
        until("a refusal", () -> events.size() == 2);
        assertTrue(events.get(1).contains("incorrect secret"), events::toString);
        assertTrue(slave.isConnected());
        MemifInterface next = another(SECRET);
        until("the new link", () -> next.isConnected() && master.isConnected());
        assertFalse(slave.isConnected());
        assertEquals(2, master.details().links());
        assertTrue(
                events.contains(
                        "MASTER down: link replaced: its peer was idle, and another connected with"
                                + " the secret"),
                events::toString);
        send(next.txQueue(0), pattern(2, 60));
        receiveOn(master);
    }

    private void receiveOn(MemifInterface itf) {
        until("a packet", () -> itf.rxQueue(0).poll((buffer, offset, length, flags) -> {}, 4) > 0);
    }

    @Test
    void replacingNeedsASecret() {
        InterfaceConfig.Builder open =
                InterfaceConfig.builder()
                        .role(Role.MASTER)
                        .replaceIdleLinkAfter(Duration.ofSeconds(10));
        assertTrue(
                assertThrows(IllegalArgumentException.class, open::build)
                        .getMessage()
                        .contains("needs a secret"));
        assertThrows(
                IllegalArgumentException.class,
                () -> config(Role.MASTER).endStalledLinkAfter(Duration.ofMillis(10)).build());
        assertEquals(Duration.ZERO, config(Role.MASTER).build().replaceIdleLinkAfter());
    }
}
