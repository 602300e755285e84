package io.memif.tests.packaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.loader.launch.JarLauncher;

/**
 * Somebody else's project that names the library's coordinates builds, and each way to pack it
 * opens a link and moves a packet, and writes nothing to standard error. 15 s.
 */
@Tag("once")
class PackagingTest {
    private static final String ACCESS_OF_ALL = "--enable-native-access=ALL-UNNAMED";

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir static Path directory;

    private static Application application;

    @BeforeAll
    static void build() throws Exception {
        application = new Application(directory);
    }

    @Test
    void classPath() throws Exception {
        String path = application.classes + File.pathSeparator + application.path();
        assertEquals("packet true null", run(ACCESS_OF_ALL, "-cp", path, Application.MAIN));
    }

    /** All that the library needs where nobody has channels of jnr-unixsocket. */
    @Test
    void classPathOfTheLibraryAndJffiAlone() throws Exception {
        List<String> path = new ArrayList<>(List.of(application.classes.toString()));
        for (Path jar : application.jars) {
            if (jar.getFileName().toString().matches("(memif-core|jffi)-.*")) {
                path.add(jar.toString());
            }
        }
        assertEquals(4, path.size(), path::toString);
        String few = String.join(File.pathSeparator, path);
        assertEquals("packet true null", run(ACCESS_OF_ALL, "-cp", few, Application.MAIN));
    }

    /** The module that loads native code is jffi's. */
    @Test
    void modulePath() throws Exception {
        String path = application.classes + File.pathSeparator + application.path();
        String access = "--enable-native-access=org.jnrproject.jffi";
        assertEquals(
                "packet true io.memif", run(access, "-p", path, "-m", "app/" + Application.MAIN));
    }

    @Test
    void oneJarOfAll() throws Exception {
        String jar = application.shaded().toString();
        assertEquals("packet true null", run(ACCESS_OF_ALL, "-jar", jar));
    }

    @Test
    void jarOfJars() throws Exception {
        String jar = application.nested(JarLauncher.class).toString();
        assertEquals("packet true null", run(ACCESS_OF_ALL, "-jar", jar));
    }

    /**
     * An application server drops the class loader of an application: nothing of the library stays,
     * provided that jffi lies in the loader above. jffi keeps its own class loader for ever; Java
     * itself keeps the last one that used a record.
     */
    @Test
    void classLoaderThatIsDropped() throws Exception {
        Path library = application.library();
        List<Path> above = application.jars.stream().filter(jar -> jar != library).toList();
        List<Path> own = List.of(application.classes, library);
        List<WeakReference<ClassLoader>> dropped = new ArrayList<>();
        try (URLClassLoader server = new URLClassLoader(urls(above), null)) {
            for (int i = 0; i < 3; i++) {
                dropped.add(new WeakReference<>(useAndDrop(urls(own), server)));
            }
            Await.collected(
                    "class loaders of applications",
                    () -> dropped.stream().limit(2).allMatch(each -> each.get() == null));
        }
    }

    private static ClassLoader useAndDrop(URL[] urls, ClassLoader parent) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(urls, parent)) {
            Class<?> main = loader.loadClass(Application.MAIN);
            Thread user = new Thread((Runnable) main.getConstructor().newInstance());
            user.start();
            user.join();
            return loader;
        }
    }

    private static URL[] urls(List<Path> paths) throws MalformedURLException {
        URL[] urls = new URL[paths.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = paths.get(i).toUri().toURL();
        }
        return urls;
    }

    /** The README's code, as it stands there, against its dependency, as it stands there. */
    @Test
    void readmeEchoes() throws Exception {
        String address = directory.resolve("echo.sock").toString();
        SocketConfig where = SocketConfig.builder().address(address).build();
        String path = application.readmeClasses + File.pathSeparator + application.path();
        List<String> command = java(ACCESS_OF_ALL, "-cp", path, "Echo", address);
        try (MemifSocket socket = MemifSocket.open(where);
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
                ChildProcess echo = ChildProcess.command("Echo", command).start()) {
            assertTrue(master.awaitConnected(SOON), echo::toString);
            TxQueue tx = master.txQueue(0);
            // The slave posts the buffers that a master sends into only when it knows of the link.
            assertTrue(tx.awaitSpace(1, SOON.toNanos()), echo::toString);
            byte[] packet = "there and back".getBytes(StandardCharsets.US_ASCII);
            assertEquals(1, tx.offer(ByteBuffer.wrap(packet), 0, packet.length));
            tx.flush();
            ByteBuffer back = ByteBuffer.allocate(64);
            assertTrue(master.rxQueue(0).await(SOON.toNanos()), echo::toString);
            assertEquals(packet.length, master.rxQueue(0).receive(back));
            assertArrayEquals(packet, Arrays.copyOf(back.array(), packet.length));
            echo.kill();
            assertEquals("", echo.out() + echo.err());
        }
    }

    @Test
    void dependenciesAreThoseOfThePage() throws Exception {
        Set<String> found = new TreeSet<>();
        for (Path jar : application.jars) {
            if (jar != application.library()) {
                found.add(DependencyRow.of(jar).toString());
            }
        }
        Set<String> told = new TreeSet<>();
        DependencyRow.all(Path.of("..", "memif-core", "docs", "dependencies.md"))
                .forEach(row -> told.add(row.toString()));
        assertEquals(String.join("\n", told), String.join("\n", found));
    }

    /** What operators and lawyers look for in the library's jar. */
    @Test
    void jarSaysWhatItIs() throws Exception {
        try (JarFile jar = new JarFile(application.library().toFile())) {
            for (String name : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
                assertNotNull(jar.getEntry(name), name);
            }
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("io.memif", manifest.getValue("Automatic-Module-Name"));
            assumeTrue(
                    Files.isRegularFile(Application.origin(MemifSocket.class)),
                    "the library has not been packaged: its manifest was not looked at");
            assertEquals("io.memif core", manifest.getValue("Implementation-Title"));
            String version = manifest.getValue("Implementation-Version");
            assertTrue(application.library().toString().contains(version), version);
        }
    }

    /** The only line that the application writes. */
    private static String run(String... arguments) throws InterruptedException {
        ChildProcess child = ChildProcess.run(java(arguments));
        assertEquals("", child.err());
        return child.out().strip();
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildProcess.SMALL_JVM);
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
