package io.memif.tests.matrix;

import java.nio.ByteBuffer;
import java.util.Random;

/** Packets that can be told apart by any few of their bytes: pieces of a long random text. */
final class RandomPackets {
    /** Longest packet in bytes. */
    static final int LONGEST = 1 << 16;

    private static final byte[] TEXT = new byte[2 * LONGEST];
    private static final ByteBuffer DIRECT = ByteBuffer.allocateDirect(TEXT.length);

    static {
        new Random(1).nextBytes(TEXT);
        DIRECT.put(0, TEXT);
    }

    private RandomPackets() {}

    static byte[] text() {
        return TEXT;
    }

    static ByteBuffer direct() {
        return DIRECT;
    }

    /** Where packet {@code sequence} begins in the text. */
    static int at(long sequence) {
        return (int) ((sequence + 1) * 0x9e3779b97f4a7c15L >>> 48);
    }

    /**
     * Checks a packet.
     *
     * @throws AssertionError if it is not packet {@code sequence} with {@code wanted} bytes
     */
    static void check(ByteBuffer buffer, int offset, int length, long sequence, int wanted) {
        if (length != wanted) {
            throw new AssertionError(
                    "packet " + sequence + " has " + length + " bytes instead of " + wanted);
        }
        int wrong = buffer.slice(offset, length).mismatch(DIRECT.slice(at(sequence), length));
        if (wrong >= 0) {
            throw new AssertionError(
                    "packet " + sequence + " of " + length + " bytes is wrong from byte " + wrong);
        }
    }
}
