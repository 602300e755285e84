package io.memif.tests.bench.side;

import java.util.Map;
import java.util.stream.Stream;

/**
 * A comparison.
 *
 * @param id on the command line
 * @param title in the table
 * @param goals what is compared, and the goal of each metric: a ratio of ours to the reference, or
 *     a limit of ours, see {@link Metric#isRelative}
 * @param ours the setup with us under test
 * @param reference the setup with another under test; null where there is none
 */
record Row(String id, String title, Map<Metric, Double> goals, Setup ours, Setup reference) {
    /**
     * Until a process that has little to do is compiled, compilers take as much processor time as
     * its packets. HotSpot compiles a loop for good after some 50,000 turns: at 1,000 packets/s the
     * last of ours was compiled 53 s after link-up.
     */
    private static final double COMPILED_SECONDS = 60;

    /** How long its processes run: as long as usual, or with a longer warm-up. */
    RunContext.Times times(RunContext.Times usual) {
        return comparesProcessorTime() ? usual.warmUpAtLeast(COMPILED_SECONDS) : usual;
    }

    boolean comparesProcessorTime() {
        return goals.containsKey(Metric.CPU);
    }

    /** Whether it needs testpmd. */
    boolean needsTestpmd() {
        return Stream.of(ours, reference)
                .filter(setup -> setup != null)
                .flatMap(setup -> Stream.of(setup.tested(), setup.opposite()))
                .anyMatch(TestpmdEnd.class::isInstance);
    }
}
