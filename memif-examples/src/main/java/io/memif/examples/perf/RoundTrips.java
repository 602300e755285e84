package io.memif.examples.perf;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** Round trips of all lanes, in nanoseconds, interval by interval. Used by the command's thread. */
final class RoundTrips {
    private final List<SingleWriterRecorder> recorders;
    private final Histogram total = empty();
    private final List<Long> medians = new ArrayList<>();
    private final List<Long> tails = new ArrayList<>();
    private Histogram spare;

    RoundTrips(List<SingleWriterRecorder> recorders) {
        this.recorders = recorders;
    }

    private static Histogram empty() {
        return new Histogram(PingLane.LONGEST_NS, PingLane.DIGITS);
    }

    /** What was recorded since the last call, and is forgotten. */
    Histogram discard() {
        Histogram window = empty();
        for (SingleWriterRecorder recorder : recorders) {
            // A histogram may only go back to the recorder that it came from.
            spare = recorder.getIntervalHistogram(recorders.size() == 1 ? spare : null);
            window.add(spare);
        }
        return window;
    }

    /** What was recorded since the last call, and counts. */
    Histogram take() {
        Histogram window = discard();
        total.add(window);
        return window;
    }

    /** Counts a full interval. */
    Histogram takeInterval() {
        Histogram window = take();
        if (window.getTotalCount() > 0) {
            medians.add(window.getValueAtPercentile(50));
            tails.add(window.getValueAtPercentile(99));
        }
        return window;
    }

    Histogram total() {
        return total;
    }

    /** Median of each full interval. */
    List<Long> medians() {
        return medians;
    }

    /** 99th percentile of each full interval. */
    List<Long> tails() {
        return tails;
    }
}
