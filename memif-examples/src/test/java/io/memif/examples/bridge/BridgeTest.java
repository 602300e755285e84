package io.memif.examples.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.examples.CommandRun;
import io.memif.testing.Await;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bridge between two ends in this JVM. 3 s. */
@Tag("once")
@Timeout(60)
class BridgeTest {
    private static final int PACKETS = 20_000;
    private static final long SOON_NS = 20_000_000_000L;
    private static final Pattern SUMMARY =
            Pattern.compile(
                    "\\{\"seconds\":[0-9.]+,\"aToB\":\\{\"received\":(\\d+),\"packets\":(\\d+),"
                            + "\"bytes\":\\d+,\"dropped\":(\\d+),\"inPlace\":(\\d+)\\},"
                            + "\"bToA\":\\{\"received\":(\\d+),.*\\}\\}\n");

    @TempDir Path directory;

    /** The other end of one of the bridge's links. */
    private final class End implements AutoCloseable {
        private final MemifSocket socket;
        private final MemifInterface itf;

        End(String name, Role role, int queues) {
            String address = directory.resolve(name).toString();
            socket = MemifSocket.open(SocketConfig.builder().address(address).build());
            InterfaceConfig.Builder config =
                    InterfaceConfig.builder()
                            .role(role)
                            .queues(queues)
                            .rxMode(RxMode.INTERRUPT)
                            .reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50));
            itf = socket.addInterface(config.build());
        }

        void awaitLink() throws InterruptedException {
            assertTrue(itf.awaitConnected(Duration.ofSeconds(20)), "link of " + itf);
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private String end(String name, Role peer, String more) {
        String role = peer == Role.MASTER ? "slave" : "master";
        return directory.resolve(name) + ",role=" + role + more;
    }

    @ParameterizedTest
    @CsvSource({
        "MASTER,MASTER,1,'','',true",
        "MASTER,MASTER,1,'',--copy,false",
        "MASTER,SLAVE,1,'','',false",
        "SLAVE,MASTER,1,'','',false",
        "SLAVE,SLAVE,1,'','',false",
        "MASTER,MASTER,3,'','',true",
        "MASTER,SLAVE,1,',buffer-size=64','',false",
        "MASTER,SLAVE,1,',rx-mode=polling','',false"
    })
    void packetsPassInOrder(Role a, Role b, int queues, String more, String option, boolean inPlace)
            throws Exception {
        String both = more + ",queues=" + queues;
        String words =
                "bridge --json "
                        + (option + " " + end("a", a, both) + " " + end("b", b, both)).trim();
        try (End left = new End("a", a, 1);
                CommandRun bridge = CommandRun.startWords(words);
                End right = new End("b", b, 1)) {
            left.awaitLink();
            right.awaitLink();
            Await.soon(
                    "both links as the bridge sees them",
                    () ->
                            bridge.err().contains("A: link up: peer ")
                                    && bridge.err().contains("B: link up: peer "));
            pass(left.itf, right.itf);
            pass(right.itf, left.itf);
            assertEquals(0, bridge.stop().exitCode(), bridge::transcript);
            Matcher summary = SUMMARY.matcher(bridge.out());
            assertTrue(summary.matches(), bridge::transcript);
            assertEquals(PACKETS, Integer.parseInt(summary.group(1)), bridge::transcript);
            assertEquals(PACKETS, Integer.parseInt(summary.group(2)), bridge::transcript);
            assertEquals(0, Integer.parseInt(summary.group(3)), bridge::transcript);
            int stayed = Integer.parseInt(summary.group(4));
            assertEquals(inPlace ? PACKETS : 0, stayed, bridge::transcript);
            assertEquals(PACKETS, Integer.parseInt(summary.group(5)), bridge::transcript);
        }
    }

    private static void pass(MemifInterface from, MemifInterface to) throws InterruptedException {
        ByteBuffer packet = ByteBuffer.allocateDirect(200);
        ByteBuffer received = ByteBuffer.allocate(2048);
        TxQueue tx = from.txQueue(0);
        long start = System.nanoTime();
        int sent = 0;
        for (int taken = 0; taken < PACKETS; ) {
            assertTrue(System.nanoTime() - start < SOON_NS, "taken " + taken + " of " + sent);
            while (sent < PACKETS && tx.offer(packet.putInt(0, sent), 0, 60 + sent % 140) > 0) {
                sent++;
            }
            tx.flush();
            int length = to.rxQueue(0).receive(received.clear());
            if (length == 0) {
                to.rxQueue(0).await(1_000_000);
                continue;
            }
            assertEquals(taken, received.getInt(0));
            assertEquals(60 + taken % 140, length);
            taken++;
        }
    }

    @Test
    void twoInterfacesOfOneSocket() throws Exception {
        String socket = directory.resolve("s").toString();
        try (CommandRun bridge =
                        CommandRun.start(
                                "bridge",
                                socket + ",role=master,id=1",
                                socket + ",role=master,id=2");
                MemifSocket ours =
                        MemifSocket.open(SocketConfig.builder().address(socket).build());
                MemifInterface one = ours.addInterface(slave(1));
                MemifInterface two = ours.addInterface(slave(2))) {
            assertTrue(one.awaitConnected(Duration.ofSeconds(20)));
            assertTrue(two.awaitConnected(Duration.ofSeconds(20)));
            Await.soon("B's link", () -> bridge.out().contains("B: link up: peer "));
            pass(one, two);
            assertEquals(0, bridge.stop().exitCode(), bridge::transcript);
            assertTrue(bridge.out().contains("A to B: " + PACKETS + " packets"));
        }
    }

    private static InterfaceConfig slave(int id) {
        return InterfaceConfig.builder()
                .role(Role.SLAVE)
                .id(id)
                .reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50))
                .build();
    }

    @Test
    void packetsWithoutANextLinkAreCounted() throws Exception {
        try (End left = new End("a", Role.MASTER, 1);
                CommandRun bridge =
                        CommandRun.start(
                                "bridge",
                                "--json",
                                end("a", Role.MASTER, ""),
                                end("b", Role.SLAVE, ""))) {
            left.awaitLink();
            TxQueue tx = left.itf.txQueue(0);
            Await.soon("a buffer", () -> tx.offer(new byte[60], 0, 60) == 1);
            tx.flush();
            Await.soon("the packet's end", tx::isDrained);
            assertEquals(0, bridge.stop().exitCode(), bridge::transcript);
            assertTrue(
                    bridge.out().contains("\"received\":1,\"packets\":0,\"bytes\":0,\"dropped\":1"),
                    bridge::transcript);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Missing required parameters: 'A' 'B',bridge",
        "Missing required parameter: 'B',bridge /tmp/a",
        "'--idd=3',bridge /tmp/a/idd=3 /tmp/b",
        "one end carries ip and the other ethernet,bridge /tmp/a/mode=ip /tmp/b",
        "ringSize=3,bridge /tmp/a/ring-size=3 /tmp/b",
        "--seconds has to be more than 0,bridge --seconds 0 /tmp/a /tmp/b"
    })
    void wrongUsage(String reason, String words) throws Exception {
        CommandRun run = CommandRun.startWords(words.replaceAll("/([a-z-]+=)", ",$1"));
        assertEquals(2, run.exitCode(), run::transcript);
        assertTrue(run.err().replace(", ", " ").contains(reason), run::transcript);
        assertEquals(1, run.err().lines().count(), run::transcript);
    }
}
