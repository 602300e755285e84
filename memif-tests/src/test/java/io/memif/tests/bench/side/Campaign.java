package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Runs pairs of rows until enough of them are of one state, or too many were run. */
final class Campaign {
    /** After this many failures in a row, a pair will not work out. */
    private static final int ATTEMPTS = 2;

    private static final double NS_PER_MINUTE = 60e9;

    private final PairStore store;
    private final Pairs pairs;
    private final Amount amount;
    private final long deadline;
    private long longestPairNs;

    /** What runs a pair. */
    interface Pairs {
        /**
         * Runs one.
         *
         * @param round how many have been run before
         */
        Pair run(Row row, Jvm jvm, int round) throws IOException, InterruptedException;
    }

    /**
     * How much to run.
     *
     * @param pairs that are wanted in one state, for a row on a JVM
     * @param most pairs that are run for it, however many are dropped
     * @param minutes no pair is started that would end later
     */
    record Amount(int pairs, int most, double minutes) {}

    Campaign(PairStore store, Pairs pairs, Amount amount) {
        this.store = store;
        this.pairs = pairs;
        this.amount = amount;
        this.deadline = System.nanoTime() + (long) (amount.minutes() * NS_PER_MINUTE);
    }

    /** Whether the budget does not allow for another pair. */
    boolean isOutOfTime() {
        return System.nanoTime() + longestPairNs > deadline;
    }

    /** Runs what is missing of a row; false if something still is. */
    boolean complete(Row row, Jvm jvm) throws IOException, InterruptedException {
        int failures = 0;
        while (!isEnough(row, jvm)) {
            List<Pair> past = store.of(row.id(), jvm.name());
            if (past.size() >= amount.most() || failures == ATTEMPTS || isOutOfTime()) {
                System.out.printf(
                        "%s, %s: given up after %d pairs; %d were dropped since the machine changed"
                                + " its state, %d failed%n",
                        row.id(),
                        jvm.name(),
                        past.size(),
                        past.stream().filter(Pair::isDropped).count(),
                        past.stream().filter(pair -> pair.failure() != null).count());
                return false;
            }
            long start = System.nanoTime();
            Pair pair = pairs.run(row, jvm, past.size());
            longestPairNs = Math.max(longestPairNs, System.nanoTime() - start);
            store.add(pair);
            failures = pair.failure() == null ? 0 : failures + 1;
            System.out.println(describe(row, pair));
        }
        return true;
    }

    /** Whether some state has the pairs that are wanted. */
    private boolean isEnough(Row row, Jvm jvm) {
        List<Pair> kept = store.of(row.id(), jvm.name()).stream().filter(Pair::isKept).toList();
        return store.states().split(kept).stream().anyMatch(part -> part.size() >= amount.pairs());
    }

    /** One line for whoever watches. */
    private static String describe(Row row, Pair pair) {
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                "%-26s %-10s pair %d:", row.id(), pair.jvm(), pair.round() + 1));
        if (pair.failure() != null) {
            return text.append(" failed, ").append(pair.failure()).toString();
        }
        for (Metric metric : row.goals().keySet()) {
            text.append(String.format(Locale.ROOT, "  %.2f", metric.best(pair.ours())));
            if (pair.reference() != null) {
                text.append(String.format(Locale.ROOT, " to %.2f", metric.best(pair.reference())));
            }
            text.append(' ').append(metric.unit());
        }
        text.append("  line");
        pair.lineNs().forEach(ns -> text.append(String.format(Locale.ROOT, " %.0f", ns)));
        return text.append(pair.isKept() ? " ns" : " ns, dropped").toString();
    }
}
