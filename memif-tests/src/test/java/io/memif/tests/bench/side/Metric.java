package io.memif.tests.bench.side;

import java.util.List;

/** What a row of the table compares. */
enum Metric {
    /** Million packets per second. */
    RATE("M packets/s", true, true),
    /** Median round trip. */
    P50("ns p50", false, true),
    /** 99th percentile of the round trip. */
    P99("ns p99", false, true),
    /** The 99th percentile of the round trip as a multiple of the median. */
    TAIL("p99 / p50", false, false),
    /** Processor time of the process under test. */
    CPU("ns of a processor a packet", false, true),
    /** Bytes allocated while nothing happens. */
    IDLE("bytes allocated", false, false);

    private final String unit;
    private final boolean moreIsBetter;
    private final boolean relative;

    Metric(String unit, boolean moreIsBetter, boolean relative) {
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
        this.relative = relative;
    }

    String unit() {
        return unit;
    }

    boolean isMoreBetter() {
        return moreIsBetter;
    }

    /** Whether the goal is a ratio of ours to the reference; else it is one for ours alone. */
    boolean isRelative() {
        return relative;
    }

    /** Whether it is a time that can be compared with the round trip of a cache line. */
    boolean isRoundTrip() {
        return this == P50 || this == P99;
    }

    private List<Double> windows(Setup.Result result) {
        return switch (this) {
            case RATE -> result.rates();
            case P50 -> result.p50();
            case P99 -> result.p99();
            case CPU -> result.cpuPerPacket();
            case IDLE -> List.of((double) result.allocatedBytes());
            default -> throw new IllegalStateException("metric " + this);
        };
    }

    /** The value of a run by its best quarter: what it shows when nobody takes processors away. */
    double best(Setup.Result result) {
        return this == TAIL
                ? P99.best(result) / P50.best(result)
                : Statistics.bestQuarter(windows(result), moreIsBetter);
    }

    /** The value of a run by all of its windows. */
    double plain(Setup.Result result) {
        return this == TAIL
                ? P99.plain(result) / P50.plain(result)
                : Statistics.median(windows(result));
    }
}
