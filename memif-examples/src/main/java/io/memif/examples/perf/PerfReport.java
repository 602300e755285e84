package io.memif.examples.perf;

import io.memif.LinkInfo;
import io.memif.examples.JsonLine;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Prints live lines and the summary. With JSON standard output gets one line at the end, and all
 * else goes to standard error.
 */
final class PerfReport {
    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;
    private static final double PERCENT = 100;

    private final PrintWriter out;
    private final PrintWriter progress;
    private final boolean json;
    private PerfPlan plan;

    PerfReport(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.progress = json ? err : out;
        this.json = json;
    }

    /** What is measured; to be told before it is. */
    void measures(PerfPlan what) {
        plan = what;
    }

    void say(String line) {
        progress.println(line);
        progress.flush();
    }

    void linkUp(LinkInfo link) {
        say(
                String.format(
                        Locale.ROOT,
                        "link up: peer \"%s\", interface \"%s\", %d receive and %d transmit queues,"
                                + " ring size %d",
                        link.peerApplicationName(),
                        link.peerInterfaceName(),
                        link.rxQueues(),
                        link.txQueues(),
                        link.ringSize()));
    }

    void live(Sample passed, Sample window, Histogram times, boolean isWarmUp) {
        say(
                String.format(
                        Locale.ROOT,
                        "%6.1f s  %10.4f M packets/s  %9.4f G bit/s%s%s",
                        passed.seconds(),
                        window.packetRate() / MILLION,
                        window.bitRate() / BILLION,
                        (isBidir() ? received(window) : ratio(window))
                                + (plan.times() ? percentiles(times) : ""),
                        isWarmUp ? "  (warm-up)" : ""));
    }

    private boolean isBidir() {
        return plan.workload() == Workload.BIDIR;
    }

    private static String received(Sample window) {
        return String.format(
                Locale.ROOT,
                " received  %10.4f M packets/s  %9.4f G bit/s sent",
                window.sent().packetRate() / MILLION,
                window.sent().bitRate() / BILLION);
    }

    private static String percentiles(Histogram times) {
        return String.format(
                Locale.ROOT,
                "  p50 %6d ns  p99 %6d ns",
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99));
    }

    private String ratio(Sample sample) {
        return switch (plan.workload()) {
            case PINGPONG, BIDIR -> "";
            case SOURCE -> percent(sample, "full");
            default -> percent(sample, "empty");
        };
    }

    private static String percent(Sample sample, String what) {
        return String.format(Locale.ROOT, "  %5.1f %% %s", sample.fruitlessRatio() * PERCENT, what);
    }

    void summarise(Figures figures, Figures.Extras extras, JsonLine settings) {
        if (json) {
            out.println(line(figures, extras, settings));
            out.flush();
            return;
        }
        switch (figures.end()) {
            case PEER -> say("the peer went away: " + figures.endReason());
            case STOPPED -> say("stopped");
            default -> say("done");
        }
        Sample measured = figures.measured();
        if (isBidir()) {
            sayRates("received ", measured);
            sayRates("sent ", measured.sent());
        } else {
            sayRates("", measured);
        }
        if (plan.times()) {
            sayTimes(extras);
        }
        if (plan.checks()) {
            Verifier.Findings found = extras.findings();
            say(
                    String.format(
                            Locale.ROOT,
                            "%s: %d lost, %d duplicated, %d reordered, %d corrupted",
                            plan.verify() ? "verified" : "sequence numbers",
                            found.lost(),
                            found.duplicated(),
                            found.reordered(),
                            found.corrupted()));
        }
    }

    private void sayRates(String direction, Sample measured) {
        say(
                String.format(
                        Locale.ROOT,
                        "%s%d packets, %d bytes in %.3f s: %.4f M packets/s, %.4f G bit/s,"
                                + " %.2f ns a packet%s",
                        direction,
                        measured.packets(),
                        measured.bytes(),
                        measured.seconds(),
                        measured.packetRate() / MILLION,
                        measured.bitRate() / BILLION,
                        measured.nsPerPacket(),
                        ratio(measured)));
    }

    private void sayTimes(Figures.Extras extras) {
        Histogram times = extras.roundTrips().total();
        boolean isRoundTrip = plan.workload() == Workload.PINGPONG;
        say(
                String.format(
                        Locale.ROOT,
                        "%s: p50 %d ns, p99 %d ns, p99.9 %d ns, max %d ns%s",
                        isRoundTrip ? "round trip" : "latency",
                        times.getValueAtPercentile(50),
                        times.getValueAtPercentile(99),
                        times.getValueAtPercentile(99.9),
                        times.getMaxValue(),
                        isRoundTrip
                                ? String.format(Locale.ROOT, "; %d timed out", extras.timeouts())
                                : ""));
    }

    private JsonLine line(Figures figures, Figures.Extras extras, JsonLine line) {
        Sample measured = figures.measured();
        Sample total = figures.total();
        line.put("packets", measured.packets())
                .put("bytes", measured.bytes())
                .put("seconds", measured.seconds(), 6)
                .put("mpps", measured.packetRate() / MILLION, 6)
                .put("gbps", measured.bitRate() / BILLION, 6)
                .put("nsPerPacket", measured.nsPerPacket(), 3);
        if (isBidir()) {
            line.put("sentPackets", measured.sentPackets())
                    .put("sentBytes", measured.sentBytes())
                    .put("sentMpps", measured.sent().packetRate() / MILLION, 6)
                    .put("sentGbps", measured.sent().bitRate() / BILLION, 6);
        } else if (plan.workload() != Workload.PINGPONG) {
            String name = plan.workload() == Workload.SOURCE ? "fullRatio" : "emptyRatio";
            line.put(name, measured.fruitlessRatio(), 4);
        }
        if (plan.times()) {
            putTimes(line, extras);
        }
        if (plan.checks()) {
            line.put("lost", extras.findings().lost())
                    .put("duplicated", extras.findings().duplicated())
                    .put("reordered", extras.findings().reordered())
                    .put("corrupted", extras.findings().corrupted());
        }
        return line.put("allocatedBytes", measured.allocatedBytes())
                .put("totalPackets", total.packets())
                .put("totalBytes", total.bytes())
                .put("totalSeconds", total.seconds(), 6)
                .put("windowMpps", millions(figures.windows()), 4)
                .put("end", figures.end().name().toLowerCase(Locale.ROOT))
                .put("endReason", figures.endReason())
                .put("java", System.getProperty("java.version"))
                .put("collector", collector());
    }

    private void putTimes(JsonLine line, Figures.Extras extras) {
        Histogram times = extras.roundTrips().total();
        boolean isRoundTrip = plan.workload() == Workload.PINGPONG;
        String name = isRoundTrip ? "rtt" : "latency";
        line.put(isRoundTrip ? "roundTrips" : "timed", times.getTotalCount())
                .put(name + "P50Ns", times.getValueAtPercentile(50))
                .put(name + "P99Ns", times.getValueAtPercentile(99))
                .put(name + "P999Ns", times.getValueAtPercentile(99.9))
                .put(name + "MaxNs", times.getMaxValue());
        if (isRoundTrip) {
            line.put("timeouts", extras.timeouts());
        }
        line.put("windowP50Ns", extras.roundTrips().medians(), 0)
                .put("windowP99Ns", extras.roundTrips().tails(), 0);
    }

    private static List<Double> millions(List<Double> rates) {
        return rates.stream().map(rate -> rate / MILLION).toList();
    }

    private static String collector() {
        List<String> names =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .toList();
        return names.isEmpty() ? "none" : names.get(0);
    }
}
