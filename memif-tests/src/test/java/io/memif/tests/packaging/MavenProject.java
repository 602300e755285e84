package io.memif.tests.packaging;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Modules that depend on the library as the README says, built by the Maven that is installed. */
final class MavenProject {
    static final Path README = Path.of("..", "README.md");

    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>.*?<artifactId>memif-core<.*?</dependency>", Pattern.DOTALL);

    private static final String POM =
            """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>com.example</groupId>
              <artifactId>%s</artifactId>
              <version>1</version>
              %s
            </project>
            """;

    private final Path directory;
    private final List<String> modules = new ArrayList<>();

    MavenProject(Path directory) {
        this.directory = directory;
    }

    /** Adds a module and tells where its sources go. */
    Path module(String name) throws IOException {
        modules.add(name);
        Path sources = directory.resolve(name).resolve("src/main/java");
        Files.createDirectories(sources);
        Matcher dependency = DEPENDENCY.matcher(Files.readString(README));
        assertTrue(dependency.find(), "the README has the coordinates");
        String dependencies = "<dependencies>" + dependency.group() + "</dependencies>";
        writePom(directory.resolve(name), name, dependencies);
        return sources;
    }

    private static void writePom(Path directory, String name, String content) throws IOException {
        Files.writeString(directory.resolve("pom.xml"), POM.formatted(name, content));
    }

    /**
     * Compiles all modules and gathers what they depend on. It does without the network if the
     * build of the library has fetched all that is needed.
     */
    void build(LocalRepository repository) throws IOException, InterruptedException {
        StringBuilder list = new StringBuilder("<packaging>pom</packaging><modules>");
        modules.forEach(name -> list.append("<module>").append(name).append("</module>"));
        writePom(directory, "all", list.append("</modules>").toString());
        ChildProcess offline = maven(repository, "-o");
        if (offline.exitCode() != 0) {
            ChildProcess online = maven(repository, "-B");
            assertTrue(online.exitCode() == 0, () -> offline + "\nand online " + online);
        }
    }

    private ChildProcess maven(LocalRepository repository, String mode)
            throws InterruptedException {
        List<String> command =
                List.of(
                        "mvn",
                        "-B",
                        "-q",
                        mode,
                        "-Dmaven.repo.local=" + repository.directory(),
                        "-Dmaven.compiler.release=17",
                        "-Dproject.build.sourceEncoding=UTF-8",
                        "-Dmdep.useRepositoryLayout=true",
                        "-Dmdep.copyPom=true",
                        plugin("maven-compiler-plugin") + ":compile",
                        plugin("maven-dependency-plugin") + ":copy-dependencies");
        ChildProcess.Builder maven =
                ChildProcess.command("mvn", command)
                        .configure(process -> process.directory(directory.toFile()))
                        .configure(
                                process ->
                                        process.environment()
                                                .put("JAVA_HOME", System.getProperty("java.home")));
        try (ChildProcess child = maven.withoutInput().start()) {
            child.exitCode();
            return child;
        }
    }

    /** The version that the library's own build uses, so that it is here already. */
    private static String plugin(String name) {
        try {
            Pattern version =
                    Pattern.compile("<artifactId>" + name + "</artifactId>\\s*<version>(.*?)<");
            Matcher found = version.matcher(Files.readString(Path.of("..", "pom.xml")));
            assertTrue(found.find(), name);
            return "org.apache.maven.plugins:" + name + ":" + found.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path classes(String module) {
        return directory.resolve(module).resolve("target/classes");
    }

    /** The jars of a module, in the layout of a repository, each beside its POM. */
    List<Path> dependencies(String module) throws IOException {
        Path top = directory.resolve(module).resolve("target/dependency");
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
