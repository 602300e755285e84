package io.memif.tests.bench.side;

import java.util.Map;

/**
 * A comparison.
 *
 * @param id on the command line
 * @param title in the table
 * @param goals what is compared, and the ratio of ours to the reference that is wanted; NaN where
 *     none is
 * @param ours the match with us in the seat
 * @param reference the match with another in the seat; null where there is none
 */
record Row(String id, String title, Map<Metric, Double> goals, Match ours, Match reference) {
    /** Whether the reference runs on a JVM too, so that each JVM needs one of its own. */
    boolean isReferenceJava() {
        return reference != null
                && (reference.seat() instanceof JavaEnd
                        || reference.peer() instanceof JavaEnd
                        || reference.seat() instanceof AeronEnd);
    }

    /** Whether it needs testpmd. */
    boolean needsTestpmd() {
        return isTestpmd(ours) || isTestpmd(reference);
    }

    private static boolean isTestpmd(Match match) {
        return match != null
                && (match.seat() instanceof TestpmdEnd || match.peer() instanceof TestpmdEnd);
    }
}
