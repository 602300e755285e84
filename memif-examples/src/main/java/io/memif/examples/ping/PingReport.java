package io.memif.examples.ping;

import io.memif.examples.JsonLine;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Keeps the score of a ping run and prints it the way {@code ping} does. One thread at a time. */
final class PingReport {
    /** What is printed about single packets. */
    enum Detail {
        /** Nothing. */
        QUIET,
        /** A line for each reply. */
        LINES,
        /** A dot for each request that is under way. */
        DOTS
    }

    private static final int SEQUENCES = 1 << 16;
    private static final double NS_PER_MS = 1e6;

    /** Dots beyond a line cannot be taken back. */
    private static final int MOST_DOTS = 80;

    private final PrintWriter out;
    private final IpAddress target;
    private final int size;
    private final Detail detail;

    /**
     * When the request was sent, by sequence number; meaningful while it is pending or answered.
     */
    private final long[] sentNs = new long[SEQUENCES];

    private final boolean[] pending = new boolean[SEQUENCES];

    /** Round trips in nanoseconds. */
    private final Histogram roundTrips = new Histogram(3);

    private long transmitted;
    private long received;
    private long duplicates;
    private long corrupted;
    private long errors;
    private long firstNs;
    private long lastNs;
    private long pipe;
    private double minMs = Double.MAX_VALUE;
    private double maxMs;
    private double sumMs;
    private double sumOfSquares;
    private double averageMs;

    PingReport(PrintWriter out, IpAddress target, int size, Detail detail) {
        this.out = out;
        this.target = target;
        this.size = size;
        this.detail = detail;
    }

    void begin() {
        if (target.isV6()) {
            out.printf(Locale.ROOT, "PING %s(%s) %d data bytes%n", target, target, size);
        } else {
            out.printf(
                    Locale.ROOT,
                    "PING %s (%s) %d(%d) bytes of data.%n",
                    target,
                    target,
                    size,
                    size + 28);
        }
        out.flush();
    }

    void sent(int sequence, long nowNs) {
        if (transmitted == 0) {
            firstNs = nowNs;
        }
        transmitted++;
        lastNs = nowNs;
        sentNs[sequence] = nowNs;
        pending[sequence] = true;
        if (missing() <= MOST_DOTS) {
            dot(".");
        }
    }

    void received(int sequence, int ttl, long nowNs, EchoProbe.Reply reply) {
        if (reply != EchoProbe.Reply.INTACT) {
            corrupted++;
            dot("\bC");
            boolean checksum = reply == EchoProbe.Reply.BAD_CHECKSUM;
            line(sequence, ttl, nowNs, checksum ? " (BAD CHECKSUM!)" : " (CORRUPTED!)");
            return;
        }
        lastNs = nowNs;
        dot("\b \b");
        if (!pending[sequence]) {
            duplicates++;
            line(sequence, ttl, nowNs, " (DUP!)");
            return;
        }
        settle(sequence);
        received++;
        double ms = (nowNs - sentNs[sequence]) / NS_PER_MS;
        minMs = Math.min(minMs, ms);
        maxMs = Math.max(maxMs, ms);
        sumMs += ms;
        sumOfSquares += ms * ms;
        averageMs = received == 1 ? ms : averageMs + (ms - averageMs) / 8;
        roundTrips.recordValue(Math.max(0, nowNs - sentNs[sequence]));
        line(sequence, ttl, nowNs, "");
    }

    /**
     * A request that will not be answered: nobody told the target's link address, or somebody on
     * the way sent an error. What comes late is left out.
     *
     * @param sequence of the request
     * @param from who says so
     * @param what happened, in words
     */
    void failed(int sequence, IpAddress from, String what) {
        if (!pending[sequence]) {
            return;
        }
        errors++;
        settle(sequence);
        dot("\bE");
        if (detail == Detail.LINES) {
            out.printf(Locale.ROOT, "From %s icmp_seq=%d %s%n", from, sequence, what);
            out.flush();
        }
    }

    private void settle(int sequence) {
        pending[sequence] = false;
        pipe = Math.max(pipe, (transmitted - sequence & 0xffff) + 1);
    }

    private void dot(String text) {
        if (detail == Detail.DOTS) {
            out.print(text);
            out.flush();
        }
    }

    private void line(int sequence, int ttl, long nowNs, String remark) {
        if (detail == Detail.LINES) {
            out.printf(
                    Locale.ROOT,
                    "%d bytes from %s: icmp_seq=%d ttl=%d time=%s ms%s%n",
                    size + 8,
                    target,
                    sequence,
                    ttl,
                    milliseconds(nowNs - sentNs[sequence]),
                    remark);
            out.flush();
        }
    }

    /** Fewer decimals the longer it took, as ping has it. */
    static String milliseconds(long ns) {
        long us = ns / 1_000;
        if (us < 1_000) {
            return String.format(Locale.ROOT, "0.%03d", us);
        }
        int decimals = us < 9_995 ? 2 : us < 99_950 ? 1 : 0;
        return BigDecimal.valueOf(us, 3).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    }

    /** Requests of which nothing is known yet. */
    long missing() {
        return transmitted - settled();
    }

    /** Requests that were answered, or will not be. */
    long settled() {
        return received + errors;
    }

    /** Requests that will not be answered. */
    long errors() {
        return errors;
    }

    long transmitted() {
        return transmitted;
    }

    long received() {
        return received;
    }

    /** The longest round trip in nanoseconds; 0 while there is none. */
    long longestNs() {
        return received == 0 ? 0 : Math.max(1, (long) (maxMs * NS_PER_MS));
    }

    void summarise(boolean flood) {
        out.printf("%n--- %s ping statistics ---%n", target);
        out.printf(
                Locale.ROOT,
                "%d packets transmitted, %d received%s%s%s, %s%% packet loss, time %dms%n",
                transmitted,
                received,
                count(duplicates, "duplicates"),
                count(corrupted, "corrupted"),
                count(errors, "errors"),
                loss(),
                elapsedMs());
        String text = received > 0 ? roundTripTimes() : "";
        if (pipe > 1) {
            text += (text.isEmpty() ? "" : ", ") + "pipe " + pipe;
        }
        if (flood && received > 0 && transmitted > 1) {
            double gap = (lastNs - firstNs) / NS_PER_MS / (transmitted - 1);
            text += String.format(Locale.ROOT, ", ipg/ewma %.3f/%.3f ms", gap, averageMs);
        }
        // An empty line is there if there is nothing to say, as ping has it.
        out.println(text);
        if (received > 0) {
            out.printf(
                    Locale.ROOT,
                    "rtt p50/p90/p99 = %.3f/%.3f/%.3f ms%n",
                    percentile(50),
                    percentile(90),
                    percentile(99));
        }
        out.flush();
    }

    private static String count(long number, String what) {
        return number > 0 ? ", +" + number + " " + what : "";
    }

    private String roundTripTimes() {
        return String.format(
                Locale.ROOT,
                "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
                minMs,
                sumMs / received,
                maxMs,
                deviation());
    }

    private double deviation() {
        double average = sumMs / received;
        return Math.sqrt(Math.max(0, sumOfSquares / received - average * average));
    }

    /** The histogram rounds up, but not beyond what there was. */
    private double percentile(double percent) {
        return Math.min(maxMs, roundTrips.getValueAtPercentile(percent) / NS_PER_MS);
    }

    private long elapsedMs() {
        return Math.round((lastNs - firstNs) / NS_PER_MS);
    }

    private double lossPercent() {
        return transmitted == 0 ? 0 : 100.0 * (transmitted - received) / transmitted;
    }

    /** With six digits at most, as ping has it. */
    private String loss() {
        BigDecimal rounded = new BigDecimal(lossPercent()).round(new MathContext(6));
        return rounded.stripTrailingZeros().toPlainString();
    }

    /** The same for machines; times are null if no reply came. */
    JsonLine toJson() {
        JsonLine line =
                new JsonLine()
                        .put("target", target.toString())
                        .put("bytes", size)
                        .put("transmitted", transmitted)
                        .put("received", received)
                        .put("duplicates", duplicates)
                        .put("corrupted", corrupted)
                        .put("errors", errors)
                        .put("lossPercent", lossPercent(), 4)
                        .put("timeMs", elapsedMs());
        if (received == 0) {
            return line.put("rttMs", (String) null);
        }
        JsonLine times =
                new JsonLine()
                        .put("min", minMs, 3)
                        .put("avg", sumMs / received, 3)
                        .put("max", maxMs, 3)
                        .put("mdev", deviation(), 3)
                        .put("p50", percentile(50), 3)
                        .put("p90", percentile(90), 3)
                        .put("p99", percentile(99), 3);
        return line.put("rttMs", times);
    }
}
