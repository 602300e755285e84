package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two network namespaces whose only connection is tap, memif, tap, each tap command in a JVM of its
 * own: the kernels' own ping and TCP pass. 8 s.
 */
@Needs(Need.PING)
@Tag("once")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class TapTest {
    private static final long BYTES = 100_000_000;
    private static final String LEFT = "198.18.78.1";
    private static final String RIGHT = "198.18.78.2";

    private NetworkNamespace left;
    private NetworkNamespace right;
    private ChildProcess leftTap;
    private ChildProcess rightTap;

    @BeforeAll
    void start(@TempDir Path directory) throws InterruptedException {
        left = new NetworkNamespace();
        right = new NetworkNamespace();
        String socket = directory.resolve("memif.sock").toString();
        leftTap = tap(left, socket, "--role master --ip " + LEFT + "/24 --ip fd78::1/64");
        leftTap.awaitLine("tap memif0, mtu 9000, " + LEFT + "/24, fd78::1/64: master, id 0");
        rightTap = tap(right, socket, "--ip " + RIGHT + "/24 --ip fd78::2/64");
        rightTap.awaitLine("link up: ");
        leftTap.awaitLine("link up: ");
    }

    private static ChildProcess tap(NetworkNamespace in, String socket, String options) {
        String words = Memif.class.getName() + " tap memif%d --mtu 9000 --socket " + socket;
        return ChildProcess.java(ExitWithInput.class, (words + " " + options).split(" "))
                .by(in.prefix())
                .start();
    }

    @AfterAll
    void stop() throws InterruptedException {
        try {
            for (ChildProcess tap : List.of(leftTap, rightTap)) {
                tap.signal("TERM");
                assertEquals(0, tap.exitCode(), tap::toString);
                assertTrue(tap.out().matches("(?s).*to the peer: \\d+ packets, .*"), tap::toString);
                assertEquals("", tap.err());
            }
        } finally {
            CloseAll.all(leftTap, rightTap, left, right);
        }
    }

    private void answered(String options, int count) throws InterruptedException {
        List<String> words = List.of(("-n -w 30 -i 0.01 -c " + count + " " + options).split(" "));
        String said = left.ping(words);
        assertTrue(
                said.contains(count + " packets transmitted, " + count + " received"),
                () -> said + leftTap + rightTap);
    }

    @Test
    void hostsPingEachOther() throws InterruptedException {
        answered(RIGHT, 20);
        answered("-M do -s 8972 " + RIGHT, 20);
        answered("-s 20000 " + RIGHT, 20);
        answered("-M do -s 8952 fd78::2", 20);
    }

    @Test
    void tcpArrivesWhole() throws InterruptedException {
        try (ChildProcess receiver = bulk(right, "receive", RIGHT)) {
            String port = receiver.awaitLine("port ").substring("port ".length());
            try (ChildProcess sender = bulk(left, "send", RIGHT, port, Long.toString(BYTES))) {
                assertEquals(0, sender.exitCode(), () -> sender.toString() + leftTap + rightTap);
                String sent = sender.awaitLine("sum " + BYTES + " ");
                assertEquals(sent, receiver.awaitLine("sum "));
            }
        }
    }

    private static ChildProcess bulk(NetworkNamespace in, String... words) {
        return ChildProcess.java(ChildProcess.SMALL_JVM, TcpBulk.class, words)
                .by(in.prefix())
                .start();
    }
}
