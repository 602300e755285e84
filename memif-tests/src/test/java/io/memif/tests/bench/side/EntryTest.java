package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final String DATE = "2026-11-28";

    private static List<Entry> entries(Row row, List<Pair> pairs) {
        LineStates states =
                LineStates.of(
                        pairs.stream().filter(Pair::isKept).map(Pair::lineRoundTripNs).toList());
        return Entry.of(row, PairExamples.JVM, pairs, states, DATE);
    }

    private static Entry only(Row row, Pair... pairs) {
        List<Entry> all = entries(row, List.of(pairs));
        assertEquals(1, all.size(), all.toString());
        return all.get(0);
    }

    @Test
    void theRatioIsTheMedianOfThePairsAndNotTheRatioOfTheMedians() {
        Entry entry =
                only(
                        PairExamples.ROW,
                        PairExamples.rates(0, 150, 10, 20),
                        PairExamples.rates(1, 150, 30, 10),
                        PairExamples.rates(2, 150, 20, 25));
        assertEquals(0.8, entry.ratio(), 1e-9);
        assertEquals(0.8, entry.plainRatio(), 1e-9);
        assertEquals(new Entry.Spread(20, 10, 30), entry.ours());
        assertEquals(new Entry.Spread(20, 10, 25), entry.reference());
        assertEquals("missed", entry.verdict());
        assertEquals(0.01, entry.allocatedPerPacket(), 1e-9);
        assertEquals(0.1, entry.lost(), 1e-9);
        assertEquals(0.2, entry.stolen(), 1e-9);
    }

    @Test
    void aPairDuringWhichTheMachineChangedIsDroppedAndCounted() {
        Entry entry =
                only(
                        PairExamples.ROW,
                        PairExamples.rates(0, List.of(150.0, 150.0, 305.0), 90, 10),
                        PairExamples.rates(1, List.of(150.0, 305.0, 150.0), 90, 10),
                        PairExamples.failed(2),
                        PairExamples.rates(3, 150, 12, 10));
        assertEquals(1, entry.kept());
        assertEquals(2, entry.dropped());
        assertEquals(1.2, entry.ratio(), 1e-9);
    }

    @Test
    void statesAreNotMixed() {
        List<Entry> both =
                entries(
                        PairExamples.ROW,
                        List.of(
                                PairExamples.rates(0, 600, 8, 10),
                                PairExamples.rates(1, 150, 50, 25),
                                PairExamples.rates(2, 620, 8, 10)));
        assertEquals(2, both.size());
        assertEquals(2.0, both.get(0).ratio(), 1e-9);
        assertEquals(150, both.get(0).line().median());
        assertEquals(1, both.get(0).kept());
        assertEquals(0.8, both.get(1).ratio(), 1e-9);
        assertEquals(new Entry.Spread(610, 600, 620), both.get(1).line());
        assertEquals(2, both.get(1).kept());
    }

    @Test
    void aMachineThatNeverKeepsItsStateLeavesALineWithoutFigures() {
        Entry entry =
                only(PairExamples.ROW, PairExamples.rates(0, List.of(150.0, 150.0, 305.0), 90, 10));
        assertEquals(0, entry.kept());
        assertEquals(1, entry.dropped());
        assertNull(entry.ratio());
        assertEquals("not measured", entry.verdict());
        assertFalse(entry.isQuotable(List.of(entry)));
    }

    @Test
    void aRowThatWasNotRunHasNoEntry() {
        assertEquals(List.of(), entries(PairExamples.ROW, List.of()));
    }

    @Test
    void roundTripsAreMultiplesOfTheLineRoundTripOfTheirPair() {
        Row row = PairExamples.row(Map.of(Metric.P50, 1.0));
        Entry entry =
                only(
                        row,
                        PairExamples.roundTrips(100, 600, 700, 500),
                        PairExamples.roundTrips(110, 550, 700, 660),
                        PairExamples.roundTrips(120, 480, 700, 480));
        assertEquals(5.0, entry.oursInLines(), 1e-9);
        assertEquals(5.0, entry.referenceInLines(), 1e-9);
        assertEquals(1.0, entry.ratio(), 1e-9);
        assertEquals("met", entry.verdict());
    }

    @Test
    void theTailIsComparedWithOurOwnMedian() {
        Row row = PairExamples.row(Map.of(Metric.TAIL, 1.5));
        Entry met = only(row, PairExamples.roundTrips(100, 600, 900, 100));
        assertEquals(1.5, met.result(), 1e-9);
        assertNull(met.ratio());
        assertEquals("met", met.verdict());
        assertEquals("<= 1.50", met.goalText());
        Entry level = only(row, PairExamples.roundTrips(100, 600, 920, 100));
        assertEquals("level", level.verdict());
        assertEquals("missed", only(row, PairExamples.roundTrips(100, 600, 930, 1)).verdict());
    }

    @Test
    void aStateOfFewPairsIsQuotedOnlyIfNoOtherHasMore() {
        List<Entry> both =
                entries(
                        PairExamples.ROW,
                        List.of(
                                PairExamples.rates(0, 600, 8, 10),
                                PairExamples.rates(1, 150, 50, 25),
                                PairExamples.rates(2, 620, 8, 10)));
        assertFalse(both.get(0).isQuotable(both));
        assertTrue(both.get(1).isQuotable(both));
    }

    @Test
    void theRatioOfRatesIsBetterWhenLargerAndThatOfTimesWhenSmaller() {
        Entry faster = only(PairExamples.ROW, PairExamples.rates(0, 150, 12, 10));
        Entry slower = only(PairExamples.ROW, PairExamples.rates(0, 150, 9, 10));
        assertTrue(slower.isWorseThan(faster));
        assertFalse(faster.isWorseThan(slower));
        Row row = PairExamples.row(Map.of(Metric.P50, 1.0));
        Entry shorter = only(row, PairExamples.roundTrips(100, 90, 1, 100));
        Entry longer = only(row, PairExamples.roundTrips(100, 110, 1, 100));
        assertTrue(longer.isWorseThan(shorter));
        assertFalse(shorter.isWorseThan(longer));
        assertEquals("met", shorter.verdict());
        assertEquals("missed", longer.verdict());
    }
}
