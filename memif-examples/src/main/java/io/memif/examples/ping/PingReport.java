package io.memif.examples.ping;

import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import java.io.PrintWriter;
import java.util.Locale;

/** Keeps the score of a ping run and prints it the way {@code ping} does. One thread at a time. */
final class PingReport {
    private static final int SEQUENCES = 1 << 16;
    private static final double NS_PER_MS = 1e6;

    private final PrintWriter out;
    private final IpAddress target;
    private final int size;
    private final boolean quiet;

    /**
     * When the request was sent, by sequence number; meaningful while it is pending or answered.
     */
    private final long[] sentNs = new long[SEQUENCES];

    private final boolean[] pending = new boolean[SEQUENCES];

    private long transmitted;
    private long received;
    private long duplicates;
    private long corrupted;
    private long firstNs;
    private long lastNs;
    private double minMs = Double.MAX_VALUE;
    private double maxMs;
    private double sumMs;
    private double sumOfSquares;

    PingReport(PrintWriter out, IpAddress target, int size, boolean quiet) {
        this.out = out;
        this.target = target;
        this.size = size;
        this.quiet = quiet;
    }

    void begin() {
        int headers = target.isV6() ? 48 : 28;
        out.printf("PING %s %d(%d) bytes of data.%n", target, size, size + headers);
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
    }

    void received(int sequence, int ttl, long nowNs, EchoProbe.Reply reply) {
        if (reply != EchoProbe.Reply.INTACT) {
            corrupted++;
            boolean checksum = reply == EchoProbe.Reply.BAD_CHECKSUM;
            line(sequence, ttl, nowNs, checksum ? " (BAD CHECKSUM!)" : " (CORRUPTED!)");
            return;
        }
        lastNs = nowNs;
        if (!pending[sequence]) {
            duplicates++;
            line(sequence, ttl, nowNs, " (DUP!)");
            return;
        }
        pending[sequence] = false;
        received++;
        double ms = (nowNs - sentNs[sequence]) / NS_PER_MS;
        minMs = Math.min(minMs, ms);
        maxMs = Math.max(maxMs, ms);
        sumMs += ms;
        sumOfSquares += ms * ms;
        line(sequence, ttl, nowNs, "");
    }

    private void line(int sequence, int ttl, long nowNs, String remark) {
        if (!quiet) {
            out.printf(
                    "%d bytes from %s: icmp_seq=%d ttl=%d time=%s ms%s%n",
                    size + 8,
                    target,
                    sequence,
                    ttl,
                    milliseconds((nowNs - sentNs[sequence]) / NS_PER_MS),
                    remark);
            out.flush();
        }
    }

    /** Fewer decimals the longer it took, as ping has it. */
    static String milliseconds(double ms) {
        int decimals = ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", ms);
    }

    /** Requests that have not been answered yet. */
    long missing() {
        return transmitted - received;
    }

    long transmitted() {
        return transmitted;
    }

    boolean isFlawless() {
        return transmitted > 0 && received == transmitted && corrupted == 0;
    }

    void summarise() {
        out.printf("%n--- %s ping statistics ---%n", target);
        out.printf(
                "%d packets transmitted, %d received%s%s, %s%% packet loss, time %dms%n",
                transmitted,
                received,
                duplicates > 0 ? ", +" + duplicates + " duplicates" : "",
                corrupted > 0 ? ", +" + corrupted + " corrupted" : "",
                loss(),
                Math.round((lastNs - firstNs) / NS_PER_MS));
        if (received > 0) {
            double average = sumMs / received;
            double variance = Math.max(0, sumOfSquares / received - average * average);
            out.printf(
                    Locale.ROOT,
                    "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms%n",
                    minMs,
                    average,
                    maxMs,
                    Math.sqrt(variance));
        }
        out.flush();
    }

    private String loss() {
        double percent = transmitted == 0 ? 0 : 100.0 * missing() / transmitted;
        String decimals = String.format(Locale.ROOT, "%.4f", percent);
        return decimals.replaceAll("\\.?0+$", "");
    }
}
