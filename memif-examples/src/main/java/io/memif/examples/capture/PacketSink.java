package io.memif.examples.capture;

import io.memif.examples.JsonLine;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import io.memif.examples.pcap.LinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What every capture writes to. Packets go to an output, cut to the snap length and no more of them
 * than wanted; they are counted, and at the end it is told what became of them. One thread.
 */
final class PacketSink {
    private static final double NS_PER_SECOND = 1e9;

    /** Packets between two looks whether progress is to be shown. */
    private static final int STEP = 64;

    private final PacketOutput output;
    private final int snapLength;
    private final Progress progress;
    private final StopSignal stop;
    private final List<Origin> origins = new ArrayList<>();
    private final long startNs = epochNs();
    private long wanted;
    private long written;
    private long missed;
    private boolean flushed = true;

    /** An interface: where packets come from. */
    private static final class Origin {
        private final String name;
        private final String description;
        private long packets;
        private PacketOutput.Totals totals;

        private Origin(String name, String description) {
            this.name = name;
            this.description = description;
        }

        private JsonLine json() {
            return new JsonLine()
                    .put("name", name)
                    .put("description", description)
                    .put("packets", packets)
                    .put("unit", totals.unit())
                    .put("passed", totals.passed())
                    .put("missed", totals.missed())
                    .put("atLeast", totals.atLeast());
        }
    }

    /**
     * A sink.
     *
     * @param output stays the caller's to close
     * @param snapLength most bytes kept of each packet
     * @param limit packets after which it asks for the end
     * @param progress shown how many packets there are
     * @param stop raised at the limit
     */
    PacketSink(
            PacketOutput output, int snapLength, long limit, Progress progress, StopSignal stop) {
        this.output = output;
        this.snapLength = snapLength;
        this.wanted = limit;
        this.progress = progress;
        this.stop = stop;
    }

    /** Nanoseconds since 1970. */
    static long epochNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /**
     * Adds where packets come from.
     *
     * @param name short, unique
     * @param description for people
     * @param type of its packets; null to find out from the first one
     * @return its number: 0, 1, 2, ...
     */
    int add(String name, String description, LinkType type) {
        origins.add(new Origin(name, description));
        return output.addInterface(name, description, type);
    }

    /** Packets that are still wanted. */
    long wanted() {
        return wanted;
    }

    /** Whether a packet can be taken without waiting for a slow disk or pipe. */
    boolean hasRoom() throws IOException {
        return output.hasRoom();
    }

    /**
     * Writes a packet, unless there are enough.
     *
     * @param itf number of its interface
     * @param timeNs nanoseconds since 1970
     * @param data from position to limit, what there is of it
     * @param length of all of it, bytes
     * @param before slots or packets missed on this interface since the packet before
     */
    void packet(int itf, long timeNs, ByteBuffer data, int length, long before) throws IOException {
        if (wanted == 0) {
            return;
        }
        if (data.remaining() > snapLength) {
            data.limit(data.position() + snapLength);
        }
        output.packet(itf, timeNs, data, length, before);
        origins.get(itf).packets++;
        written++;
        missed += before;
        flushed = false;
        if (written % STEP == 0) {
            progress.show(this::soFar);
        }
        wanted--;
        if (wanted == 0) {
            stop.request();
        }
    }

    /** Writes a whole packet of an interface of our own, which lies anywhere in a buffer. */
    void ownPacket(int itf, long timeNs, ByteBuffer data, int offset, int length) {
        ByteBuffer bytes = data.duplicate().limit(offset + length).position(offset);
        try {
            packet(itf, timeNs, bytes, length, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing comes at the moment: whoever reads the file wants to see what there is. */
    void idle() throws IOException {
        if (!flushed && output.hasRoom()) {
            flushed = true;
            output.flush();
        }
        progress.show(this::soFar);
    }

    private String soFar() {
        return written + " packets captured" + (missed > 0 ? ", " + missed + " missed" : "");
    }

    /**
     * What became of everything that passed on an interface, at the end.
     *
     * @param itf number of the interface
     * @param unit what was counted: slots or packets
     * @param passed so many of them
     * @param notTaken so many of those
     * @param atLeast whether more may have passed
     */
    void end(int itf, String unit, long passed, long notTaken, boolean atLeast) throws IOException {
        Origin origin = origins.get(itf);
        origin.totals =
                new PacketOutput.Totals(startNs, epochNs(), unit, passed, notTaken, atLeast);
        output.statistics(itf, origin.totals);
    }

    /** The same for an interface of our own: all that was written, and what was dropped. */
    void end(int itf, long dropped) throws IOException {
        end(itf, "packets", origins.get(itf).packets + dropped, dropped, false);
    }

    /** What became of all packets, a line for each interface and one for all, once ended. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        origins.forEach(each -> lines.add(each.name + ": " + each.totals));
        lines.add(written + " packets captured");
        return lines;
    }

    /** The same for a program. */
    JsonLine toJson() {
        return new JsonLine()
                .put("packets", written)
                .put("seconds", (epochNs() - startNs) / NS_PER_SECOND, 3)
                .put("interfaces", origins.stream().map(Origin::json).toList());
    }
}
