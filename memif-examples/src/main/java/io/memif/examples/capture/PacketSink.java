package io.memif.examples.capture;

import io.memif.examples.StopSignal;
import io.memif.examples.pcap.LinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets of our own interfaces on their way to an output: cut to the snap length, counted, and no
 * more of them than wanted. One thread.
 */
final class PacketSink {
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final PacketOutput output;
    private final int snapLength;
    private final StopSignal stop;
    private final List<long[]> written = new ArrayList<>();
    private final long startNs = epochNs();
    private long wanted;
    private boolean flushed = true;

    /**
     * A sink.
     *
     * @param output stays the caller's to close
     * @param snapLength most bytes kept of each packet
     * @param limit packets after which it asks for the end
     * @param stop raised then
     */
    PacketSink(PacketOutput output, int snapLength, long limit, StopSignal stop) {
        this.output = output;
        this.snapLength = snapLength;
        this.wanted = limit;
        this.stop = stop;
    }

    /** Nanoseconds since 1970. */
    static long epochNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NS_PER_SECOND + now.getNano();
    }

    /** Adds an interface and returns its number. */
    int add(String name, String description, LinkType type) {
        written.add(new long[1]);
        return output.addInterface(name, description, type);
    }

    /** Packets that are still wanted. */
    long wanted() {
        return wanted;
    }

    /** Packets written so far. */
    long written() {
        return written.stream().mapToLong(number -> number[0]).sum();
    }

    /** Writes a packet, unless there are enough. */
    void packet(int itf, long timeNs, ByteBuffer data, int offset, int length) {
        if (wanted == 0) {
            return;
        }
        try {
            int kept = Math.min(length, snapLength);
            ByteBuffer bytes = data.duplicate().limit(offset + kept).position(offset);
            output.packet(itf, timeNs, bytes, length, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.get(itf)[0]++;
        flushed = false;
        wanted--;
        if (wanted == 0) {
            stop.request();
        }
    }

    /** Nothing comes at the moment: whoever reads the file wants to see what there is. */
    void idle() throws IOException {
        if (!flushed) {
            flushed = true;
            output.flush();
        }
    }

    /** Tells what became of an interface's packets, at the end. */
    void end(int itf, long dropped) throws IOException {
        long all = written.get(itf)[0] + dropped;
        output.statistics(itf, new PacketOutput.Totals(startNs, epochNs(), all, dropped, ""));
    }
}
