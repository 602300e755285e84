package io.memif.tests.bench.side;

import java.util.List;

/** What a row of the table compares. */
enum Metric {
    /** Million packets per second. */
    RATE("M packets/s", true),
    /** Median round trip. */
    P50("ns p50", false),
    /** 99th percentile of the round trip. */
    P99("ns p99", false),
    /** Bytes allocated while nothing happens. */
    IDLE("bytes allocated", false);

    private final String unit;
    private final boolean moreIsBetter;

    Metric(String unit, boolean moreIsBetter) {
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    String unit() {
        return unit;
    }

    boolean isMoreBetter() {
        return moreIsBetter;
    }

    /** The values of a run's windows. */
    List<Double> windows(Match.Result result) {
        return switch (this) {
            case RATE -> result.rates();
            case P50 -> result.p50();
            case P99 -> result.p99();
            case IDLE -> List.of((double) result.allocatedBytes());
            default -> throw new IllegalStateException("metric " + this);
        };
    }
}
