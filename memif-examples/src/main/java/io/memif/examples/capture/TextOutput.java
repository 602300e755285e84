package io.memif.examples.capture;

import io.memif.examples.pcap.LinkType;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line on the screen for each packet. */
final class TextOutput implements PacketOutput {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private final List<String> names = new ArrayList<>();

    TextOutput(PrintWriter out) {
        this.out = out;
    }

    @Override
    public int addInterface(String name, String description, LinkType type) {
        names.add(name);
        return names.size() - 1;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void packet(int itf, long timeNs, ByteBuffer data, int length, long missed) {
        Instant time = Instant.ofEpochSecond(0, timeNs);
        out.println(
                TIME.format(time)
                        + " "
                        + names.get(itf)
                        + ": "
                        + Content.describe(data, length)
                        + ", length "
                        + length
                        + (missed > 0 ? " (" + missed + " missed before it)" : ""));
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void statistics(int itf, Totals totals) {}

    @Override
    public void close() {
        out.flush();
    }
}
