package io.memif.examples.icmp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Network-order access to a buffer of any byte order.
 *
 * <p>Ring buffers are little-endian, packets are big-endian; going through here keeps a buffer's
 * own order out of the packet code. Stateless; the caller vouches for the indexes.
 */
final class Wire {
    private Wire() {}

    static int u8(ByteBuffer buffer, int index) {
        return buffer.get(index) & 0xff;
    }

    static int u16(ByteBuffer buffer, int index) {
        return u8(buffer, index) << 8 | u8(buffer, index + 1);
    }

    static int i32(ByteBuffer buffer, int index) {
        return u16(buffer, index) << 16 | u16(buffer, index + 2);
    }

    static long i64(ByteBuffer buffer, int index) {
        long value = buffer.getLong(index);
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    /** Reads six bytes as the low 48 bits of the result, first byte on top. */
    static long mac(ByteBuffer buffer, int index) {
        return (long) u16(buffer, index) << 32
                | (long) u16(buffer, index + 2) << 16
                | u16(buffer, index + 4);
    }

    static void put8(ByteBuffer buffer, int index, int value) {
        buffer.put(index, (byte) value);
    }

    static void put16(ByteBuffer buffer, int index, int value) {
        put8(buffer, index, value >>> 8);
        put8(buffer, index + 1, value);
    }

    static void put32(ByteBuffer buffer, int index, int value) {
        put16(buffer, index, value >>> 16);
        put16(buffer, index + 2, value);
    }

    static void put64(ByteBuffer buffer, int index, long value) {
        boolean asIs = buffer.order() == ByteOrder.BIG_ENDIAN;
        buffer.putLong(index, asIs ? value : Long.reverseBytes(value));
    }

    static void putMac(ByteBuffer buffer, int index, long mac) {
        put16(buffer, index, (int) (mac >>> 32));
        put32(buffer, index + 2, (int) mac);
    }
}
