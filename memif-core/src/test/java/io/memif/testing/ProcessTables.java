package io.memif.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What this process holds in the kernel's tables, read from /proc. */
public final class ProcessTables {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Files that the JVM opens when it loads classes, libraries or random numbers, and keeps. */
    private static final Pattern OF_THE_JVM =
            Pattern.compile(".*\\.(jar|so|jsa)|/usr/lib/jvm/.*|/dev/u?random|/proc/.*|/sys/.*");

    private static final Pattern SHARED = Pattern.compile(".*(memfd:|memif).*");

    private ProcessTables() {}

    /** Open descriptors and what they refer to, without the files that the JVM keeps for itself. */
    public static Map<Integer, String> descriptors() {
        Map<Integer, String> found = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path entry : entries) {
                String target = target(entry);
                if (target != null && !OF_THE_JVM.matcher(target).matches()) {
                    found.put(Integer.valueOf(entry.getFileName().toString()), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** What a descriptor refers to, such as "socket:[1234]"; null if the number is not open. */
    public static String target(int fd) {
        try {
            return target(DESCRIPTORS.resolve(Integer.toString(fd)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path entry) throws IOException {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    /** Mappings of memory files and memif regions: the lines of /proc/self/maps. */
    public static List<String> sharedMappings() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> SHARED.matcher(line).matches()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
