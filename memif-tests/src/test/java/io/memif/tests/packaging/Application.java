package io.memif.tests.packaging;

import io.memif.MemifSocket;
import io.memif.testing.PageCode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * An application that moves a packet, and the README's code, as projects of somebody else: built by
 * Maven in a directory of their own, they know the library by the coordinates that the README
 * gives, and find it in a local repository of their own. Nothing of the library's build is seen.
 */
final class Application {
    static final String MAIN = "app.Main";

    private static final String SOURCE =
            """
            package app;

            import io.memif.MemifPair;

            public class Main implements Runnable {
                public static void main(String[] args) {
                    new Main().run();
                }

                public void run() {
                    try (MemifPair pair = MemifPair.open()) {
                        pair.slave().txQueue(0).offer(new byte[60], 0, 60);
                        pair.slave().txQueue(0).flush();
                        boolean came = pair.master().rxQueue(0).await(10_000_000_000L);
                        Module module = MemifPair.class.getModule();
                        System.out.println("packet " + came + " " + module.getName());
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            """;

    private static final String MODULE = "module app { requires io.memif; exports app; }";

    /** Its classes, module descriptor included. */
    final Path classes;

    /** The classes of the README's code, in no package. */
    final Path readmeClasses;

    /** The library and what it depends on, as Maven found them. */
    final List<Path> jars;

    private final Path directory;

    Application(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        MavenProject project = new MavenProject(directory.resolve("project"));
        Path app = project.module("app");
        Files.writeString(app.resolve("module-info.java"), MODULE);
        Files.createDirectories(app.resolve("app"));
        Files.writeString(app.resolve("app/Main.java"), SOURCE);
        PageCode.write(MavenProject.README, project.module("readme"));
        Path library = directory.resolve("memif-core.jar");
        writeLibrary(library);
        try (LocalRepository repository = new LocalRepository(directory.resolve("repository"))) {
            repository.install(library);
            project.build(repository);
        }
        this.classes = project.classes("app");
        this.readmeClasses = project.classes("readme");
        this.jars = project.dependencies("app");
    }

    private static void writeLibrary(Path jar) throws IOException {
        Path built = origin(MemifSocket.class);
        // A build that does not package has classes only, and a module can be made of a jar only.
        if (Files.isRegularFile(built)) {
            Files.copy(built, jar);
            return;
        }
        Manifest manifest = manifest();
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "io.memif");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            addDirectory(out, "", built);
        }
    }

    static Path origin(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The library's own jar. */
    Path library() {
        return jars.stream()
                .filter(jar -> jar.getFileName().toString().startsWith("memif-core-"))
                .findFirst()
                .orElseThrow();
    }

    /** The jars, as a class path or module path. */
    String path() {
        return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    }

    /** Everything in one jar, each entry once, as shading does. */
    Path shaded() throws IOException {
        Path jar = directory.resolve("shaded.jar");
        Manifest manifest = manifest();
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MAIN);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            Set<String> seen = new HashSet<>(Set.of(JarFile.MANIFEST_NAME, "module-info.class"));
            seen.add("META-INF/");
            addFile(out, "app/Main.class", classes.resolve("app/Main.class"));
            for (Path each : jars) {
                addContent(out, each, seen);
            }
        }
        return jar;
    }

    /** Jars in a jar, with Spring Boot's loader. */
    Path nested(Class<?> launcher) throws IOException {
        Path jar = directory.resolve("nested.jar");
        Manifest manifest = manifest();
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, launcher.getName());
        manifest.getMainAttributes().putValue("Start-Class", MAIN);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            addContent(out, origin(launcher), new HashSet<>(Set.of(JarFile.MANIFEST_NAME)));
            out.putNextEntry(new ZipEntry("BOOT-INF/classes/"));
            out.closeEntry();
            addFile(out, "BOOT-INF/classes/app/Main.class", classes.resolve("app/Main.class"));
            for (Path each : jars) {
                addStored(out, "BOOT-INF/lib/" + each.getFileName(), Files.readAllBytes(each));
            }
        }
        return jar;
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return manifest;
    }

    private static void addContent(JarOutputStream out, Path jar, Set<String> seen)
            throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                if (!entry.isDirectory() && seen.add(entry.getName())) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    try (InputStream in = file.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        }
    }

    private static void addDirectory(JarOutputStream out, String prefix, Path top)
            throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> addUnchecked(out, prefix + top.relativize(file), file));
        }
    }

    private static void addUnchecked(JarOutputStream out, String name, Path file) {
        try {
            addFile(out, name, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addFile(JarOutputStream out, String name, Path file) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        Files.copy(file, out);
        out.closeEntry();
    }

    /** Not compressed, as the loader wants jars. */
    private static void addStored(JarOutputStream out, String name, byte[] content)
            throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
