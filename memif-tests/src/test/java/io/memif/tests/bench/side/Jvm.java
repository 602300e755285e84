package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * A way to run Java.
 *
 * @param name for tables, such as {@code 17 G1}
 * @param java the executable
 * @param flags of the collector
 */
record Jvm(String name, Path java, List<String> flags) {
    /** The same heap for all: nothing here needs more. */
    private static final String HEAP = "256m";

    static Jvm of(Path home, String collector) throws IOException {
        String flag =
                switch (collector.toLowerCase(Locale.ROOT)) {
                    case "g1" -> "-XX:+UseG1GC";
                    case "zgc" -> "-XX:+UseZGC";
                    case "serial" -> "-XX:+UseSerialGC";
                    case "parallel" -> "-XX:+UseParallelGC";
                    default -> throw new IllegalArgumentException("collector " + collector);
                };
        Path java = home.resolve("bin/java");
        if (!Files.isExecutable(java)) {
            throw new IllegalArgumentException("there is no " + java);
        }
        String name = "JDK " + feature(home) + " " + collector.toUpperCase(Locale.ROOT);
        return new Jvm(name, java, List.of(flag, "-Xms" + HEAP, "-Xmx" + HEAP));
    }

    private static String feature(Path home) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        }
        return release.getProperty("JAVA_VERSION", "?").replaceAll("[\"]|\\..*", "");
    }

    /**
     * A command that runs Java.
     *
     * @param more flags
     * @param launch class path and main class, or jar, and arguments
     */
    List<String> command(List<String> more, List<String> launch) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(more);
        command.addAll(launch);
        return command;
    }
}
