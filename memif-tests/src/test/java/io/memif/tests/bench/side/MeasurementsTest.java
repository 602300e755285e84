package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables by processor model, and the worst of them. */
class MeasurementsTest {
    @TempDir private Path directory;

    /** The first chart makes the toolkit open fonts, which it keeps for good. */
    @BeforeAll
    static void openFonts(@TempDir Path elsewhere) throws Exception {
        of("any", entry("sink-64", "17", 150, 1)).write(elsewhere);
    }

    private static Entry entry(String row, String jvm, double lineNs, double ratio) {
        return new Entry(
                row,
                "title of " + row,
                Metric.RATE,
                1.0,
                jvm,
                "2026-11-28",
                new Entry.Spread(lineNs, lineNs, lineNs),
                5,
                1,
                new Entry.Spread(10 * ratio, 10, 30),
                new Entry.Spread(10, 9, 11),
                ratio,
                ratio,
                null,
                null,
                0.0,
                0.01,
                0.0);
    }

    private static Measurements of(String processor, Entry... entries) {
        return new Measurements(processor, "2 processors", "settings", List.of(entries));
    }

    @Test
    void filesSayAllThatWasMeasured() throws Exception {
        Measurements all = of("AMD EPYC, family 26, model 2", entry("sink-64", "17", 150, 1.5));
        all.write(directory);
        assertEquals(all, Measurements.read(directory.resolve("amd-epyc-family-26-model-2.json")));
        String table = Files.readString(all.tableIn(directory));
        assertTrue(
                table.contains(
                        "| title of sink-64 | 17 | 2026-11-28 | 150 ns (150 to 150) | 5, 1 dropped"
                                + " | 15.00 M packets/s (10.00 to 30.00) | 10.00 M packets/s (9.00 to"
                                + " 11.00) | 1.500 | 1.500 | 66.7, 100.0 ns/packet | >= 1.00 x | met |"
                                + " 0.000 | 1.0 %, 0.0 % |\n"),
                table);
        assertTrue(table.contains("](amd-epyc-family-26-model-2.svg)"), table);
        assertTrue(Files.exists(all.chartIn(directory)));
    }

    @Test
    void everyModelHasItsOwnFiles() throws Exception {
        Measurements one = of("Intel(R) Xeon(R) Gold 6330", entry("sink-64", "17", 150, 1.5));
        Measurements other = of("AMD EPYC", entry("sink-64", "17", 150, 1.2));
        one.mergeInto(directory);
        other.mergeInto(directory);
        assertEquals(List.of(other, one), Measurements.readAll(directory));
    }

    @Test
    void aNewRunReplacesWhatItMeasuredAgainAndNothingElse() throws Exception {
        Entry old = entry("source-64", "17", 150, 1.5);
        Entry otherJvm = entry("sink-64", "25", 150, 1.3);
        Entry otherState = entry("sink-64", "17", 150, 1.1);
        of("AMD EPYC", otherState, entry("sink-64", "17", 300, 0.9), old, otherJvm)
                .mergeInto(directory);
        Entry fresh = entry("sink-64", "17", 330, 1.2);
        Measurements merged = of("AMD EPYC", fresh).mergeInto(directory);
        assertEquals(List.of(fresh, otherState, otherJvm, old), merged.entries());
        assertEquals(List.of(merged), Measurements.readAll(directory));
    }

    @Test
    void theShortFormQuotesTheWorstOfAllModelsJvmsAndStates() {
        Measurements one =
                of("Xeon", entry("sink-64", "17", 100, 1.2), entry("sink-64", "25", 100, 1.1));
        Measurements other =
                of(
                        "EPYC",
                        entry("sink-64", "17", 150, 1.3),
                        entry("sink-64", "17", 600, 1.0),
                        entry("source-64", "17", 150, 2.0));
        List<ShortForm.Quote> worst = ShortForm.worst(List.of(one, other));
        assertEquals(2, worst.size());
        assertEquals(new ShortForm.Quote(other, other.entries().get(1)), worst.get(0));
        assertEquals(new ShortForm.Quote(other, other.entries().get(2)), worst.get(1));
        assertEquals(worst, ShortForm.worst(List.of(one, other)));
        String text = ShortForm.of(List.of(one, other), "docs");
        assertTrue(text.contains("- [EPYC](docs/epyc.md), 2026-11-28, 17\n"), text);
        assertTrue(text.contains("| title of sink-64 | >= 1.00 x | 1.000 |\n"), text);
    }

    @Test
    void theProcessorIsNamedByModelAndNumbers() {
        String text = "cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nstepping\t: 1\n";
        assertEquals("AMD EPYC, family 26, model 2", Machine.processor(text));
    }
}
