package io.memif.examples.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.examples.Memif;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One sentence of a command that may not look into a process names the cause and the remedy. 4 s.
 */
@Tag("once")
@Timeout(120)
class RightsTest {
    private static final String OTHER = "54321";

    @BeforeEach
    void requireRoot() throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        boolean have =
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> new File(each, "setpriv").canExecute());
        assumeTrue(root && have, "needs root's rights and setpriv (util-linux)");
    }

    /** Newer kernels also let those look who may watch performance, or are administrators. */
    private static final List<String> WITHOUT =
            List.of("setpriv", "--bounding-set=-sys_ptrace,-perfmon,-sys_admin");

    private static void says(List<String> by, String words, String sentence)
            throws InterruptedException {
        try (ChildProcess run =
                ChildProcess.java(ChildProcess.SMALL_JVM, Memif.class, words.split(" "))
                        .by(by)
                        .withoutInput()
                        .start()) {
            assertEquals(1, run.exitCode(), run::toString);
            assertEquals("", run.out());
            assertEquals(1, run.err().lines().count(), run::toString);
            assertTrue(run.err().contains(sentence), run::toString);
            assertTrue(run.err().contains("root"), run::toString);
            assertTrue(run.err().contains("CAP_SYS_PTRACE"), run::toString);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aProcessOfAnotherUser() throws Exception {
        List<String> command =
                List.of("setpriv", "--reuid=" + OTHER, "--clear-groups", "sleep", "60");
        try (ChildProcess sleep = ChildProcess.command("sleep", command).withoutInput().start()) {
            long pid = sleep.handle().pid();
            Path name = Path.of("/proc/" + pid + "/comm");
            Await.soon("it is another user's", () -> read(name).equals("sleep\n"));
            String of = pid + " of user " + OTHER;
            says(WITHOUT, "show --pid " + pid, "process " + of + "; run memif show as that user");
            says(WITHOUT, "links --pid " + pid, of + ": that takes the rights of a debugger");
        }
    }

    @Test
    void aProcessOfTheSameUserThatMayMore() throws Exception {
        String address = "@memif-rights-" + ProcessHandle.current().pid();
        try (ChildProcess subject = ChildProcess.java(ShowSubject.class, address).start()) {
            subject.awaitLine("ready");
            long pid = subject.handle().pid();
            says(WITHOUT, "show --pid " + pid, "has capabilities that this command lacks");
            String sentence = "may not look into java " + pid + " of user 0";
            says(WITHOUT, "links --pid " + pid, sentence);
            // What it has mapped is seen, and cannot be opened.
            says(List.of("setpriv", "--bounding-set=-sys_ptrace"), "links --pid " + pid, sentence);
        }
    }
}
