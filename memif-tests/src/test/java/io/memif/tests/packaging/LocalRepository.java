package io.memif.tests.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local repository for one test. It has the library, as {@code mvn install} would put it there;
 * all else is linked from the repository of the running build, in which nothing is installed.
 */
final class LocalRepository implements AutoCloseable {
    private static final Path OF_THE_BUILD =
            Path.of(
                    System.getProperty(
                            "localRepository",
                            System.getProperty("user.home") + "/.m2/repository"));

    private final Path directory;
    private final List<Path> links = new ArrayList<>();

    LocalRepository(Path directory) throws IOException {
        this.directory = directory;
        Path io = Files.createDirectories(directory.resolve("io"));
        linkAll(OF_THE_BUILD, directory, "io");
        linkAll(OF_THE_BUILD.resolve("io"), io, "memif");
    }

    private void linkAll(Path from, Path to, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path each : (Iterable<Path>) entries::iterator) {
                if (!each.endsWith(except)) {
                    Path link = to.resolve(each.getFileName());
                    links.add(Files.createSymbolicLink(link, each.toAbsolutePath()));
                }
            }
        }
    }

    Path directory() {
        return directory;
    }

    /** Installs the library: its jar, its POM and the parent of that. */
    void install(Path jar) throws IOException {
        Path parent = Path.of("..", "pom.xml");
        Path core = Path.of("..", "memif-core", "pom.xml");
        String version = version(parent);
        Files.copy(parent, file("memif-parent", version, "pom"));
        Files.copy(core, file("memif-core", version, "pom"));
        Files.copy(jar, file("memif-core", version, "jar"));
    }

    private static String version(Path pom) throws IOException {
        Pattern own = Pattern.compile("<artifactId>memif-parent</artifactId>\\s*<version>(.*?)<");
        Matcher found = own.matcher(Files.readString(pom));
        if (!found.find()) {
            throw new AssertionError(pom + " has no version");
        }
        return found.group(1);
    }

    private Path file(String artifact, String version, String type) throws IOException {
        Path folder = directory.resolve(Path.of("io", "memif", artifact, version));
        Files.createDirectories(folder);
        return folder.resolve(String.join(".", artifact + "-" + version, type));
    }

    /** Removes the links, so that whoever deletes the directory does not follow them. */
    @Override
    public void close() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }
}
