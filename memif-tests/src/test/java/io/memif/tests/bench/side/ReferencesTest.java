package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our library is compared with: the bare ring, another build, the line round trip. */
@Tag("once")
@Timeout(60)
class ReferencesTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"none", "read", "copy"})
    void theBareRingMovesPackets(String touch) throws Exception {
        Setup setup =
                new Setup(
                        new BareRingEnd("sink", touch, 64),
                        new BareRingEnd("source", touch, 64),
                        Setup.Gauge.TESTED);
        Jvm jvm = Jvm.of(Path.of(System.getProperty("java.home")), "serial");
        RunContext.Times times = RunContext.Times.ofSeconds(0.2, 0.1, 10);
        Setup.Result result = setup.run(new Cpus(0, 0), jvm, times, false);
        assertTrue(Statistics.median(result.rates()) > 0, result.toString());
    }

    @Test
    void aBaselineIsStartedByTheJarOfItsExamples() throws IOException {
        Path target = Files.createDirectories(directory.resolve("memif-examples/target"));
        assertThrows(IllegalArgumentException.class, () -> Build.in(directory));
        Files.createFile(target.resolve("memif-examples-0.1-sources.jar"));
        assertThrows(IllegalArgumentException.class, () -> Build.in(directory));
        Path jar = Files.createFile(target.resolve("memif-examples-0.1.jar"));
        assertEquals(List.of("-jar", jar.toString()), Build.in(directory).launch());
    }

    @Test
    void rowsAgainstABaselineDifferInNothingButTheBuild() {
        Build baseline = new Build("the baseline's", List.of("-jar", "old.jar"));
        List<Row> rows = Rows.against(baseline);
        assertTrue(rows.stream().anyMatch(row -> row.id().equals("round-trip/baseline")));
        for (Row row : rows) {
            JavaEnd ours = (JavaEnd) row.ours().tested();
            assertEquals(Build.CURRENT, ours.build(), row.id());
            assertEquals(
                    new JavaEnd(baseline, ours.workload(), ours.master(), ours.options()),
                    row.reference().tested(),
                    row.id());
            assertEquals(row.ours().opposite(), row.reference().opposite(), row.id());
            assertEquals(row.ours().gauge(), row.reference().gauge(), row.id());
        }
    }

    @Test
    void everyRowHasAnIdOfItsOwn() {
        List<String> ids = Rows.published().stream().map(Row::id).toList();
        assertEquals(ids.size(), ids.stream().distinct().count());
    }

    @Test
    void theLineRoundTripIsAFractionOfAMicrosecondOrSome() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
        double ns = new LineProbe(new Cpus(0, 1)).measureNs();
        assertTrue(ns > 5 && ns < 100_000, ns + " ns");
    }

    @Test
    void aProcessorThatIsNotThereIsNamed() {
        IOException failure =
                assertThrows(IOException.class, () -> new LineProbe(new Cpus(0, 4095)));
        assertTrue(failure.getMessage().contains("taskset"), failure.getMessage());
    }
}
