package io.memif.tests.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures contenders in interleaved rounds, so that a disturbance of the machine hits all of them,
 * and prints the median of each with the lowest and highest round.
 */
final class Race {
    private final String unit;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();

    Race(String unit) {
        this.unit = unit;
    }

    Race add(String name, Contender contender) {
        contenders.put(name, contender);
        return this;
    }

    void run(int rounds, long durationNs, PrintStream out) throws Exception {
        Map<String, double[]> rates = new LinkedHashMap<>();
        for (Map.Entry<String, Contender> each : contenders.entrySet()) {
            rates.put(each.getKey(), new double[rounds]);
            // Two rounds that do not count, for the compiler.
            each.getValue().perSecond(durationNs);
            each.getValue().perSecond(durationNs);
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Contender> each : contenders.entrySet()) {
                rates.get(each.getKey())[round] = each.getValue().perSecond(durationNs);
            }
        }
        out.printf("%s, median of %d interleaved rounds (lowest to highest)%n", unit, rounds);
        double first = 0;
        for (Map.Entry<String, double[]> each : rates.entrySet()) {
            double[] sorted = each.getValue();
            Arrays.sort(sorted);
            double median = sorted[rounds / 2];
            first = first == 0 ? median : first;
            out.printf(
                    "  %-44s %,12.0f   (%,.0f to %,.0f)   first is %.2f times this%n",
                    each.getKey(), median, sorted[0], sorted[rounds - 1], first / median);
        }
        for (Contender each : contenders.values()) {
            each.end();
        }
    }
}
