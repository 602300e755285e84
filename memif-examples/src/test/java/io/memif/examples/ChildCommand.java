package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a process of its own, its output collected. */
final class ChildCommand implements AutoCloseable {
    private static final long LONGEST_RUN_SECONDS = 60;

    private final Process process;
    private final Collected out;
    private final Collected err;

    private ChildCommand(Process process) {
        this.process = process;
        out = new Collected(process.getInputStream());
        err = new Collected(process.getErrorStream());
    }

    /** The memif command in a second JVM, with the flags its launcher gives. */
    static ChildCommand memif(Path directory, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.io.tmpdir=" + directory);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Memif.class.getName());
        command.addAll(List.of(args));
        return start(directory, Map.of(), command);
    }

    static ChildCommand start(Path directory, Map<String, String> more, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.contains("JAVA"));
        builder.environment().putAll(more);
        builder.redirectInput(Path.of("/dev/null").toFile());
        return new ChildCommand(builder.start());
    }

    int exitCode() throws InterruptedException {
        boolean ended = process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
        assertTrue(ended, this::transcript);
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    /** Waits until this has been printed. */
    void awaitOutput(String text) throws InterruptedException {
        assertTrue(out.await(text), this::transcript);
    }

    /** Sends a signal by its name; {@link Process#destroy} would close the streams as well. */
    void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
    }

    /** Kills what it has started. */
    void killChildren() {
        process.children().forEach(ProcessHandle::destroyForcibly);
    }

    String out() {
        return out.soFar();
    }

    String err() {
        return err.soFar();
    }

    String transcript() {
        return "standard output:\n" + out() + "standard error:\n" + err();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
