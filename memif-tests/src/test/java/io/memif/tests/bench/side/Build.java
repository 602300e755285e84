package io.memif.tests.bench.side;

import io.memif.examples.Memif;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A build of this library, run by its own {@code memif perf}.
 *
 * @param name in titles
 * @param launch what {@code java} needs to start its {@code memif} command
 */
record Build(String name, List<String> launch) implements Implementation {
    /** The one that this class belongs to. */
    static final Build CURRENT =
            new Build(
                    "our",
                    List.of("-cp", System.getProperty("java.class.path"), Memif.class.getName()));

    /**
     * The one in another checkout, whatever its packages are called: the executable jar of its
     * examples names its main class and its libraries.
     *
     * @param checkout where {@code mvn package} has been run
     * @throws IllegalArgumentException if there is no such jar
     */
    static Build in(Path checkout) throws IOException {
        Path target = checkout.resolve("memif-examples").resolve("target");
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> jars =
                    Files.newDirectoryStream(target, "memif-examples-*.jar")) {
                for (Path jar : jars) {
                    if (!jar.toString().matches(".*-(sources|javadoc|tests)\\.jar")) {
                        return new Build(
                                "the baseline's", List.of("-jar", jar.toAbsolutePath().toString()));
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                target + " has no memif-examples jar: run mvn package -DskipTests in " + checkout);
    }

    /** A process with a workload of {@code memif perf} and further options. */
    JavaEnd perf(String workload, boolean master, String... options) {
        return new JavaEnd(this, workload, master, List.of(options));
    }

    @Override
    public End sink(boolean master) {
        return perf("sink", master, "--touch", "copy");
    }

    @Override
    public End source(boolean master, int length) {
        return perf("source", master, "--length", Integer.toString(length));
    }

    @Override
    public End echo(boolean master) {
        return perf("echo", master);
    }
}
