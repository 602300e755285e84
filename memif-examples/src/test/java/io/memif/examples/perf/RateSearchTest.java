package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The search for rates, against devices that are simulated: what it finds, and how long that takes.
 */
@Timeout(20)
class RateSearchTest {
    private static final RateSearch.Goal NDR = new RateSearch.Goal("NDR", 0);
    private static final RateSearch.Goal PDR = new RateSearch.Goal("PDR", 0.005);
    private static final long LEAST = 1_000;
    private static final long MOST = 100_000_000;
    private static final double WIDTH = 0.005;
    private static final double NO_LIMIT = 1e9;

    private int runs;
    private double seconds;

    private static RateSearch.Plan plan(double limit) {
        return new RateSearch.Plan(LEAST, MOST, WIDTH, 0.5, 1, 1, 21, limit);
    }

    /** Runs a search; the device tells which part of a load it loses. */
    private List<RateSearch.Found> search(
            RateSearch.Plan plan, ToDoubleFunction<Long> lossRatio, RateSearch.Goal... goals)
            throws InterruptedException {
        RateSearch.Device device =
                (load, duration) -> {
                    runs++;
                    seconds += duration;
                    return trial(load, duration, lossRatio.applyAsDouble(load));
                };
        RateSearch search = new RateSearch(plan, List.of(goals), device);
        List<RateSearch.Found> found = search.run();
        assertEquals(runs, search.trials().size());
        return found;
    }

    private static TrialResult trial(long load, double duration, double lossRatio) {
        long offered = Math.round(load * duration);
        long received = offered - Math.round(offered * lossRatio);
        return new TrialResult(
                load, duration, duration, duration, offered, 0, 0, received, 0, 0, 1_000, 2_000);
    }

    /** The bounds enclose a rate, nearer than the width. */
    private static void encloses(double rate, RateSearch.Found found) {
        assertTrue(found.isComplete(), found.toString());
        assertTrue(found.lower() <= rate && found.upper() > rate, rate + ": " + found);
        assertTrue(found.upper() - found.lower() <= WIDTH * found.upper(), found.toString());
    }

    private static double beyond(double limit, long load) {
        return load <= limit ? 0 : (load - limit) / load;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1_234, 77_777, 1_000_000, 6_543_210, 14_880_952, 99_000_000})
    void aSharpLimitIsFoundInAFewMinutesOfTrials(double limit) throws InterruptedException {
        List<RateSearch.Found> found =
                search(plan(NO_LIMIT), load -> beyond(limit, load), NDR, PDR);
        encloses(limit, found.get(0));
        encloses(limit / (1 - 0.005), found.get(1));
        assertTrue(runs <= 110 && seconds <= 110, runs + " trials, " + seconds + " s");
    }

    @Test
    void whatDecidesIsMeasuredForTheWholeSum() throws InterruptedException {
        RateSearch.Found found = search(plan(NO_LIMIT), load -> beyond(5e6, load), NDR).get(0);
        double good = found.trials().stream().mapToDouble(TrialResult::intended).sum();
        assertTrue(good >= 21 * 0.5, "seconds at the lower bound: " + good);
    }

    /** Of 5 s half may lose more: of three good trials of 1 s the worst one tells the rate. */
    @Test
    void theRateIsThatOfTheWorstTrialThatHasToBeGood() throws InterruptedException {
        double[] losses = {0.01, 0.2, 0.03, 0.02};
        RateSearch.Plan only = new RateSearch.Plan(1_000, 1_000, WIDTH, 0.5, 1, 1, 5, NO_LIMIT);
        RateSearch.Goal goal = new RateSearch.Goal("PDR", 0.05);
        RateSearch.Found found = search(only, load -> losses[runs - 1], goal).get(0);
        assertTrue(found.isComplete(), found.toString());
        assertEquals(4, found.trials().size());
        assertEquals(970, found.throughput(), 1e-6);
    }

    @Test
    void softLimitsHaveTheirOwnRateForEachGoal() throws InterruptedException {
        // Nothing is lost up to 4 M, then ever more: 0.5 % at 5 M.
        ToDoubleFunction<Long> soft = load -> load <= 4e6 ? 0 : (load - 4e6) / 1e6 * 0.005;
        List<RateSearch.Found> found = search(plan(NO_LIMIT), soft, NDR, PDR);
        encloses(4e6, found.get(0));
        encloses(5e6, found.get(1));
        assertTrue(seconds <= 130, seconds + " s");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aNoisyLimitIsFoundWhereHalfOfTheTrialsAreGood(int seed) throws InterruptedException {
        Random random = new Random(seed);
        ToDoubleFunction<Long> noisy =
                load -> beyond(8e6 * (1 + 0.01 * random.nextGaussian()), load);
        RateSearch.Found found = search(plan(NO_LIMIT), noisy, NDR).get(0);
        assertTrue(found.isComplete(), found.toString());
        assertTrue(found.upper() - found.lower() <= WIDTH * found.upper(), found.toString());
        assertEquals(8e6, found.lower(), 8e6 * 0.02);
        assertTrue(seconds <= 300, seconds + " s");
    }

    @ParameterizedTest
    @ValueSource(doubles = {5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100})
    void whereverASearchIsEndedTheRateWithLossIsNotBelowTheOneWithout(double limit)
            throws InterruptedException {
        ToDoubleFunction<Long> falling = load -> beyond(runs < limit / 2 ? 2e5 : 1.5e5, load);
        List<RateSearch.Found> found = search(plan(limit), falling, NDR, PDR);
        assertTrue(found.get(0).lower() <= found.get(1).lower(), found.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aLossNowAndThenDoesNotCount(int seed) throws InterruptedException {
        Random random = new Random(seed);
        ToDoubleFunction<Long> device = load -> random.nextInt(10) == 0 ? 1e-4 : beyond(3e6, load);
        RateSearch.Found found = search(plan(NO_LIMIT), device, NDR).get(0);
        assertEquals(3e6, found.lower(), 3e6 * 0.02);
        long bad = found.trials().stream().filter(each -> each.lossRatio() > 0).count();
        assertTrue(bad * 2 <= found.trials().size(), found.toString());
    }

    @Test
    void aDeviceThatNeverLosesIsGoodForTheHighestLoad() throws InterruptedException {
        for (RateSearch.Found found : search(plan(NO_LIMIT), load -> 0, NDR, PDR)) {
            assertTrue(found.isComplete());
            assertEquals(MOST, found.lower());
            assertEquals(0, found.upper());
        }
        assertTrue(seconds <= 21, seconds + " s");
    }

    @Test
    void aDeviceThatAlwaysLosesHasNoRate() throws InterruptedException {
        for (RateSearch.Found found : search(plan(NO_LIMIT), load -> 0.01, NDR, PDR)) {
            assertTrue(found.isComplete());
            assertEquals(0, found.lower());
            assertEquals(LEAST, found.upper());
            assertEquals(List.of(), found.trials());
        }
        assertTrue(seconds <= 60, seconds + " s");
    }

    @Test
    void aDeviceThatPassesNothingEndsAsSoon() throws InterruptedException {
        RateSearch.Found found = search(plan(NO_LIMIT), load -> 1, NDR).get(0);
        assertEquals(0, found.lower());
        assertTrue(seconds <= 30, seconds + " s");
    }

    @Test
    void whenTimeIsOverItTellsWhatItKnows() throws InterruptedException {
        RateSearch.Found found = search(plan(12), load -> beyond(5e6, load), NDR).get(0);
        assertFalse(found.isComplete());
        assertTrue(seconds <= 13, seconds + " s");
        assertTrue(found.lower() <= 5e6 && found.upper() >= 5e6, found.toString());
        assertTrue(found.upper() - found.lower() <= 0.1 * found.upper(), found.toString());
    }

    @Test
    void whoIsStoppedTellsWhatItKnows() throws InterruptedException {
        RateSearch.Device device =
                (load, duration) -> ++runs > 9 ? null : trial(load, duration, beyond(5e6, load));
        RateSearch search = new RateSearch(plan(NO_LIMIT), List.of(NDR, PDR), device);
        List<RateSearch.Found> found = search.run();
        assertEquals(10, runs);
        assertEquals(9, search.trials().size());
        assertTrue(found.stream().noneMatch(RateSearch.Found::isComplete));
        assertTrue(found.get(0).lower() <= 5e6, found.toString());
    }

    @Test
    void shortTrialsComeFirstAndLongOnesDecide() throws InterruptedException {
        RateSearch.Plan plan = new RateSearch.Plan(LEAST, MOST, WIDTH, 0.5, 0.1, 1, 5, NO_LIMIT);
        RateSearch.Found found = search(plan, load -> beyond(2e6, load), NDR).get(0);
        encloses(2e6, found);
        assertTrue(runs * 0.8 > seconds, runs + " trials in " + seconds + " s");
        Stream<TrialResult> atLower = found.trials().stream();
        assertTrue(atLower.filter(each -> each.intended() == 1).count() >= 3, found.toString());
    }
}
