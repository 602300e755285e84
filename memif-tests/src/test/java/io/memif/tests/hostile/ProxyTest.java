package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import io.memif.internal.posix.Posix;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import io.memif.tests.hostile.FakeSlave.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A slave dies behind a proxy that keeps its connection to the master: whether the next slave gets
 * the interface, and what it is told if not. Takes 8 s.
 */
@Timeout(60)
class ProxyTest {
    private static final String SECRET = "abc";
    private static final int SECRET_AT = 9;

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    private String proxy() {
        return directory.resolve("proxy").toString();
    }

    private String master() {
        return directory.resolve("master").toString();
    }

    private void behindAProxy(Consumer<InterfaceConfig.Builder> tweak, Case test) throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(
                                master(), config -> tweak.accept(config.secret(SECRET)));
                CopyingProxy between = new CopyingProxy(posix, proxy(), master())) {
            try (FakeSlave ghost = new FakeSlave(posix, proxy(), TestedInterface.ID)) {
                ghost.through(Step.HELLO);
                byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
                ghost.acknowledged(
                        RawMessage.init(TestedInterface.ID)
                                .raw(SECRET_AT, Arrays.copyOf(secret, 24)));
                for (Step step : new Step[] {Step.REGION, Step.S2M, Step.M2S, Step.CONNECT}) {
                    ghost.make(step);
                }
                ours.expectEvent("up raw slave raw0");
                ghost.postAll();
            }
            // Gone without a word; the proxy keeps its half.
            test.run(ours, between);
        }
    }

    private interface Case {
        void run(TestedInterface ours, CopyingProxy between) throws Exception;
    }

    private MemifSocket slaves() {
        return MemifSocket.open(SocketConfig.builder().address(proxy()).build());
    }

    private static MemifInterface slave(MemifSocket socket) {
        return socket.addInterface(
                InterfaceConfig.builder()
                        .id(TestedInterface.ID)
                        .secret(SECRET)
                        .ringSize(16)
                        .reconnectInterval(Duration.ofMillis(50), Duration.ofMillis(200))
                        .build());
    }

    private static void works(TestedInterface ours, MemifInterface slave) throws Exception {
        assertTrue(slave.awaitConnected(Duration.ofSeconds(20)), slave.details()::toText);
        TestPackets.connect(ours.itf, slave);
        TestPackets.exchange(slave, ours.itf, 60);
    }

    @Test
    void byDefaultTheRefusalSaysWhoHasItAndWhatToDo() throws Exception {
        behindAProxy(
                config -> {},
                (ours, between) -> {
                    try (MemifSocket socket = slaves()) {
                        MemifInterface next = slave(socket);
                        String told = ours.errors().poll(20, TimeUnit.SECONDS).getMessage();
                        assertTrue(told.contains("already connected: interface 7 has a link to"));
                        assertTrue(told.contains("\"raw slave\" (raw0, pid "), told);
                        assertTrue(told.contains("set replaceIdleLinkAfter"), told);
                        Await.soon("a failure", () -> !next.details().lastFailure().isEmpty());
                        String failure = next.details().lastFailure();
                        assertTrue(failure.contains("which last moved 2"), failure);
                        assertFalse(next.isConnected());
                        assertTrue(ours.itf.isConnected());
                    }
                    ours.errors().clear();
                });
    }

    @Test
    void thePlaceOfAPeerThatIsStillGoesToTheNextWithTheSecret() throws Exception {
        behindAProxy(
                config -> config.replaceIdleLinkAfter(Duration.ofSeconds(2)),
                (ours, between) -> {
                    try (MemifSocket socket = slaves()) {
                        works(ours, slave(socket));
                        ours.expectEvent(
                                "down: link replaced: its peer was idle, and another connected with"
                                        + " the secret");
                        assertEquals(2, ours.itf.details().links());
                    }
                    ours.errors().clear();
                });
    }

    @Test
    void theLinkOfAPeerThatTakesNothingEnds() throws Exception {
        behindAProxy(
                config -> config.endStalledLinkAfter(Duration.ofSeconds(2)),
                (ours, between) -> {
                    byte[] packet = new byte[60];
                    while (ours.itf.txQueue(0).offer(packet, 0, packet.length) > 0) {
                        continue;
                    }
                    try (MemifSocket socket = slaves()) {
                        works(ours, slave(socket));
                    }
                    ours.errors().clear();
                });
    }
}
