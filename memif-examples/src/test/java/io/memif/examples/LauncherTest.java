package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a source tree of its own, where mvn and java are scripts that record their calls.
 */
@Timeout(60)
class LauncherTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.now().minus(Duration.ofDays(1)));

    @TempDir Path directory;

    private Path root;
    private Path launcher;
    private Path jar;
    private Path bin;

    @BeforeEach
    void makeTree() throws IOException {
        // A space in the path, as people have.
        root = directory.resolve("the tree");
        for (String file :
                List.of(
                        "pom.xml",
                        "memif-core/pom.xml",
                        "memif-core/src/main/java/Core.java",
                        "memif-examples/pom.xml",
                        "memif-examples/src/main/java/Memif.java")) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
        age();
        launcher = root.resolve("memif-examples/memif");
        Files.copy(Path.of("memif"), launcher);
        makeExecutable(launcher);
        jar = root.resolve("memif-examples/target/memif-examples-1.jar");
        bin = Files.createDirectory(directory.resolve("bin"));
        script("java", "printf '%s\\n' java \"$@\"; echo \"home ${JAVA_HOME:-none}\"");
        mvnThat("mkdir -p memif-examples/target/lib; : >" + relative(jar));
    }

    private String relative(Path path) {
        return root.relativize(path).toString();
    }

    /** Makes everything in the tree old. */
    private void age() throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Files.setLastModifiedTime(path, LONG_AGO);
            }
        }
    }

    private void script(String name, String body) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        makeExecutable(file);
    }

    private static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Notes each run of Maven and the directory it runs in. */
    private void mvnThat(String does) throws IOException {
        script("mvn", "echo \"$PWD $*\" >>'" + builds() + "'; echo noise; " + does);
    }

    private Path builds() {
        return directory.resolve("builds.log");
    }

    private int buildCount() throws IOException {
        return Files.exists(builds()) ? Files.readAllLines(builds()).size() : 0;
    }

    private ChildProcess start(Path program, Map<String, String> more, String... args) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PATH", bin + ":/usr/bin:/bin");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(args));
        return start(environment, command);
    }

    private ChildProcess start(Map<String, String> environment, List<String> command) {
        return ChildProcess.command("launcher", command)
                .configure(builder -> builder.directory(directory.toFile()))
                .configure(builder -> builder.environment().putAll(environment))
                .withoutInput()
                .start();
    }

    private String runs(Path program, String... args) throws Exception {
        try (ChildProcess run = start(program, Map.of(), args)) {
            assertEquals(0, run.exitCode(), run::toString);
            assertEquals("", run.err());
            return run.out();
        }
    }

    @Test
    void buildsOnceAndPassesArgumentsOn() throws Exception {
        String expected =
                "java\n--enable-native-access=ALL-UNNAMED\n-jar\n"
                        + jar
                        + "\nping\n\ntwo words\n*\nhome none\n";
        assertEquals(expected, runs(launcher, "ping", "", "two words", "*"));
        assertEquals(expected, runs(launcher, "ping", "", "two words", "*"));
        List<String> built = Files.readAllLines(builds());
        assertEquals(1, built.size(), "builds");
        assertTrue(built.get(0).startsWith(root + " "), built::toString);
        assertTrue(built.get(0).endsWith(" package -pl memif-examples -am"), built::toString);
    }

    @Test
    void worksThroughSymbolicLinks() throws Exception {
        Path one = Files.createSymbolicLink(directory.resolve("one"), launcher);
        Path two = Files.createSymbolicLink(directory.resolve("two"), Path.of("one"));
        assertTrue(runs(two, "x").contains(jar.toString()));
        Path inPath = Files.createSymbolicLink(bin.resolve("memif-linked"), one);
        assertTrue(
                runs(Path.of("/usr/bin/env"), inPath.getFileName().toString())
                        .contains(jar.toString()));
        assertEquals(1, buildCount());
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        runs(launcher);
        for (String source :
                List.of(
                        "pom.xml",
                        "memif-core/pom.xml",
                        "memif-core/src/main/java/Core.java",
                        "memif-examples/pom.xml",
                        "memif-examples/src/main/java/Memif.java")) {
            int before = buildCount();
            age();
            runs(launcher);
            assertEquals(before, buildCount(), source);
            Files.setLastModifiedTime(root.resolve(source), FileTime.from(Instant.now()));
            runs(launcher);
            assertEquals(before + 1, buildCount(), source);
        }
    }

    @Test
    void buildsAgainWhenASourceIsGone() throws Exception {
        runs(launcher);
        age();
        Files.delete(root.resolve("memif-core/src/main/java/Core.java"));
        runs(launcher);
        assertEquals(2, buildCount());
    }

    @Test
    void aBuildThatLeavesTheJarAloneCounts() throws Exception {
        runs(launcher);
        age();
        mvnThat("true");
        Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now()));
        runs(launcher);
        runs(launcher);
        assertEquals(2, buildCount());
    }

    @Test
    void aJarBuiltByHandIsTaken() throws Exception {
        Files.createDirectories(jar.resolveSibling("lib"));
        Files.createFile(jar);
        runs(launcher);
        assertEquals(0, buildCount());
    }

    @Test
    void showsTheLogOfAFailedBuild() throws Exception {
        mvnThat("echo broken source >&2; exit 1");
        try (ChildProcess run = start(launcher, Map.of())) {
            assertEquals(1, run.exitCode());
            assertEquals("", run.out());
            assertTrue(run.err().contains("noise\nbroken source\n"), run::toString);
            assertTrue(run.err().contains("memif: the build failed"), run::toString);
        }
        mvnThat("mkdir -p memif-examples/target/lib; : >" + relative(jar));
        runs(launcher);
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Path gate = directory.resolve("gate");
        mvnThat(
                "while ! [ -e '%s' ]; do sleep 0.01; done; mkdir -p memif-examples/target/lib; : >%s"
                        .formatted(gate, relative(jar)));
        try (ChildProcess one = start(launcher, Map.of());
                ChildProcess two = start(launcher, Map.of())) {
            while (buildCount() == 0) {
                assertFalse(Thread.interrupted(), "timed out");
                Thread.onSpinWait();
            }
            Files.createFile(gate);
            assertEquals(0, one.exitCode(), one::toString);
            assertEquals(0, two.exitCode(), two::toString);
        }
        assertEquals(1, buildCount());
    }

    @Test
    void prefersJavaHome() throws Exception {
        Path home = Files.createDirectories(directory.resolve("jdk/bin")).getParent();
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho the other java\n");
        makeExecutable(home.resolve("bin/java"));
        try (ChildProcess run = start(launcher, Map.of("JAVA_HOME", home.toString()))) {
            assertEquals(0, run.exitCode(), run::toString);
            assertEquals("the other java\n", run.out());
        }
        try (ChildProcess run = start(launcher, Map.of("JAVA_HOME", root.toString()))) {
            assertEquals(1, run.exitCode());
            assertEquals(1, run.err().lines().count(), run::toString);
            assertFalse(run.err().isEmpty());
        }
    }

    @Test
    void saysWhenMavenIsMissing() throws Exception {
        Files.delete(bin.resolve("mvn"));
        for (String tool :
                List.of("bash", "env", "readlink", "dirname", "find", "mkdir", "flock")) {
            script(tool, "exec /usr/bin/" + tool + " \"$@\"");
        }
        Map<String, String> onlyBin = Map.of("PATH", bin.toString());
        List<String> command = List.of("/usr/bin/bash", launcher.toString());
        try (ChildProcess run = start(onlyBin, command)) {
            assertEquals(1, run.exitCode(), run::toString);
            assertEquals("memif: Maven (mvn) is needed to build it, and not found\n", run.err());
        }
    }
}
