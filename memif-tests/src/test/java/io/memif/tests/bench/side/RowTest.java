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
        assertEquals(60, sleeping.times(usual).warmUpSeconds());
        assertEquals(usual.measureNs(), sleeping.times(usual).measureNs());
        assertEquals(usual, PairExamples.ROW.times(usual));
        RunContext.Times longer = RunContext.Times.ofSeconds(90, 0.2, 20);
        assertEquals(longer, sleeping.times(longer));
    }

    @Test
    void whatNobodyReadsReportsOutsideTheMeasurement() {
        RunContext.Times usual = RunContext.Times.ofSeconds(2, 0.2, 20);
        assertEquals(new RunContext.Times(1_000_000_000L, 6_000_000_000L, 1), usual.unread());
    }
}
