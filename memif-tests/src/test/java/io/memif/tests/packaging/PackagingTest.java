package io.memif.tests.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.loader.launch.JarLauncher;

/** Each way to pack an application opens a link and moves a packet, with nothing to say. 10 s. */
@Tag("once")
class PackagingTest {
    private static final String ACCESS_OF_ALL = "--enable-native-access=ALL-UNNAMED";

    @TempDir static Path directory;

    private static Application application;

    @BeforeAll
    static void compile() throws IOException {
        application = new Application(directory);
    }

    @Test
    void classPath() throws Exception {
        String path = application.classes + File.pathSeparator + application.path();
        assertEquals("packet true null", run(ACCESS_OF_ALL, "-cp", path, Application.MAIN));
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
        List<Path> above = application.jars.subList(1, application.jars.size());
        List<Path> own = List.of(application.classes, application.jars.get(0));
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

    /** The only line that the application writes. */
    private static String run(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildProcess.SMALL_JVM);
        command.addAll(Arrays.asList(arguments));
        ChildProcess child = ChildProcess.run(command);
        assertNotNull(child);
        assertEquals("", child.err());
        return child.out().strip();
    }
}
