package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The feature comparison: whatever it says we can do names tests, and those exist. */
class FeatureTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = Path.of("docs", "features.md");
    private static final int COLUMNS = 6;
    private static final Pattern NAME = Pattern.compile("`([^`]*)`");

    private static List<String[]> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| | VPP |"))
                .filter(line -> line.startsWith("| ") && !line.startsWith("| |"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(FeatureTableTest::tests)
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<String> tests(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyYesOfOursNamesTestsThatExist() throws IOException {
        Set<String> tests = testClasses();
        List<String[]> rows = rows();
        assertTrue(rows.size() > 40, rows.size() + " rows");
        for (String[] row : rows) {
            assertEquals(COLUMNS, row.length, row[0]);
            String ours = row[COLUMNS - 1].strip();
            List<String> named =
                    NAME.matcher(ours)
                            .results()
                            .map((MatchResult found) -> found.group(1))
                            .toList();
            assertTrue(ours.startsWith("yes") || ours.startsWith("no"), row[0] + ": " + ours);
            assertFalse(ours.startsWith("yes") && named.isEmpty(), row[0] + ": no test named");
            named.forEach(name -> assertTrue(tests.contains(name), row[0] + ": no " + name));
        }
    }
}
