package io.memif.examples.replay;

import io.memif.examples.JsonLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of the packets of a file. One thread. */
final class ReplayReport {
    private static final double NS_PER_SECOND = 1e9;

    private final Map<Trait, long[]> traits = new EnumMap<>(Trait.class);
    private long read;
    private long sent;
    private long bytes;
    private long uncertain;
    private long startNs;
    private long endNs;

    ReplayReport() {
        for (Trait trait : Trait.values()) {
            traits.put(trait, new long[1]);
        }
    }

    void begin(long nowNs) {
        startNs = nowNs;
        endNs = nowNs;
    }

    void end(long nowNs) {
        endNs = nowNs;
    }

    void read() {
        read++;
    }

    void sent(int length) {
        sent++;
        bytes += length;
    }

    void count(Trait trait) {
        traits.get(trait)[0]++;
    }

    /** Packets that are in the ring, and that the peer may not have taken. */
    void uncertain(long packets) {
        uncertain = packets;
    }

    long of(Trait trait) {
        return traits.get(trait)[0];
    }

    long sent() {
        return sent;
    }

    /** Whether each packet that has bytes went to the peer. */
    boolean isComplete() {
        return of(Trait.TOO_LONG) == 0 && uncertain == 0;
    }

    private double seconds() {
        return (endNs - startNs) / NS_PER_SECOND;
    }

    private double rate(long amount) {
        return endNs == startNs ? 0 : amount / seconds();
    }

    /** One line while it runs. */
    String progress(long nowNs) {
        end(nowNs);
        return String.format(Locale.ROOT, "%d packets sent, %.0f a second", sent, rate(sent));
    }

    /** A few lines, without a line break at the end. */
    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%d packets read, %d sent with %d bytes in %.3f s: %.0f pps, %.3f Mbit/s",
                        read,
                        sent,
                        bytes,
                        seconds(),
                        rate(sent),
                        rate(bytes * 8) / 1e6));
        if (uncertain > 0) {
            lines.add(
                    "the last ones, "
                            + uncertain
                            + " at most, may not have been taken by the peer");
        }
        addList(lines, "not sent: ", List.of(Trait.EMPTY, Trait.TOO_LONG));
        addList(lines, "sent: ", List.of(Trait.values()).subList(2, Trait.values().length));
        return String.join(System.lineSeparator(), lines);
    }

    private void addList(List<String> lines, String start, List<Trait> some) {
        List<String> found =
                some.stream()
                        .filter(trait -> of(trait) > 0)
                        .map(trait -> of(trait) + " " + trait.text())
                        .toList();
        if (!found.isEmpty()) {
            lines.add(start + String.join(", ", found));
        }
    }

    JsonLine toJson() {
        JsonLine line =
                new JsonLine()
                        .put("read", read)
                        .put("sent", sent)
                        .put("bytes", bytes)
                        .put("seconds", seconds(), 6)
                        .put("pps", rate(sent), 1)
                        .put("bitsPerSecond", rate(bytes * 8), 0)
                        .put("uncertain", uncertain);
        traits.forEach((trait, number) -> line.put(trait.key(), number[0]));
        return line;
    }
}
