package io.memif.tests.bench.side;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Rows and pairs for tests. */
final class PairExamples {
    static final String JVM = "JDK 17 G1";

    /** A row that compares rates. */
    static final Row ROW = row(Map.of(Metric.RATE, 1.0));

    private PairExamples() {}

    static Row row(Map<Metric, Double> goals) {
        Setup any =
                new Setup(
                        TestpmdEnd.TESTPMD.sink(false),
                        TestpmdEnd.TESTPMD.source(true, 64),
                        Setup.Gauge.OPPOSITE);
        return new Row("sink-64", "64 B received", new EnumMap<>(goals), any, any);
    }

    /** A pair with one window each, in million packets per second. */
    static Pair rates(int round, double lineNs, double ours, double reference) {
        return rates(round, List.of(lineNs, lineNs, lineNs), ours, reference);
    }

    static Pair rates(int round, List<Double> lineNs, double ours, double reference) {
        return new Pair(ROW.id(), JVM, round, lineNs, rate(ours), rate(reference), null);
    }

    static Pair failed(int round) {
        return new Pair(ROW.id(), JVM, round, List.of(150.0), null, null, "no link");
    }

    private static Setup.Result rate(double value) {
        return new Setup.Result(
                List.of(value), List.of(), List.of(), 1000, 10, 0.1, 0.2, List.of());
    }

    /** A pair of round trips with one window each, in nanoseconds; p99 is given for ours alone. */
    static Pair roundTrips(double lineNs, double oursP50, double oursP99, double referenceP50) {
        return new Pair(
                ROW.id(),
                JVM,
                0,
                List.of(lineNs, lineNs, lineNs),
                roundTrip(oursP50, oursP99),
                roundTrip(referenceP50, referenceP50),
                null);
    }

    private static Setup.Result roundTrip(double p50, double p99) {
        return new Setup.Result(List.of(1.0), List.of(p50), List.of(p99), 0, 0, 0, 0, List.of());
    }
}
