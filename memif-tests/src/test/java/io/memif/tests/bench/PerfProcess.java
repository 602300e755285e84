package io.memif.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code memif perf --json} in a JVM of its own, its output in files. */
final class PerfProcess implements AutoCloseable {
    private static final long LONGEST_SECONDS = 50;

    private final Process process;
    private final Path out;
    private final Path err;

    private PerfProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it; {@code args} are split at spaces. */
    static PerfProcess start(Path directory, String args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.memif.examples.Memif", "perf", "--json"));
        command.addAll(List.of(args.trim().split(" +")));
        Path out = Files.createTempFile(directory, "perf", ".out");
        Path err = Files.createTempFile(directory, "perf", ".err");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        return new PerfProcess(process, out, err);
    }

    /** Returns when standard error has the text; fails if the process ends without it. */
    void awaitProgress(String text) throws IOException, InterruptedException {
        while (!err().contains(text)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) && !err().contains(text)) {
                throw new AssertionError("no '" + text + "' in: " + err());
            }
        }
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end: " + err());
        }
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
