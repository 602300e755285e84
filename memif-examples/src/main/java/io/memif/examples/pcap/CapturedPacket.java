package io.memif.examples.pcap;

import java.nio.ByteBuffer;

/** A packet as a capture file has it; filled again and again by a {@link CaptureReader}. */
public final class CapturedPacket {
    private static final int SHORTEST_BUFFER = 2048;

    private ByteBuffer bytes = ByteBuffer.allocate(SHORTEST_BUFFER);
    private int length;
    private long originalLength;
    private boolean timed;
    private long timeNs;
    private int linkType;
    private long offset;

    /** An empty packet. */
    public CapturedPacket() {}

    /** Makes room for this many bytes; they are then put at index 0. */
    ByteBuffer reserve(int captured) {
        if (bytes.capacity() < captured) {
            bytes = ByteBuffer.allocate(Integer.highestOneBit(captured) * 2);
        }
        length = captured;
        return bytes;
    }

    void describe(long at, int type, long original) {
        offset = at;
        linkType = type;
        originalLength = original;
        timed = false;
        timeNs = 0;
    }

    void time(long ns) {
        timed = true;
        timeNs = ns;
    }

    /**
     * The packet's bytes.
     *
     * @return holds them from index 0 on, big-endian; another buffer after a longer packet
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    /**
     * How many of its bytes the file has.
     *
     * @return 0 or more
     */
    public int length() {
        return length;
    }

    /**
     * How long it was on the wire, as the file says.
     *
     * @return more than {@link #length} if it was cut, less if the file has more than the packet
     */
    public long originalLength() {
        return originalLength;
    }

    /**
     * Whether the file tells its time.
     *
     * @return false for a simple packet block
     */
    public boolean isTimed() {
        return timed;
    }

    /**
     * When it passed.
     *
     * @return nanoseconds since 1970; 0 if it is not timed
     */
    public long timeNs() {
        return timeNs;
    }

    /**
     * What it begins with.
     *
     * @return the file's number, see {@link LinkType#of}
     */
    public int linkType() {
        return linkType;
    }

    /**
     * Where its record or block begins in the file.
     *
     * @return bytes from the start of the file
     */
    public long offset() {
        return offset;
    }
}
