package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import io.memif.unix.Tap;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Two network namespaces whose only connection is tap, memif, tap, each tap command in a JVM of its
 * own: the kernels' own ping and TCP pass. One of the kernels answers our ping command, too, which
 * says what ping says. 13 s.
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

    /** Where our own ping asks the right kernel. */
    private ChildProcess askedTap;

    private String asked;

    /** Frames for the right kernel that are longer than a tap takes. */
    private int longFrames;

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
        asked = directory.resolve("asked.sock").toString();
        askedTap = tap(right, asked, "--role master --ip 198.18.79.2/24 --ip fd79::2/64");
        askedTap.awaitLine("tap memif1, ");
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
            for (ChildProcess tap : List.of(leftTap, rightTap, askedTap)) {
                tap.signal("TERM");
                assertEquals(0, tap.exitCode(), tap::toString);
                assertTrue(tap.out().matches("(?s).*to the peer: \\d+ packets, .*"), tap::toString);
                assertEquals("", tap.err());
            }
            String all =
                    "(?s).*to the host: \\d+ packets, \\d+ bytes, " + longFrames + " dropped\n";
            assertTrue(askedTap.out().matches(all), askedTap::toString);
        } finally {
            CloseAll.all(leftTap, rightTap, askedTap, left, right);
        }
    }

    private void answered(String options, int count) throws InterruptedException {
        List<String> words = List.of(("-n -w 30 -i 0.01 -c " + count + " " + options).split(" "));
        String said = left.ping(words);
        // It may have sent one request more before it read the last reply.
        assertTrue(PingCases.isAnswered(said, count), () -> said + leftTap + rightTap);
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

    /** With a deadline, both go on until enough replies have come, however busy the machine is. */
    @ParameterizedTest
    @CsvSource({
        "-c 3 -i 0.1, 198.18.78.1, 198.18.78.2",
        "-c 2 -i 0.1 -s 1000, fd78::1, fd78::2",
        "-c 3 -i 0.1 -q, 198.18.78.1, 198.18.78.2",
        "-c 30 -f -q, 198.18.78.1, 198.18.78.2",
        "-c 30 -f -q -i 0.01, fd78::1, fd78::2"
    })
    void ourPingSaysWhatPingSays(String options, String own, String target)
            throws InterruptedException {
        List<String> words = new ArrayList<>(left.prefix());
        words.addAll(List.of(("ping -n -w 30 " + options + " " + target).split(" ")));
        try (ChildProcess ping = ChildProcess.command("ping", words).start()) {
            String to = target.replaceFirst("78", "79");
            StringWriter said = new StringWriter();
            assertEquals(
                    0,
                    ourPing("-w 30 " + options, to, own.replace("78", "79"), said),
                    said::toString);
            assertEquals(0, ping.exitCode(), ping::toString);
            List<String> expected = new ArrayList<>(kindsOfLines(ping.out(), target));
            expected.add("rtt p50/p90/p99 = N ms");
            assertEquals(expected, kindsOfLines(said.toString(), to));
        }
    }

    @Test
    void framesThatATapDoesNotTakeAreCounted() throws InterruptedException {
        InterfaceConfig slave = InterfaceConfig.builder().role(Role.SLAVE).build();
        try (MemifSocket socket = MemifSocket.open(SocketConfig.builder().address(asked).build());
                MemifInterface itf = socket.addInterface(slave)) {
            assertTrue(itf.awaitConnected(Duration.ofNanos(ChildProcess.LIMIT_NS)));
            TxQueue tx = itf.txQueue(0);
            byte[] frame = new byte[Tap.MAX_MTU + Tap.HEADER_BYTES + 1];
            assertTrue(tx.offer(frame, 0, frame.length) > 1, "a chain");
            tx.flush();
            Await.soon("the tap's poll", tx::isDrained);
            longFrames++;
        }
    }

    private int ourPing(String options, String target, String own, StringWriter said) {
        CommandLine ours = Memif.commandLine(new StopSignal()).setOut(new PrintWriter(said, true));
        String words = "ping %s %s --ip %s --role slave --socket %s";
        return ours.execute(words.formatted(target, options, own, asked).split(" "));
    }

    /** Leaves out what differs from run to run. */
    private static List<String> kindsOfLines(String said, String target) {
        return said.replaceAll(Pattern.quote(target) + "(?=[ ():])", "TARGET")
                .replaceAll("icmp_seq=[0-9]+", "icmp_seq=N")
                .replaceAll("time=[0-9.]+ ms", "time=N ms")
                .replaceAll("(?m)^[0-9]+ packets transmitted, [0-9]+", "N packets transmitted, N")
                .replaceAll("received, [0-9.]+%", "received, N%")
                .replaceAll("time [0-9]+ms", "time Nms")
                .replaceAll("(= |ewma )[0-9./]+ ms", "$1N ms")
                .replaceAll(", pipe [0-9]+", "")
                .lines()
                .distinct()
                .toList();
    }

    private static ChildProcess bulk(NetworkNamespace in, String... words) {
        return ChildProcess.java(ChildProcess.SMALL_JVM, TcpBulk.class, words)
                .by(in.prefix())
                .start();
    }
}
