package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The system's own ping asks, through the kernel and testpmd, and the icmp-responder command
 * answers over memif, in a JVM of its own. No request may stay unanswered.
 */
@Needs({Need.TESTPMD, Need.PING})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
@Tag("once")
abstract class PingCases {
    private static final String V4 = "198.18.77.2";
    private static final String V6 = "fd77::2";
    private static final int V4_HEADERS = 28;
    private static final int V6_HEADERS = 48;
    private static final Pattern SEQUENCE = Pattern.compile("bytes from .* icmp_seq=(\\d+) ttl=");

    /** Requests under way at once; the replies to them fit into ping's socket buffer. */
    private static final int IN_FLIGHT = 16;

    /** What lies between ping and testpmd. */
    @FunctionalInterface
    interface Network {
        KernelNetwork make() throws InterruptedException;
    }

    private final String role;
    private final Network between;
    private final int[] lengths;
    private Path address;
    private KernelNetwork network;
    private ChildProcess responder;
    private Testpmd testpmd;

    /**
     * Cases.
     *
     * @param role of the responder: master or slave
     * @param lengths of IP packets to try
     */
    PingCases(String role, Network between, int... lengths) {
        this.role = role;
        this.between = between;
        this.lengths = lengths;
    }

    IntStream packetLengths() {
        return IntStream.of(lengths);
    }

    @BeforeAll
    void start(@TempDir Path directory) throws InterruptedException {
        address = directory.resolve("memif.sock");
        network = between.make();
        if (role.equals("slave")) {
            startTestpmd("role=server");
            startResponder();
        } else {
            startResponder();
            startTestpmd("role=client");
        }
        responder.awaitText("link up: ");
        network.configure("198.18.77.1/24", "fd77::1/64");
        testpmd.command("start");
    }

    private void startTestpmd(String testpmdRole) throws InterruptedException {
        Testpmd.Builder builder = Testpmd.memif(address.toString(), testpmdRole);
        testpmd = network.join(builder).options("--forward-mode=io").start();
    }

    private void startResponder() throws InterruptedException {
        String options = "icmp-responder --role " + role + " --ip " + V4 + "/24 --ip " + V6 + "/64";
        List<String> words = new ArrayList<>(List.of(Memif.class.getName()));
        words.addAll(List.of(options.split(" ")));
        words.addAll(List.of("--socket", address.toString()));
        responder = ChildProcess.java(ExitWithInput.class, words.toArray(String[]::new)).start();
        responder.awaitText("answering for ");
    }

    @AfterAll
    void stop() throws InterruptedException {
        try {
            responder.signal("TERM");
            assertEquals(0, responder.exitCode(), responder::toString);
            assertEquals("", responder.err());
            assertEquals(role.equals("slave"), Files.exists(address), "whose socket file it is");
        } finally {
            CloseAll.all(responder, testpmd, network);
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @MethodSource("packetLengths")
    void answersV4(int bytes) throws InterruptedException {
        everyRequestIsAnswered(5, "-i 0.02 -s " + (bytes - V4_HEADERS) + " " + V4);
    }

    @ParameterizedTest(name = "{0} bytes")
    @MethodSource("packetLengths")
    void answersV6(int bytes) throws InterruptedException {
        everyRequestIsAnswered(5, "-i 0.02 -s " + (bytes - V6_HEADERS) + " " + V6);
    }

    @ParameterizedTest(name = "{0} bytes")
    @MethodSource("packetLengths")
    void answersABurstOfV4(int bytes) throws InterruptedException {
        String flood = "-i 0 -l " + IN_FLIGHT + " -s ";
        everyRequestIsAnswered(1000, flood + (bytes - V4_HEADERS) + " " + V4);
    }

    @Test
    void answersABurstOfV6() throws InterruptedException {
        everyRequestIsAnswered(2000, "-i 0 -l " + IN_FLIGHT + " " + V6);
    }

    @Test
    void staysSilentForSomebodyElsesAddress() throws InterruptedException {
        String said = network.ping(List.of("-c", "1", "-W", "1", "198.18.77.3"));
        assertTrue(said.contains("1 packets transmitted, 0 received"), said);
    }

    /** Whether ping says that each of its first requests was answered, in order and undamaged. */
    static boolean isAnswered(String said, int count) {
        int[] answers =
                SEQUENCE.matcher(said)
                        .results()
                        .mapToInt(found -> Integer.parseInt(found.group(1)))
                        .limit(count)
                        .toArray();
        return Arrays.equals(IntStream.rangeClosed(1, count).toArray(), answers)
                && !said.contains("wrong data byte");
    }

    /** With a deadline, ping ends with the last answer wanted; a lost one leaves a gap. */
    private void everyRequestIsAnswered(int count, String options) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("-n", "-w", "30"));
        words.addAll(List.of("-c", Integer.toString(count)));
        words.addAll(List.of(options.split(" ")));
        String said = network.ping(words);
        if (!isAnswered(said, count)) {
            throw new AssertionError(
                    said + responder.out() + testpmd.command("show port stats all"));
        }
    }
}
