package io.memif.examples.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemifPair;
import io.memif.TxQueue;
import io.memif.examples.CommandRun;
import io.memif.testing.Await;
import io.memif.testing.Opened;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands, on a link whose both ends are in this process. 6 s. */
@Timeout(60)
class LiveCommandsTest {
    private static final int SELF = (int) ProcessHandle.current().pid();

    @RegisterExtension final Opened opened = new Opened();
    @TempDir Path directory;

    private final MemifPair pair = opened.keep(MemifPair.open());

    private static CommandRun finished(String words) throws Exception {
        CommandRun run = CommandRun.startWords(words);
        assertEquals(0, run.exitCode(), run::transcript);
        return run;
    }

    private void send(int count) {
        TxQueue tx = pair.slave().txQueue(0);
        for (int i = 0; i < count; i++) {
            assertTrue(tx.offer(new byte[60 + i], 0, 60 + i) > 0);
        }
        tx.flush();
    }

    @Test
    void links() throws Exception {
        send(3);
        String text = finished("links --pid " + SELF).out();
        assertTrue(text.contains(" " + SELF + " and itself"), text);
        assertTrue(text.matches("(?s).*s2m0 +1024 +64 +3 +0 +3 .*"), text);
        assertTrue(text.matches("(?s).*m2s0 +1024 +64 +1024 +0 +0 .*"), text);
        String json = finished("links --json --pid " + SELF).out();
        assertTrue(json.startsWith("{\"link\":"), json);
        assertTrue(json.contains("\"role\":\"both\""), json);
        assertTrue(json.contains("\"slots\":1024,\"line\":64,\"head\":3,"), json);
        assertTrue(json.contains("\"regions\":[{\"region\":0,\"file\":\""), json);
    }

    @Test
    void top() throws Exception {
        send(1024 - 60);
        String text = finished("top --count 2 --interval 0.2 --pid " + SELF).out();
        assertEquals(2, text.lines().filter(line -> line.contains("s2m0")).count(), text);
        assertTrue(text.matches("(?s).*s2m0 +0 +964 +964 +1024 +0% +0% .*"), text);
        String json = finished("top --json -c 1 --interval 0.1 --pid " + SELF).out();
        assertTrue(json.contains("\"used\":964"), json);
    }

    @Test
    void capture() throws Exception {
        Path file = directory.resolve("c.pcapng");
        String words = "capture -s 50 -c 40 --json --pid " + SELF + " -w " + file;
        try (CommandRun run = CommandRun.startWords(words)) {
            Await.soon("it captures", () -> run.err().contains("capturing on link"));
            send(40);
            assertEquals(0, run.exitCode(), run::transcript);
            assertTrue(run.err().contains("s2m0: 40 slots passed, 0 of them missed"), run::err);
            assertTrue(run.out().startsWith("{\"packets\":40,\"seconds\":"), run::out);
            assertTrue(
                    run.out().contains("\"packets\":40,\"unit\":\"slots\",\"passed\":40,"),
                    run::out);
        }
        // Every packet is cut to 50 bytes, which are padded to 52.
        assertTrue(Files.size(file) > 40 * (52 + 32), "bytes " + Files.size(file));
    }

    @Test
    void captureOnTheScreen() throws Exception {
        try (CommandRun run = CommandRun.startWords("capture --pid " + SELF)) {
            Await.soon("it captures", () -> run.err().contains("capturing on link"));
            send(2);
            Await.soon("two lines", () -> run.out().lines().count() == 2);
            assertEquals(0, run.stop().exitCode(), run::transcript);
            assertTrue(run.out().contains("s2m0: 00:00:00:00:00:00 > "), run::out);
            assertTrue(run.out().contains("length 61"), run::out);
        }
    }

    /** When the link ends, so does the capture. */
    @Test
    void theLinkEnds() throws Exception {
        try (CommandRun run = CommandRun.startWords("capture --pid " + SELF)) {
            Await.soon("it captures", () -> run.err().contains("capturing on link"));
            pair.close();
            assertEquals(0, run.exitCode(), run::transcript);
        }
    }

    @Test
    void verdicts() throws Exception {
        send(5);
        try (CommandRun run = CommandRun.startWords("doctor --pid " + SELF)) {
            assertEquals(1, run.exitCode(), run::transcript);
            assertTrue(run.out().contains("\nlink "), run::out);
            String taken = "problem  s2m0: .* takes nothing: 5 of 1024 slots wait; .*\n";
            assertTrue(run.out().matches("(?s).*\n  " + taken + "           \\S.*"), run::out);
            assertTrue(run.out().matches("(?s).*\n  ok       m2s0: .* sends nothing.*"), run::out);
        }
    }
}
