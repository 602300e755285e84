package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a process of its own shows: exit codes, signals, a silent standard error, the demo. */
@Timeout(120)
@Tag("once")
class CommandProcessTest {
    private static final Pattern REPLY =
            Pattern.compile("64 bytes from \\S+: icmp_seq=\\d+ ttl=64 time=[0-9.]+ ms");
    private static final Pattern TIMES =
            Pattern.compile(
                    "rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms(, pipe [0-9]+)?");

    @TempDir Path directory;

    private ChildProcess memif(String words) {
        List<String> flags = List.of("-Djava.io.tmpdir=" + directory);
        return ChildProcess.java(flags, Memif.class, words.split(" ")).withoutInput().start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "icmp-responder --demo",
                "icmp-responder --demo --role master --mode ip --ip fd00::2/64 --secret word --queues 2"
            })
    void demoEndsWellAfterFiveReplies(String words) throws Exception {
        try (ChildProcess demo = memif(words)) {
            assertEquals(0, demo.exitCode(), demo::toString);
            List<String> lines = demo.out().lines().toList();
            assertEquals(5, lines.stream().filter(REPLY.asMatchPredicate()).count());
            assertTrue(
                    demo.out().contains("5 packets transmitted, 5 received, 0% packet loss, time"),
                    demo::toString);
            assertEquals(1, lines.stream().filter(TIMES.asMatchPredicate()).count());
            assertEquals("", demo.err());
        }
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList(), "files left behind");
        }
    }

    @Test
    void demoFailsWithItsPeer() throws Exception {
        try (ChildProcess demo = memif("icmp-responder --demo --count 100000")) {
            demo.awaitText("icmp_seq=1 ");
            demo.handle().children().forEach(ProcessHandle::destroyForcibly);
            assertEquals(1, demo.exitCode(), demo::toString);
            assertEquals("", demo.err());
        }
        assertNothingLeft();
    }

    @Test
    void demoEndsOnSignal() throws Exception {
        try (ChildProcess demo = memif("icmp-responder --demo --count 100000")) {
            demo.awaitText("icmp_seq=1 ");
            demo.signal("TERM");
            demo.exitCode();
            assertTrue(demo.out().contains("ping statistics"), demo::toString);
            assertEquals("", demo.err());
        }
        assertNothingLeft();
    }

    @Test
    void signalsEndItCleanly() throws Exception {
        Path socket = directory.resolve("memif.sock");
        for (String signal : List.of("TERM", "INT")) {
            try (ChildProcess responder =
                    memif("icmp-responder --role master --socket " + socket)) {
                responder.awaitText("answering for");
                assertTrue(Files.exists(socket));
                responder.signal(signal);
                assertEquals(0, responder.exitCode(), responder::toString);
                assertTrue(
                        responder.out().endsWith("answered 0; unanswered 0\n"),
                        responder::toString);
                assertEquals("", responder.err());
                assertFalse(Files.exists(socket), "socket file left behind");
            }
        }
    }

    /** Whoever reads the output has enough, and the command ends as after Ctrl-C. */
    @Test
    void nobodyReadsItsOutputAnyMore() throws Exception {
        String words = "icmp-responder --demo --count 100000";
        List<String> flags = List.of("-Djava.io.tmpdir=" + directory);
        List<String> shell = List.of("bash", "-o", "pipefail", "-c", "\"$0\" \"$@\" | head -n 4");
        try (ChildProcess demo =
                ChildProcess.java(flags, Memif.class, words.split(" "))
                        .by(shell)
                        .withoutInput()
                        .start()) {
            assertEquals(0, demo.exitCode(), demo::toString);
            assertEquals(4, demo.out().lines().count(), demo::toString);
            assertEquals("", demo.err());
        }
        assertNothingLeft();
    }

    @Test
    void exitCodesReachTheShell() throws Exception {
        try (ChildProcess help = memif("--help");
                ChildProcess usage = memif("icmp-responder --nonsense");
                ChildProcess failure =
                        memif("icmp-responder --no-retry --socket " + directory + "/none")) {
            assertEquals(0, help.exitCode(), help::toString);
            assertEquals("", help.err());
            assertEquals(2, usage.exitCode(), usage::toString);
            assertEquals(1, usage.err().lines().count(), usage::toString);
            assertEquals(1, failure.exitCode(), failure::toString);
            assertEquals(1, failure.err().lines().count(), failure::toString);
        }
    }
}
