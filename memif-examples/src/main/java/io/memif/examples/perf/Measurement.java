package io.memif.examples.perf;

import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Watches a running benchmark from the command's thread: warm-up, live lines, figures. */
final class Measurement {
    private final Meter meter;
    private final PerfTimes times;
    private final RoundTrips roundTrips;
    private final LinkWatch watch;
    private final StopSignal stop;
    private final PerfReport report;
    private final List<Double> windows = new ArrayList<>();

    Measurement(
            Meter meter,
            PerfTimes times,
            RoundTrips roundTrips,
            LinkWatch watch,
            StopSignal stop,
            PerfReport report) {
        this.meter = meter;
        this.times = times;
        this.roundTrips = roundTrips;
        this.watch = watch;
        this.stop = stop;
        this.report = report;
    }

    /** Returns when the time is over, the link is down, or the command shall end. */
    Figures run() throws InterruptedException {
        Sample start = new Sample(watch.upAt(), 0, 0, 0, 0, meter.read().allocatedBytes(), 0, 0);
        long warm = watch.upAt() + times.warmUpNs();
        Sample from = follow(start, warm, true);
        boolean isWarm = !stop.isRequested();
        Sample last = from;
        if (isWarm) {
            roundTrips.discard();
            last = follow(from, from.timeNs() + times.runNs(), false);
        }
        return figures(start, isWarm ? from : last, last);
    }

    private Figures figures(Sample start, Sample from, Sample last) {
        Sample until = watch.isDown() ? notBefore(from, last.at(watch.downAt())) : last;
        Figures.Ending end =
                watch.isDown()
                        ? Figures.Ending.PEER
                        : stop.isRequested() ? Figures.Ending.STOPPED : Figures.Ending.TIME;
        return new Figures(until.since(from), until.since(start), windows, end, watch.reason());
    }

    private static Sample notBefore(Sample from, Sample until) {
        return until.at(Math.max(from.timeNs(), until.timeNs()));
    }

    /** Waits until a moment, with a live line each interval; the sample at its end. */
    private Sample follow(Sample from, long end, boolean isWarmUp) throws InterruptedException {
        Sample last = from;
        long tick = from.timeNs() + times.intervalNs();
        while (true) {
            boolean stopped = waitUntil(Math.min(tick, end));
            Sample now = meter.read();
            if (stopped) {
                return now;
            }
            if (now.timeNs() - tick >= 0) {
                Sample window = now.since(last);
                Histogram trips = isWarmUp ? roundTrips.discard() : roundTrips.takeInterval();
                report.live(now.since(from), window, trips, isWarmUp);
                if (!isWarmUp) {
                    windows.add(window.packetRate());
                }
                last = now;
                tick = nextTick(tick, now.timeNs());
            }
            if (now.timeNs() - end >= 0) {
                return now;
            }
        }
    }

    /** When we came late, the next interval is a whole one again instead of the rest of it. */
    private long nextTick(long tick, long now) {
        long next = tick + times.intervalNs();
        return next - now < times.intervalNs() / 2 ? now + times.intervalNs() : next;
    }

    private boolean waitUntil(long moment) throws InterruptedException {
        long rest = moment - System.nanoTime();
        return rest > 0 ? stop.await(rest) : stop.isRequested();
    }
}
