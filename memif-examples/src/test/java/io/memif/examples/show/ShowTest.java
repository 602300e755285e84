package io.memif.examples.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.CommandRun;
import io.memif.examples.Memif;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that knows nothing of it is looked at from another one. 20 s. */
@Tag("once")
@Timeout(120)
class ShowTest {
    private static final String ADDRESS = "@memif-show-" + ProcessHandle.current().pid();

    @TempDir Path directory;

    private static ChildProcess subject() throws InterruptedException {
        ChildProcess subject = ChildProcess.java(ShowSubject.class, ADDRESS).start();
        subject.awaitLine("ready");
        return subject;
    }

    private static ChildProcess.Builder show(ChildProcess subject, String... options) {
        List<String> words = new ArrayList<>(List.of("show", "--pid", "" + subject.handle().pid()));
        words.addAll(List.of(options));
        return ChildProcess.java(ChildProcess.SMALL_JVM, Memif.class, words.toArray(String[]::new))
                .withoutInput();
    }

    private static String shown(ChildProcess subject, String... options)
            throws InterruptedException {
        try (ChildProcess show = show(subject, options).start()) {
            assertEquals(0, show.exitCode(), show::toString);
            assertEquals("", show.err());
            return show.out();
        }
    }

    @Test
    void everythingAboutALink() throws Exception {
        try (ChildProcess subject = subject()) {
            String text = shown(subject);
            String pid = "process " + subject.handle().pid();
            assertTrue(text.startsWith(pid + " (io.memif.examples.show.ShowSubject)\n"), text);
            for (String line :
                    List.of(
                            "socket " + ADDRESS + "\n",
                            "interface left\n",
                            "interface right\n",
                            "peer \"shown\" interface \"left\"",
                            "too-long 1\n",
                            "S2M ring 0 region 0")) {
                assertTrue(text.contains(line), () -> line + " is not in " + text);
            }
            String json = shown(subject, "--json", "--socket", ADDRESS, "--id", "7");
            assertEquals(1, json.lines().count());
            assertTrue(json.startsWith("{\"processes\":[{\"pid\":" + subject.handle().pid()), json);
            assertTrue(json.contains("\"peerApplicationName\":\"shown\""), json);
            assertTrue(json.contains("\"tooLong\":1"), json);
            try (ChildProcess none = show(subject, "--id", "8").start()) {
                assertEquals(1, none.exitCode(), none::toString);
                assertEquals("", none.out());
                assertTrue(none.err().contains("has that id"), none::toString);
                assertEquals(1, none.err().lines().count(), none::toString);
            }
        }
    }

    @Test
    void watchesUntilItIsStopped() throws Exception {
        try (ChildProcess subject = subject();
                ChildProcess show = show(subject, "--watch", "0.2", "--id", "7").start()) {
            show.awaitText("admin up, link up");
            assertFalse(show.out().contains("interface deleted"), show::toString);
            subject.send("close the master");
            show.awaitText("peer's last disconnect reason: interface deleted");
            show.signal("INT");
            assertEquals(0, show.exitCode(), show::toString);
            assertEquals("", show.err());
            assertFalse(show.out().contains("\u001b"), "no terminal, no clearing");
        }
    }

    @Test
    void aProcessThatEnds() throws Exception {
        try (ChildProcess subject = subject();
                ChildProcess show = show(subject, "--watch", "0.2").start()) {
            show.awaitText("admin up");
            subject.handle().destroyForcibly();
            assertEquals(1, show.exitCode(), show::toString);
            assertEquals(1, show.err().lines().count(), show::toString);
            assertTrue(show.err().contains("process " + subject.handle().pid()), show::toString);
        }
    }

    /** In this JVM: nobody attaches to any of these. */
    @Test
    void whatCannotBeAsked() throws Exception {
        fails("there is no process 4194304", "4194304");
        fails("is this command itself", "" + ProcessHandle.current().pid());
        try (ChildProcess sleep =
                ChildProcess.command("sleep", List.of("sleep", "60")).withoutInput().start()) {
            fails("is not a JVM", "" + sleep.handle().pid());
        }
        try (ChildProcess subject = subject()) {
            String pid = "" + subject.handle().pid();
            Path status = Path.of("/proc", pid, "status");
            subject.signal("STOP");
            Await.soon("it stops", () -> read(status).contains("State:\tT"));
            fails("is stopped", pid);
            subject.signal("CONT");
        }
        for (String flag : List.of("-XX:+DisableAttachMechanism", "-Xrs")) {
            try (ChildProcess subject =
                    ChildProcess.java(List.of(flag), ShowSubject.class, ADDRESS).start()) {
                subject.awaitLine("ready");
                fails(flag, "" + subject.handle().pid());
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fails(String why, String pid) throws Exception {
        try (CommandRun run = CommandRun.start("show", "--pid", pid)) {
            assertEquals(1, run.exitCode(), run::transcript);
            assertTrue(run.err().contains(why), run::transcript);
            assertEquals(1, run.err().lines().count(), run::transcript);
        }
    }

    @Test
    void aJvmWithoutTheLibrary() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path source =
                Files.writeString(
                        directory.resolve("Sleeper.java"),
                        "class Sleeper { public static void main(String[] args) throws Exception {"
                                + " System.out.println(\"ready\"); Thread.sleep(60_000); } }");
        try (ChildProcess sleeper =
                ChildProcess.command("sleeper", List.of(java, source.toString()))
                        .withoutInput()
                        .start()) {
            sleeper.awaitLine("ready");
            try (ChildProcess show = show(sleeper).start()) {
                assertEquals(1, show.exitCode(), show::toString);
                assertTrue(show.err().contains("MemifJmx.register()"), show::toString);
                assertEquals(1, show.err().lines().count(), show::toString);
            }
        }
    }

    /** Without attaching to anything, since this JVM would be among them. */
    @Test
    void findsThoseThatUseTheLibrary() throws Exception {
        try (ChildProcess subject = subject()) {
            assertTrue(JvmConnection.candidates().contains(subject.handle().pid()));
            assertFalse(JvmConnection.candidates().contains(ProcessHandle.current().pid()));
        }
    }

    @Test
    void wrongUsage() throws Exception {
        try (CommandRun run = CommandRun.start("show", "--watch", "0")) {
            assertEquals(2, run.exitCode(), run::transcript);
            assertTrue(Pattern.matches("(?s)memif show: --watch 0.0 is .*\n", run.err()));
        }
    }
}
