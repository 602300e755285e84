package io.memif.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples get by with what an application may use. */
class ImportsTest {
    private static final Pattern OTHER =
            Pattern.compile("\\bio\\.memif\\.(?!examples\\b|unix\\b)[a-z]\\w*\\.|\\bjnr\\.");

    @Test
    void nothingInternalIsNamed() throws Exception {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                seen++;
                OTHER.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> wrong.add(file + ": " + found.group()));
            }
        }
        assertTrue(seen > 30, "files seen: " + seen);
        assertEquals(List.of(), wrong);
    }
}
