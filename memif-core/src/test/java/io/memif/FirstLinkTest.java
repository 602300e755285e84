package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a first link leaves out, since a new JVM would have to make classes for it: strings joined
 * by invokedynamic, and the generated methods of records. Both together took half of its time. The
 * JDK's own classes call no such method on the way, in 17 and 25. One second.
 */
@Timeout(120)
class FirstLinkTest {
    private static final Path CLASSES = Path.of("target/classes/io/memif");

    @Test
    void stringsAreJoinedWithoutInvokedynamic() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();
            assertTrue(classes.size() > 100, "classes found: " + classes);
            assertEquals(List.of(), classes.stream().filter(FirstLinkTest::isJoining).toList());
        }
    }

    private static boolean isJoining(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .contains("java/lang/invoke/StringConcatFactory");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noRecordIsComparedByWhatItGenerates() throws Exception {
        try (ChildProcess child =
                ChildProcess.java(List.of("-Xlog:class+load"), CompiledAccessTest.Pair.class)
                        .start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertTrue(
                    child.out().contains(" " + RxEngine.class.getName() + " source:"),
                    child::toString);
            assertEquals(
                    List.of(),
                    child.out()
                            .lines()
                            .filter(line -> line.contains(" java.lang.runtime.ObjectMethods "))
                            .toList(),
                    child::toString);
        }
    }
}
