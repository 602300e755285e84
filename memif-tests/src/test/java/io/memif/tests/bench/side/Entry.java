package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a row came to, for one metric on one JVM in one state of the machine. Fields are null where
 * nothing was measured.
 *
 * @param row id
 * @param title of the row
 * @param metric what is compared
 * @param goal see {@link Row#goals}
 * @param jvm name
 * @param date of the last run, as in 2026-11-22
 * @param line round trip of a cache line, in nanoseconds
 * @param kept pairs that count
 * @param dropped pairs of the row on this JVM during which the machine changed its state
 * @param ours values of our runs
 * @param reference values of the reference's runs
 * @param ratio median of the ratios of all pairs
 * @param plainRatio the same by all windows instead of the best ones
 * @param oursInLines our value in round trips of a cache line
 * @param referenceInLines the reference's value in those
 * @param allocatedPerPacket bytes, in our runs
 * @param lost largest share of a processor that an end did not get in a run
 * @param stolen largest share of all processor time that the hypervisor gave to others in a run
 */
record Entry(
        String row,
        String title,
        Metric metric,
        double goal,
        String jvm,
        String date,
        Spread line,
        Integer kept,
        Integer dropped,
        Spread ours,
        Spread reference,
        Double ratio,
        Double plainRatio,
        Double oursInLines,
        Double referenceInLines,
        Double allocatedPerPacket,
        Double lost,
        Double stolen) {
    /** A value this close to the goal counts as level. */
    private static final double LEVEL = 0.97;

    /** Pairs from which on a state says something even if there were more in another. */
    private static final int ENOUGH = 3;

    /**
     * Median, least and most of several runs.
     *
     * @param median of all
     * @param least of all
     * @param most of all
     */
    record Spread(double median, double least, double most) {
        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Spread(
                    Statistics.median(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
        }
    }

    /** All metrics of a row on one JVM, in each state; one line without figures if none counts. */
    static List<Entry> of(Row row, String jvm, List<Pair> pairs, LineStates states, String date) {
        List<Entry> all = new ArrayList<>();
        int dropped = (int) pairs.stream().filter(Pair::isDropped).count();
        List<Pair> kept = pairs.stream().filter(Pair::isKept).toList();
        List<List<Pair>> parts = states.split(kept);
        for (Metric metric : pairs.isEmpty() ? List.<Metric>of() : row.goals().keySet()) {
            parts.forEach(part -> all.add(of(row, metric, jvm, part, dropped, date)));
            if (parts.isEmpty()) {
                all.add(nothing(row, metric, jvm, dropped, date));
            }
        }
        return all;
    }

    private static Entry nothing(Row row, Metric metric, String jvm, int dropped, String date) {
        double goal = row.goals().get(metric);
        return new Entry(
                row.id(),
                row.title(),
                metric,
                goal,
                jvm,
                date,
                null,
                0,
                dropped,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Entry of(
            Row row, Metric metric, String jvm, List<Pair> part, int dropped, String date) {
        boolean compared = row.reference() != null;
        boolean relative = compared && metric.isRelative();
        boolean inLines = metric.isRoundTrip();
        return new Entry(
                row.id(),
                row.title(),
                metric,
                row.goals().get(metric),
                jvm,
                date,
                Spread.of(values(part, Pair::lineRoundTripNs)),
                part.size(),
                dropped,
                Spread.of(values(part, pair -> metric.best(pair.ours()))),
                compared ? Spread.of(values(part, pair -> metric.best(pair.reference()))) : null,
                relative
                        ? median(
                                part,
                                pair -> metric.best(pair.ours()) / metric.best(pair.reference()))
                        : null,
                relative
                        ? median(
                                part,
                                pair -> metric.plain(pair.ours()) / metric.plain(pair.reference()))
                        : null,
                inLines
                        ? median(part, pair -> metric.best(pair.ours()) / pair.lineRoundTripNs())
                        : null,
                inLines && compared
                        ? median(
                                part,
                                pair -> metric.best(pair.reference()) / pair.lineRoundTripNs())
                        : null,
                allocatedPerPacket(part),
                most(part, Setup.Result::lost),
                most(part, Setup.Result::stolen));
    }

    private static List<Double> values(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(value).boxed().toList();
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return Statistics.median(values(pairs, value));
    }

    private static Double allocatedPerPacket(List<Pair> pairs) {
        long packets = pairs.stream().mapToLong(pair -> pair.ours().packets()).sum();
        long bytes = pairs.stream().mapToLong(pair -> pair.ours().allocatedBytes()).sum();
        return packets == 0 ? null : (double) bytes / packets;
    }

    private static double most(List<Pair> pairs, ToDoubleFunction<Setup.Result> value) {
        return pairs.stream()
                .flatMap(pair -> Stream.of(pair.ours(), pair.reference()))
                .filter(result -> result != null)
                .mapToDouble(value)
                .max()
                .orElse(0);
    }

    /** What the goal is about: the ratio, or our own value; null if it was not measured. */
    Double result() {
        if (metric.isRelative()) {
            return ratio;
        }
        return ours == null ? null : (Double) ours.median();
    }

    /** In words: met, level if 3 % are missing at most, or missed. */
    String verdict() {
        Double result = result();
        if (result == null) {
            return "not measured";
        }
        boolean met = metric.isMoreBetter() ? result >= goal : result <= goal;
        double share = metric.isMoreBetter() ? result / goal : goal / result;
        return met ? "met" : share >= LEVEL ? "level" : "missed";
    }

    /** The goal in words. */
    String goalText() {
        String sign = metric.isMoreBetter() ? ">= " : "<= ";
        return sign + String.format(Locale.ROOT, "%.2f", goal) + (metric.isRelative() ? " x" : "");
    }

    /** Whether it is about the same thing as another, in whatever state. */
    boolean isSameAs(Entry other) {
        return isOfSameRow(other) && jvm.equals(other.jvm);
    }

    /** Whether it takes the place of an older one: the same thing in the same state. */
    boolean replaces(Entry older) {
        return isSameAs(older)
                && (line == null
                        || older.line == null
                        || LineStates.isOneState(List.of(line.median, older.line.median)));
    }

    /** Whether it is about the same thing, on whatever JVM and in whatever state. */
    boolean isOfSameRow(Entry other) {
        return row.equals(other.row) && metric == other.metric;
    }

    /** Whether it is worse than another of the same row; what was not measured is never worse. */
    boolean isWorseThan(Entry other) {
        if (result() == null || other.result() == null) {
            return result() != null;
        }
        return metric.isMoreBetter() ? result() < other.result() : result() > other.result();
    }

    /**
     * Whether there are pairs enough to be quoted: some, or as many as in any other state.
     *
     * @param others of the same table
     */
    boolean isQuotable(List<Entry> others) {
        if (result() == null) {
            return false;
        }
        Predicate<Entry> isLarger = other -> isSameAs(other) && other.kept > kept;
        return kept == null || kept >= ENOUGH || others.stream().noneMatch(isLarger);
    }
}
