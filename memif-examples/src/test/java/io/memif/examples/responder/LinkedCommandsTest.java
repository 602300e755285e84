package io.memif.examples.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.CommandRun;
import io.memif.testing.TestSockets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** icmp-responder and ping over a real link, both in this JVM. */
@Timeout(60)
@Tag("once")
class LinkedCommandsTest {
    @TempDir Path directory;

    private CommandRun command(String name, String options) {
        Path socket = directory.resolve("memif.sock");
        return CommandRun.startWords(name + " --socket " + socket + " " + options);
    }

    @ParameterizedTest
    @CsvSource({
        "'',--count 200",
        "--role master,--role slave --count 200",
        "--mode ip,--mode ip --count 200",
        "--rx-mode polling,--rx-mode polling --count 200",
        "--ip fd00::2/64,--source fd00::1/64 --target fd00::2 --count 200",
        "--ip fd00::2/64 --mode ip,--source fd00::1/64 --target fd00::2 --mode ip --count 200",
        "--ip 10.1.1.1/8 --ip fd00::2/64,--target 10.1.1.1 --count 20",
        "--queues 3,--queues 3 --count 200",
        "--queues 3,--queues 2 --count 200",
        "--queues 3 --role master,--queues 2 --role slave --count 200",
        "--ring-size 2 --buffer-size 64,--count 50",
        "'',--count 20 --size 0",
        "--buffer-size 1514,--count 20 --size 1472",
        "--buffer-size 1513,--count 20 --size 1472",
        "--buffer-size 64 --ring-size 2048,--count 20 --size 65507",
        "'--role master',--role slave --buffer-size 65535 --ring-size 4 --count 20 --size 65493",
        "--buffer-size 128 --queues 2,--count 20 --size 20000 --queues 2",
        "--secret word --id 4294967295 --name a,--secret word --id 4294967295 --name b --count 2"
    })
    void everyRequestIsAnswered(String responding, String asking) throws Exception {
        try (CommandRun responder = command("icmp-responder", responding);
                CommandRun ping = command("ping", asking + " --interval 0 --quiet")) {
            assertEquals(0, ping.exitCode(), () -> ping.transcript() + responder.transcript());
            assertTrue(ping.out().contains(" 0% packet loss"), ping::transcript);
            assertEquals(0, responder.stop().exitCode(), responder::transcript);
            assertTrue(responder.out().contains("link up: peer \"io.memif ping\""));
            assertTrue(responder.out().contains("unanswered 0"), responder::transcript);
            assertEquals("", responder.err() + ping.err());
        }
        assertFalse(Files.exists(directory.resolve("memif.sock")), "socket file left behind");
    }

    @Test
    void endsAfterTheGivenNumberOfAnswers() throws Exception {
        try (CommandRun responder = command("icmp-responder", "--count 3");
                CommandRun ping = command("ping", "--count 3 --interval 0.01")) {
            assertEquals(0, ping.exitCode(), ping::transcript);
            assertEquals(0, responder.exitCode(), responder::transcript);
            assertTrue(responder.out().contains("ICMP echo replies 3;"), responder::transcript);
        }
    }

    /** As with ping, one reply is enough, unless a deadline makes all of them wanted. */
    @ParameterizedTest
    @CsvSource({"0,-W 5", "1,-w 2"})
    void requestsBeyondTheGivenNumberAreLost(int exitCode, String wait) throws Exception {
        try (CommandRun responder = command("icmp-responder", "--count 2");
                CommandRun ping = command("ping", "-c 4 -i 0.01 " + wait)) {
            assertEquals(exitCode, ping.exitCode(), ping::transcript);
            assertTrue(ping.out().contains(" packets transmitted, 2 received, "), ping::transcript);
            assertEquals(0, responder.exitCode(), responder::transcript);
        }
    }

    @Test
    void floodsAndTellsMachines() throws Exception {
        try (CommandRun responder = command("icmp-responder", "--ip 10.9.0.2/24");
                CommandRun ping = command("ping", "10.9.0.2 -f -c 200 -w 20 --json")) {
            assertEquals(0, ping.exitCode(), ping::transcript);
            assertTrue(
                    ping.out().startsWith("{\"target\":\"10.9.0.2\",\"bytes\":56,"),
                    ping::transcript);
            assertTrue(ping.out().contains(",\"p99\":"), ping::transcript);
            assertTrue(ping.err().contains(", ipg/ewma "), ping::transcript);
            assertFalse(ping.err().contains("icmp_seq"), ping::transcript);
            assertEquals(0, responder.stop().exitCode(), responder::transcript);
        }
    }

    @Test
    void noRetryEndsWithTheLink() throws Exception {
        try (CommandRun ping = command("ping", "--role master --count 2 --interval 0.01")) {
            TestSockets.awaitListening(directory.resolve("memif.sock").toString());
            try (CommandRun responder = command("icmp-responder", "--no-retry")) {
                assertEquals(0, ping.exitCode(), ping::transcript);
                assertEquals(0, responder.exitCode(), responder::transcript);
                assertTrue(responder.out().contains("link down: "), responder::transcript);
            }
        }
    }

    @Test
    void answersAgainAfterThePeerCameBack() throws Exception {
        try (CommandRun responder = command("icmp-responder", "")) {
            for (int round = 1; round <= 3; round++) {
                try (CommandRun ping = command("ping", "--count 2 --interval 0.01")) {
                    assertEquals(0, ping.exitCode(), ping::transcript);
                }
            }
            assertEquals(0, responder.stop().exitCode());
            assertTrue(responder.out().contains("ICMP echo replies 6;"), responder::transcript);
            assertEquals(3, responder.out().lines().filter(s -> s.startsWith("link up")).count());
        }
    }

    @Test
    void wrongSecretsAreExplained() throws Exception {
        try (CommandRun ping = command("ping", "--secret right --wait 3");
                CommandRun responder = command("icmp-responder", "--secret wrong")) {
            assertEquals(2, ping.exitCode(), ping::transcript);
            assertEquals(0, responder.stop().exitCode());
            assertTrue(responder.out().contains("no link yet: "), responder::transcript);
            assertTrue(responder.out().contains("incorrect secret"), responder::transcript);
        }
    }

    @Test
    void nobodyOwnsTheTarget() throws Exception {
        try (CommandRun responder = command("icmp-responder", "");
                CommandRun ping = command("ping", "192.168.1.77 -c 1")) {
            assertEquals(1, ping.exitCode(), ping::transcript);
            assertTrue(
                    ping.out().contains("icmp_seq=1 Destination Host Unreachable\n"),
                    ping::transcript);
            assertTrue(ping.out().contains(" 0 received, +1 errors, 100% packet loss, "));
            assertEquals(0, responder.stop().exitCode());
            assertTrue(
                    responder.out().contains("unanswered 3: for other addresses 3"),
                    responder::transcript);
        }
    }
}
