package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Medians. Stateless. */
final class Statistics {
    private static final int QUARTER = 4;

    private Statistics() {}

    /** NaN of nothing. */
    static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * Median of the best quarter: what a run shows when nobody takes the processors away.
     *
     * @param values of one run's windows
     * @param more whether more is better
     * @return NaN of nothing
     */
    static double bestQuarter(List<Double> values, boolean more) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(more ? Collections.reverseOrder() : null);
        return median(sorted.subList(0, (sorted.size() + QUARTER - 1) / QUARTER));
    }
}
