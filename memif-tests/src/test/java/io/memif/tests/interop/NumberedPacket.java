package io.memif.tests.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets that can be told apart and checked to the last byte: sequence number, length, and bytes
 * that follow from both.
 */
final class NumberedPacket {
    /** Shortest packet in bytes. */
    static final int MIN_LENGTH = 16;

    private static final int LENGTH_AT = 8;
    private static final int PATTERN_AT = 12;

    private NumberedPacket() {}

    /** Writes a packet to the start of {@code packet}. */
    static void write(byte[] packet, int length, long sequence) {
        ByteBuffer view = ByteBuffer.wrap(packet).order(ByteOrder.BIG_ENDIAN);
        view.putLong(0, sequence);
        view.putInt(LENGTH_AT, length);
        for (int i = PATTERN_AT; i < length; i++) {
            packet[i] = pattern(sequence, i);
        }
    }

    /**
     * Checks a packet.
     *
     * @throws AssertionError if it is not packet {@code sequence} with {@code length} bytes
     */
    static void check(ByteBuffer buffer, int offset, int length, long sequence, int wanted) {
        if (length != wanted) {
            throw new AssertionError(
                    "packet " + sequence + " has " + length + " bytes instead of " + wanted);
        }
        ByteBuffer view = buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
        long number = view.getLong(offset);
        if (number != sequence || view.getInt(offset + LENGTH_AT) != length) {
            throw new AssertionError("packet " + number + " instead of " + sequence);
        }
        for (int i = PATTERN_AT; i < length; i++) {
            if (view.get(offset + i) != pattern(sequence, i)) {
                throw new AssertionError("packet " + sequence + " is damaged at byte " + i);
            }
        }
    }

    /** A length for each sequence number, spread over the range. */
    static int length(long sequence, int max) {
        long mixed = (sequence + 1) * 0x9e3779b97f4a7c15L;
        return MIN_LENGTH + (int) ((mixed >>> 33) % (max - MIN_LENGTH + 1));
    }

    private static byte pattern(long sequence, int at) {
        return (byte) (sequence * 31 + at * 7 + (at >>> 8) + (sequence >>> 8));
    }
}
