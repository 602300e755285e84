package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published tables and the README are what the harness makes of the measurements. */
class PublishedTablesTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path TABLES = Path.of("..").resolve(Report.TABLES);

    @Test
    void theReadmeHasTheWorstOfAllTables() throws IOException {
        String readme = Files.readString(README);
        List<Measurements> all = Measurements.readAll(TABLES);
        assertFalse(all.isEmpty());
        assertEquals(Report.withShortForm(readme, all, README), readme);
    }

    @Test
    void everyTableIsMadeOfItsMeasurements() throws IOException {
        for (Measurements each : Measurements.readAll(TABLES)) {
            Path json = TABLES.resolve(each.fileName() + ".json");
            assertEquals(each, Measurements.read(json));
            boolean hasChart = Files.exists(each.chartIn(TABLES));
            assertEquals(Table.of(each, hasChart), Files.readString(each.tableIn(TABLES)));
        }
    }

    @Test
    void noTableIsWithoutMeasurements() throws IOException {
        try (Stream<Path> files = Files.list(TABLES)) {
            for (Path file : files.toList()) {
                String json = file.toString().replaceAll("\\.(md|svg)$", ".json");
                assertTrue(Files.exists(Path.of(json)), file.toString());
            }
        }
    }

    @Test
    void aReadmeWithoutTheMarkersIsRefused() {
        assertThrows(IOException.class, () -> Report.withShortForm("# Title\n", List.of(), README));
    }
}
