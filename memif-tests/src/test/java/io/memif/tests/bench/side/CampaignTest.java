package io.memif.tests.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many pairs are run, when the machine changes its state as it likes. */
class CampaignTest {
    private static final Jvm JVM = new Jvm(PairExamples.JVM, Path.of("java"), List.of());
    private static final int MOST = 6;

    @TempDir private Path directory;
    private int run;

    private boolean complete(boolean resume, double minutes, Pair... pairs) throws Exception {
        PairStore store = PairStore.open(directory.resolve("pairs.jsonl"), resume);
        Iterator<Pair> next = List.of(pairs).iterator();
        Campaign.Pairs source =
                (row, jvm, round) -> {
                    run++;
                    Pair pair = next.next();
                    assertEquals(pair.round(), round);
                    return pair;
                };
        Campaign.Amount amount = new Campaign.Amount(2, MOST, minutes);
        return new Campaign(store, source, amount).complete(PairExamples.ROW, JVM);
    }

    private static Pair steady(int round, double lineNs) {
        return PairExamples.rates(round, lineNs, 10, 10);
    }

    private static Pair unsteady(int round) {
        return PairExamples.rates(round, List.of(150.0, 150.0, 600.0), 10, 10);
    }

    @Test
    void asManyPairsAsAreWantedAreRunOnASteadyMachine() throws Exception {
        assertTrue(complete(false, 1, steady(0, 150), steady(1, 151), steady(2, 150)));
        assertEquals(2, run);
    }

    @Test
    void droppedPairsAreMadeUpFor() throws Exception {
        assertTrue(complete(false, 1, steady(0, 150), unsteady(1), unsteady(2), steady(3, 150)));
        assertEquals(4, run);
    }

    @Test
    void pairsOfDifferentStatesDoNotAddUp() throws Exception {
        assertTrue(complete(false, 1, steady(0, 150), steady(1, 600), steady(2, 605)));
        assertEquals(3, run);
    }

    @Test
    void aMachineThatNeverSettlesIsGivenUp() throws Exception {
        Pair[] all = IntStream.range(0, 10).mapToObj(CampaignTest::unsteady).toArray(Pair[]::new);
        assertFalse(complete(false, 1, all));
        assertEquals(MOST, run);
    }

    @Test
    void pairsThatKeepFailingAreGivenUp() throws Exception {
        assertFalse(
                complete(
                        false,
                        1,
                        PairExamples.failed(0),
                        steady(1, 150),
                        PairExamples.failed(2),
                        PairExamples.failed(3),
                        steady(4, 150)));
        assertEquals(4, run);
    }

    @Test
    void nothingIsRunBeyondTheBudget() throws Exception {
        assertFalse(complete(false, 0, steady(0, 150)));
        assertEquals(0, run);
    }

    @Test
    void aResumedCampaignRunsOnlyWhatIsMissing() throws Exception {
        assertFalse(complete(false, 1, PairExamples.failed(0), PairExamples.failed(1)));
        run = 0;
        assertTrue(complete(true, 1, steady(2, 150), steady(3, 150)));
        assertEquals(2, run);
        run = 0;
        assertTrue(complete(true, 1));
        assertEquals(0, run);
    }
}
