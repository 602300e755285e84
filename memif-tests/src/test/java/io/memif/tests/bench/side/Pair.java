package io.memif.tests.bench.side;

import java.util.List;

/**
 * A run of ours and a run of the reference, back to back on the same two processors.
 *
 * @param row id
 * @param jvm name
 * @param round 0 and up; in every other one the reference runs first
 * @param lineNs round trip of a cache line before the first run, between the runs and after the
 *     last one, in nanoseconds
 * @param ours null if a run failed
 * @param reference null if a run failed, or if the row has none
 * @param failure why; null if none did
 */
record Pair(
        String row,
        String jvm,
        int round,
        List<Double> lineNs,
        Setup.Result ours,
        Setup.Result reference,
        String failure) {
    /** Whether both runs worked out, and the machine was in one state all the time. */
    boolean isKept() {
        return failure == null && LineStates.isOneState(lineNs);
    }

    /** Whether both runs worked out, but the machine changed its state meanwhile. */
    boolean isDropped() {
        return failure == null && !LineStates.isOneState(lineNs);
    }

    /** The round trip of a cache line while it ran, in nanoseconds. */
    double lineRoundTripNs() {
        return Statistics.median(lineNs);
    }
}
