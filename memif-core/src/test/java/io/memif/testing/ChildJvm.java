package io.memif.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second JVM with this one's class path, for tests that must not be done to oneself. */
public final class ChildJvm {
    private ChildJvm() {}

    /** How a child ended and what it printed on both streams. */
    public record Outcome(int exitCode, String output) {}

    /**
     * Runs a main class to its end.
     *
     * @param shellPrefix shell commands to run before, such as "ulimit -n 64; "
     * @param outputFile gets what it prints
     */
    public static Outcome run(Path outputFile, String shellPrefix, Class<?> main, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("bash", "-c", shellPrefix + "exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(outputFile.toFile())
                        .start();
        try {
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            String output = Files.readString(outputFile);
            return new Outcome(ended ? process.exitValue() : -1, output);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
