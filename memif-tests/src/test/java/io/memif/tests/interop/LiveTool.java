package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.examples.Memif;
import io.memif.examples.StopSignal;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** The commands that look at links of others. */
final class LiveTool {
    private LiveTool() {}

    /** Runs a command in this JVM, which has to end well; what it printed. */
    static String run(String words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Memif.commandLine(new StopSignal())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(words.split(" "));
        assertEquals(0, exitCode, () -> words + ": " + out + err);
        return out.toString();
    }

    /** Starts a capture into a file in a JVM of its own, and waits until it captures. */
    static ChildProcess capture(int pid, Path file, String options) throws InterruptedException {
        String words = ("capture --pid " + pid + " -w " + file + " " + options).trim();
        ChildProcess child =
                ChildProcess.java(Memif.class, words.split(" ")).withoutInput().start();
        try {
            Await.soon(
                    "capture: " + child,
                    () -> child.err().contains("capturing on") || !child.isAlive());
            return child;
        } catch (AssertionError e) {
            child.close();
            throw e;
        }
    }
}
