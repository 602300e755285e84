package io.memif.examples.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes a pcapng file: one section, little-endian, times in nanoseconds since 1970. Blocks are
 * collected and go to the channel when there are many, or on {@link #flush}.
 *
 * <p>One thread at a time.
 */
public final class PcapngWriter implements AutoCloseable {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int COMMENT = 1;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_DESCRIPTION_TEXT = 3;
    private static final int INTERFACE_RESOLUTION = 9;
    private static final int PACKET_DROPPED = 4;
    private static final int STATISTICS_START = 2;
    private static final int STATISTICS_END = 3;
    private static final int STATISTICS_RECEIVED = 4;
    private static final int STATISTICS_DROPPED = 5;

    private static final int NANOSECONDS = 9;
    private static final int BUFFER = 1 << 20;
    private static final int BLOCK_OVERHEAD = 64;
    private static final int LONGEST_TEXT = 4096;

    private final WritableByteChannel out;
    private ByteBuffer buffer = allocate(BUFFER);
    private int blockStart;
    private int interfaces;

    /**
     * Begins a file.
     *
     * @param out gets the file, and is closed with this
     * @param application who writes it
     */
    public PcapngWriter(WritableByteChannel out, String application) {
        this.out = out;
        begin(SECTION_HEADER);
        buffer.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(SECTION_APPLICATION, application);
        endOptions();
        end();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Describes an interface; the packets of an interface follow its description.
     *
     * @param type what its packets begin with
     * @param snapLength most bytes kept of a packet, 0 if there is no limit
     * @param name of the interface
     * @param description for people, may be empty
     * @return its number: 0, 1, 2, ...
     * @throws IOException if the channel fails
     */
    public int addInterface(LinkType type, int snapLength, String name, String description)
            throws IOException {
        makeRoom(BLOCK_OVERHEAD + 2 * LONGEST_TEXT);
        begin(INTERFACE_DESCRIPTION);
        buffer.putShort((short) type.code()).putShort((short) 0).putInt(snapLength);
        option(INTERFACE_NAME, name);
        option(INTERFACE_DESCRIPTION_TEXT, description);
        option(INTERFACE_RESOLUTION, 1);
        buffer.put((byte) NANOSECONDS);
        pad();
        endOptions();
        end();
        return interfaces++;
    }

    /**
     * Writes a packet.
     *
     * @param itf number of its interface
     * @param timeNs nanoseconds since 1970
     * @param data from position to limit, both left as they are
     * @param originalLength of the packet before it was cut, bytes
     * @param dropped packets lost on this interface since the one before
     * @throws IOException if the channel fails
     */
    public void packet(int itf, long timeNs, ByteBuffer data, int originalLength, long dropped)
            throws IOException {
        int length = data.remaining();
        makeRoom(BLOCK_OVERHEAD + length);
        begin(ENHANCED_PACKET);
        buffer.putInt(itf);
        time(timeNs);
        buffer.putInt(length).putInt(originalLength);
        buffer.put(buffer.position(), data, data.position(), length);
        buffer.position(buffer.position() + length);
        pad();
        if (dropped > 0) {
            option(PACKET_DROPPED, Long.BYTES);
            buffer.putLong(dropped);
            endOptions();
        }
        end();
    }

    /**
     * What became of an interface's packets.
     *
     * @param itf number of the interface
     * @param startNs when the capture began, nanoseconds since 1970
     * @param endNs when it ended
     * @param received packets that passed, those that were dropped included
     * @param dropped packets that are not in the file
     * @param comment for people, may be empty
     */
    public record Statistics(
            int itf, long startNs, long endNs, long received, long dropped, String comment) {}

    /**
     * Writes the statistics of an interface, at the end.
     *
     * @param of one interface
     * @throws IOException if the channel fails
     */
    public void statistics(Statistics of) throws IOException {
        makeRoom(2 * BLOCK_OVERHEAD + LONGEST_TEXT);
        begin(INTERFACE_STATISTICS);
        buffer.putInt(of.itf());
        time(of.endNs());
        option(COMMENT, of.comment());
        option(STATISTICS_START, Long.BYTES);
        time(of.startNs());
        option(STATISTICS_END, Long.BYTES);
        time(of.endNs());
        option(STATISTICS_RECEIVED, Long.BYTES);
        buffer.putLong(of.received());
        option(STATISTICS_DROPPED, Long.BYTES);
        buffer.putLong(of.dropped());
        endOptions();
        end();
    }

    /** High half first, whatever the byte order. */
    private void time(long ns) {
        buffer.putInt((int) (ns >>> Integer.SIZE)).putInt((int) ns);
    }

    private void begin(int type) {
        blockStart = buffer.position();
        buffer.putInt(type).putInt(0);
    }

    private void end() {
        int length = buffer.position() + Integer.BYTES - blockStart;
        buffer.putInt(length);
        buffer.putInt(blockStart + Integer.BYTES, length);
    }

    private void option(int code, int length) {
        buffer.putShort((short) code).putShort((short) length);
    }

    private void option(int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LONGEST_TEXT / 2);
        if (length > 0) {
            option(code, length);
            buffer.put(bytes, 0, length);
            pad();
        }
    }

    private void endOptions() {
        option(0, 0);
    }

    private void pad() {
        while ((buffer.position() - blockStart & 3) != 0) {
            buffer.put((byte) 0);
        }
    }

    private void makeRoom(int bytes) throws IOException {
        if (bytes > buffer.remaining()) {
            flush();
            if (bytes > buffer.capacity()) {
                buffer = allocate(bytes);
            }
        }
    }

    /**
     * Hands everything to the channel.
     *
     * @throws IOException if the channel fails
     */
    public void flush() throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        } finally {
            buffer.clear();
        }
    }

    /** Flushes and closes the channel. */
    @Override
    public void close() throws IOException {
        try (out) {
            flush();
        }
    }
}
