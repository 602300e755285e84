package io.memif.examples.perf;

import io.memif.PacketFiller;
import java.nio.ByteBuffer;

/**
 * Makes the packets of one queue, all of one length, in place or to be copied. One thread at a
 * time.
 */
abstract class PacketWriter implements PacketFiller {
    /** Longest packet in bytes. */
    static final int MAX_LENGTH = 65535;

    private final int length;

    PacketWriter(int length) {
        this.length = length;
    }

    /** Bytes of each packet. */
    final int length() {
        return length;
    }

    /** The next packet, from position 0 on, for those who must copy it. */
    abstract ByteBuffer whole();

    /** What {@link #whole} returned has been taken; what {@link #fill} wrote needs no telling. */
    abstract void sent();
}
