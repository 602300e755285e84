package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A native library that does not load says why, what to do, and keeps its cause. */
@Timeout(90)
class NativeLibraryTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/t/jffi1.so: failed to map segment from shared object | mounted noexec",
                "No space left on device | tmpdir is full",
                "/t/x.so (Too many open files) | ulimit -n",
                "Permission denied | cannot be written",
                "already loaded in another classloader | another class loader",
                "java.lang.NoSuchMethodError: com.kenai.jffi.Invoker | too old",
                "libc.so.6: cannot open shared object file | glibc",
                "Error relocating /t/jffi1.so: __strdup: symbol not found | musl",
                "Error loading shared library ld-linux-x86-64.so.2: No such file | musl",
                "Illegal native access from unnamed module | --enable-native-access"
            })
    void namesTheRemedy(String cause, String remedy) {
        Throwable failure = new UnsatisfiedLinkError("loading failed");
        failure.initCause(new IllegalStateException(cause));
        String text = NativeLibrary.explain(failure);
        assertTrue(text.contains(remedy), text);
        assertTrue(text.contains(cause), text);
    }

    @Test
    void unusableDirectoryForTheLibraryIsNamedWithItsCause() throws Exception {
        Path file = Files.createFile(directory.resolve("no-directory"));
        List<String> flags = List.of("-Djffi.extract.dir=" + file, "-Djava.io.tmpdir=" + file);
        try (ChildProcess child = ChildProcess.java(flags, NativeLibraryTest.class).start()) {
            assertEquals(0, child.exitCode(), child::err);
            assertTrue(child.out().contains("jffi.extract.dir"), child::out);
            assertTrue(child.out().contains("cause kept"), child::out);
        }
    }

    public static void main(String[] args) {
        try {
            Posix.open();
            System.exit(1);
        } catch (UnsupportedOperationException e) {
            System.out.println(e.getMessage() + (e.getCause() == null ? "" : " cause kept"));
        }
        System.exit(0);
    }
}
