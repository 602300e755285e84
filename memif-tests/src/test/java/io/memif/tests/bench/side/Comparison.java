package io.memif.tests.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a row came to, for one metric on one JVM.
 *
 * @param row which
 * @param metric what is compared
 * @param jvm name
 * @param ours our runs
 * @param theirs the reference's runs; empty if there is none
 */
record Comparison(Row row, Metric metric, String jvm, List<Run> ours, List<Run> theirs) {
    /** A ratio this close to the goal counts as level: the peer is the limit. */
    private static final double LEVEL = 0.97;

    /** All metrics of a row on one JVM. */
    static List<Comparison> of(Row row, RunStore store, Jvm jvm, Jvm first) {
        String referenceJvm = (row.isReferenceJava() ? jvm : first).name();
        List<Run> ours = store.of(row.id(), false, jvm.name());
        List<Run> theirs = store.of(row.id(), true, referenceJvm);
        List<Comparison> all = new ArrayList<>();
        if (!ours.isEmpty()) {
            for (Metric metric : row.goals().keySet()) {
                all.add(new Comparison(row, metric, jvm.name(), ours, theirs));
            }
        }
        return all;
    }

    double goal() {
        return row.goals().get(metric);
    }

    /** Value of each run, by its best quarter. */
    List<Double> best(List<Run> runs) {
        return runs.stream()
                .map(run -> metric.windows(run.result()))
                .map(windows -> Statistics.bestQuarter(windows, metric.isMoreBetter()))
                .toList();
    }

    /** Value of each run, by all of its windows. */
    List<Double> plain(List<Run> runs) {
        return runs.stream().map(run -> Statistics.median(metric.windows(run.result()))).toList();
    }

    double bestRatio() {
        return Statistics.median(best(ours)) / Statistics.median(best(theirs));
    }

    double plainRatio() {
        return Statistics.median(plain(ours)) / Statistics.median(plain(theirs));
    }

    String verdict() {
        if (theirs.isEmpty()) {
            boolean none = Statistics.median(best(ours)) <= goal();
            return row.reference() == null ? none ? "met" : "missed" : "no reference";
        }
        double ratio = metric.isMoreBetter() ? bestRatio() / goal() : goal() / bestRatio();
        return ratio >= 1 ? "met" : ratio >= LEVEL ? "level" : "missed";
    }

    /** Bytes allocated per packet in our runs; NaN if no packet moved. */
    double allocatedPerPacket() {
        long packets = ours.stream().mapToLong(run -> run.result().packets()).sum();
        long bytes = ours.stream().mapToLong(run -> run.result().allocatedBytes()).sum();
        return packets == 0 ? Double.NaN : (double) bytes / packets;
    }

    /** Largest share of a processor that an end missed in a run. */
    double lost() {
        return Stream.concat(ours.stream(), theirs.stream())
                .mapToDouble(run -> run.result().lost())
                .max()
                .orElse(0);
    }

    /** Largest share of all processor time that the hypervisor gave to others in a run. */
    double stolen() {
        return Stream.concat(ours.stream(), theirs.stream())
                .mapToDouble(run -> run.result().stolen())
                .max()
                .orElse(0);
    }
}
