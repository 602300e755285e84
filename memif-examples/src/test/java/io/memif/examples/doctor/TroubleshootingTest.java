package io.memif.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever the doctor finds wrong is explained in the documentation, under the same words. */
class TroubleshootingTest {
    @Test
    void everyProblemIsThere() throws Exception {
        Path page = Path.of("..", "memif-core", "docs", "troubleshooting.md");
        String text = Files.readString(page).replaceAll("\\s+", " ");
        List<String> missing =
                Arrays.stream(Problem.values())
                        .map(problem -> problem.finding("", "...").text())
                        .filter(sentence -> !text.contains("| " + sentence.split(";")[0]))
                        .toList();
        assertEquals(List.of(), missing);
    }
}
