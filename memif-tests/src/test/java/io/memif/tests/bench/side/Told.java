package io.memif.tests.bench.side;

import java.util.List;

/**
 * What a process told about its run. Lists are empty and numbers 0 if it did not tell.
 *
 * @param rates million packets per second in each window
 * @param p50 median round trip in each window, in nanoseconds
 * @param p99 99th percentile of the round trip in each window, in nanoseconds
 * @param packets after the warm-up
 * @param allocatedBytes by the polling threads after the warm-up
 */
record Told(
        List<Double> rates, List<Double> p50, List<Double> p99, long packets, long allocatedBytes) {
    static final Told NOTHING = new Told(List.of(), List.of(), List.of(), 0, 0);
}
