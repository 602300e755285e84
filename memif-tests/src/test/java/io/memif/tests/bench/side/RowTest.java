package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long the processes of a row run. */
class RowTest {
    @Test
    void whatComparesProcessorTimeIsCompiledFirst() {
        RunContext.Times usual = RunContext.Times.ofSeconds(2, 0.2, 20);
        Row sleeping = PairExamples.row(Map.of(Metric.P50, 1.0, Metric.CPU, 1.0));
        assertEquals(30, sleeping.times(usual).warmUpSeconds());
        assertEquals(usual.measureNs(), sleeping.times(usual).measureNs());
        assertEquals(usual, PairExamples.ROW.times(usual));
        RunContext.Times longer = RunContext.Times.ofSeconds(60, 0.2, 20);
        assertEquals(longer, sleeping.times(longer));
        assertEquals(new RunContext.Times(2_000_000_000L, 4_000_000_000L, 1), usual.inOneWindow());
    }
}
