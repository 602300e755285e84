package io.memif.examples.perf;

import io.memif.PacketFiller;
import java.nio.ByteBuffer;

/** Makes the packets of one queue, in place or to be copied. One thread at a time. */
abstract class PacketWriter implements PacketFiller {
    /** Longest packet in bytes. */
    static final int MAX_LENGTH = 65535;

    private final int length;

    /**
     * A writer.
     *
     * @param length bytes of each packet, or of the longest
     */
    PacketWriter(int length) {
        this.length = length;
    }

    /** Bytes of each packet, or of the longest. */
    final int length() {
        return length;
    }

    /** A run begins: packets that are counted are so from the first again. */
    void begin(int run) {
        // Most packets do not tell.
    }

    /** The next packets are sent at this time, as {@link System#nanoTime} has it. */
    void time(long ns) {
        // Most packets do not tell.
    }

    /** The next packet, from position 0 on, for those who must copy it. */
    abstract ByteBuffer whole();

    /** Bytes of what {@link #whole} returned last. */
    int wholeLength() {
        return length;
    }

    /** What {@link #whole} returned has been taken; what {@link #fill} wrote needs no telling. */
    abstract void sent();
}
