package io.memif.tests.hostile;

import io.memif.MemifSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Loads all classes of the library, since from a directory that takes a descriptor for each. */
final class Preload {
    private static final String CLASS = ".class";

    private Preload() {}

    static void library() throws Exception {
        URI from = MemifSocket.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path origin = Path.of(from);
        if (Files.isDirectory(origin)) {
            load(origin);
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + from), Map.of())) {
            load(jar.getPath("/"));
        }
    }

    private static void load(Path root) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            List<String> names =
                    files.map(file -> root.relativize(file).toString())
                            .filter(name -> name.startsWith("io/memif") && name.endsWith(CLASS))
                            .toList();
            for (String name : names) {
                String plain = name.substring(0, name.length() - CLASS.length());
                if (!plain.endsWith("-info")) {
                    Class.forName(plain.replace('/', '.'));
                }
            }
        }
    }
}
