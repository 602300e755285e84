package io.memif.examples.capture;

import io.memif.examples.pcap.LinkType;
import io.memif.examples.pcap.PcapngWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A pcapng file. An interface is described when its first packet shows whether the link carries
 * Ethernet or bare IP.
 */
final class FileOutput implements PacketOutput {
    private static final int UNDESCRIBED = -1;

    private final QueuedChannel channel;
    private final PcapngWriter writer;
    private final int snapLength;
    private final List<Origin> origins = new ArrayList<>();

    private static final class Origin {
        private final String name;
        private final String description;
        private final LinkType type;
        private int number = UNDESCRIBED;

        private Origin(String name, String description, LinkType type) {
            this.name = name;
            this.description = description;
            this.type = type;
        }
    }

    /**
     * Begins a file.
     *
     * @param target is closed with this
     * @param snapLength most bytes of a packet
     */
    FileOutput(WritableByteChannel target, int snapLength) {
        channel = new QueuedChannel(target);
        writer = new PcapngWriter(channel, "io.memif capture");
        this.snapLength = snapLength;
    }

    @Override
    public int addInterface(String name, String description, LinkType type) {
        origins.add(new Origin(name, description, type));
        return origins.size() - 1;
    }

    @Override
    public boolean hasRoom() throws IOException {
        return channel.hasRoom();
    }

    @Override
    public void packet(int itf, long timeNs, ByteBuffer data, int length, long missed)
            throws IOException {
        Origin origin = origins.get(itf);
        if (origin.number == UNDESCRIBED) {
            describe(origin, origin.type != null ? origin.type : Content.of(data, length));
        }
        writer.packet(origin.number, timeNs, data, length, missed);
    }

    private void describe(Origin origin, LinkType type) throws IOException {
        origin.number = writer.addInterface(type, snapLength, origin.name, origin.description);
    }

    @Override
    public void flush() throws IOException {
        writer.flush();
    }

    @Override
    public void statistics(int itf, Totals totals) throws IOException {
        Origin origin = origins.get(itf);
        if (origin.number == UNDESCRIBED) {
            describe(origin, origin.type != null ? origin.type : LinkType.ETHERNET);
        }
        writer.statistics(
                new PcapngWriter.Statistics(
                        origin.number,
                        totals.startNs(),
                        totals.endNs(),
                        totals.passed(),
                        totals.missed(),
                        totals.toString()));
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
