package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The child processes that other tests rely on; no descriptor, thread or process outlives them. */
@Timeout(60)
class ChildProcessTest {
    /** Answers each line, and complains of an empty one. */
    static final class Answerer {
        private Answerer() {}

        public static void main(String[] args) {
            System.out.println("ready " + String.join(",", args));
            Scanner lines = new Scanner(System.in);
            while (lines.hasNextLine()) {
                String line = lines.nextLine();
                System.out.println(line.isEmpty() ? "nothing" : "answer " + line);
            }
            System.err.println("end of input");
        }
    }

    /** Does not look at its input. */
    static final class Waiter {
        private Waiter() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    private static ChildProcess shell(String script) {
        return ChildProcess.command("shell", List.of("bash", "-c", script)).start();
    }

    @Test
    void linesGoBothWaysAndThoseThatNobodyWaitsForAreKept() throws Exception {
        ChildProcess child =
                ChildProcess.java(ChildProcess.SMALL_JVM, Answerer.class, "a", "b c").start();
        try (child) {
            assertEquals("ready a,b c", child.awaitLine("ready"));
            child.send("one");
            child.send("two");
            assertEquals("answer two", child.awaitLine("answer t"));
            assertEquals(List.of("answer one", "answer two"), child.lines("answer"));
            int[] turns = {0};
            assertEquals("nothing", child.awaitLine("nothing", () -> sendOnce(child, turns)));
        }
        assertEquals(0, child.exitCode());
        assertEquals("end of input\n", child.err());
    }

    private static void sendOnce(ChildProcess child, int[] turns) {
        if (turns[0]++ == 0) {
            child.send("");
        }
    }

    @Test
    void flagsAreThoseOfThisJvm() {
        List<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments();
        assertTrue(own.containsAll(ChildProcess.BUILD_FLAGS), own::toString);
    }

    @Test
    void theEndOfTheOutputEndsAWaitAndIsTold() throws Exception {
        try (ChildProcess child = shell("echo some; echo more >&2; exit 3")) {
            String text =
                    assertThrows(AssertionError.class, () -> child.awaitLine("other")).getMessage();
            assertTrue(text.contains("some\n"), text);
            assertEquals(3, child.exitCode());
            text = assertThrows(AssertionError.class, () -> child.awaitText("x")).getMessage();
            assertTrue(text.contains("exit code 3") && text.contains("more\n"), text);
            assertThrows(AssertionError.class, () -> child.awaitLine("x", Thread::onSpinWait));
        }
    }

    @Test
    void closingEndsAJvmThatReadsNoInput() throws Exception {
        ChildProcess child = ChildProcess.java(ExitWithInput.class, Waiter.class.getName()).start();
        try (child) {
            child.awaitLine("ready");
        }
        assertEquals(0, child.exitCode());
    }

    @Test
    void closingKillsAProcessWithoutInput() throws Exception {
        ChildProcess child =
                ChildProcess.command("sleep", List.of("sleep", "1000")).withoutInput().start();
        child.close();
        assertEquals(128 + 9, child.exitCode());
    }

    @Test
    void whatItStartedIsKilledAsWell() throws Exception {
        ProcessHandle grandchild;
        try (ChildProcess child = shell("sleep 1000 & echo ready; wait")) {
            child.awaitLine("ready");
            grandchild = child.handle().children().findFirst().orElseThrow();
            child.kill();
        }
        grandchild.onExit().get();
        assertFalse(grandchild.isAlive());
    }

    @Test
    void signalsAndLimitsReachIt() throws Exception {
        try (ChildProcess child =
                ChildProcess.command("shell", List.of("bash", "-c", "ulimit -n; read"))
                        .descriptorLimit(77)
                        .start()) {
            assertEquals("77", child.awaitLine("77"));
            child.signal("TERM");
            assertEquals(128 + 15, child.exitCode());
        }
    }

    @Test
    void anInterruptDoesNotKeepItFromBeingClosed() throws Exception {
        ChildProcess child = shell("read; exit 5");
        Thread.currentThread().interrupt();
        child.close();
        assertTrue(Thread.interrupted());
        assertEquals(5, child.exitCode());
    }
}
