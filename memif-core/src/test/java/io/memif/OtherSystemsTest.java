package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.testing.ChildProcess;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first use on a system that the library does not know says so. A second. */
@Timeout(90)
class OtherSystemsTest {
    private static final String NEEDED =
            "memif works on 64-bit little-endian Linux with glibc, on x86-64 and aarch64; this is ";

    private static final List<String> SYSTEMS =
            List.of("Mac OS X on aarch64", "Windows 11 on amd64", "Linux on i386");

    @Test
    void firstUseSaysWhatIsNeeded() throws Exception {
        try (ChildProcess child = ChildProcess.java(OtherSystemsTest.class).start()) {
            assertEquals(0, child.exitCode(), child::toString);
            StringBuilder expected = new StringBuilder();
            for (String system : SYSTEMS) {
                for (String type : List.of("MemifException", "UnsupportedOperationException")) {
                    expected.append(type + " " + NEEDED + system + "\n");
                }
            }
            assertEquals(expected.toString(), child.out());
        }
    }

    /** The library is loaded anew for each system: it looks once. */
    public static void main(String[] args) throws Exception {
        String[] paths = System.getProperty("java.class.path").split(File.pathSeparator);
        URL[] urls = new URL[paths.length];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = Path.of(paths[i]).toUri().toURL();
        }
        for (String system : SYSTEMS) {
            System.setProperty("os.name", system.split(" on ")[0]);
            System.setProperty("os.arch", system.split(" on ")[1]);
            ClassLoader jdk = ClassLoader.getPlatformClassLoader();
            try (URLClassLoader loader = new URLClassLoader(urls, jdk)) {
                use(loader.loadClass("io.memif.MemifPair").getMethod("open"));
                Class<?> event = loader.loadClass("io.memif.unix.EventFd");
                use(event.getMethod("create", String.class), "event");
            }
        }
    }

    private static void use(Method method, Object... arguments) throws IllegalAccessException {
        try {
            System.out.println("it works: " + method.invoke(null, arguments));
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            System.out.println(cause.getClass().getSimpleName() + " " + cause.getMessage());
        }
    }
}
