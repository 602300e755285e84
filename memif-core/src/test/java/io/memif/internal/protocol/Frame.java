package io.memif.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A control message written by hand: offsets are literals, nothing comes from the codec. */
final class Frame {
    static final int SIZE = 128;

    private final byte[] bytes = new byte[SIZE];

    private Frame() {}

    static Frame ofType(int type) {
        return new Frame().u16(0, type);
    }

    /** Bytes in hex; {@code xx*n} repeats one; zeros up to the end. */
    static byte[] hex(String text) {
        byte[] bytes = new byte[SIZE];
        int at = 0;
        for (String word : text.trim().split("\\s+")) {
            String[] parts = word.split("\\*");
            int count = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
            Arrays.fill(bytes, at, at + count, (byte) Integer.parseInt(parts[0], 16));
            at += count;
        }
        return bytes;
    }

    static Frame hello(int minVersion, int maxVersion, int m2s, int s2m, int log2) {
        return ofType(2)
                .text(2, "peer app")
                .u16(34, minVersion)
                .u16(36, maxVersion)
                .u16(38, 255)
                .u16(40, m2s)
                .u16(42, s2m)
                .u8(44, log2);
    }

    static Frame init(int id) {
        return ofType(3).u16(2, 0x0200).u32(4, id).text(33, "peer app");
    }

    static Frame addRegion(int index, long size) {
        return ofType(4).u16(2, index).u64(4, size);
    }

    static Frame addRing(boolean s2m, int index, int region, long offset, int log2) {
        return ofType(5)
                .u16(2, s2m ? 1 : 0)
                .u16(4, index)
                .u16(6, region)
                .u32(8, (int) offset)
                .u8(12, log2);
    }

    static Frame connect(String name) {
        return ofType(6).text(2, name);
    }

    static Frame connected(String name) {
        return ofType(7).text(2, name);
    }

    static Frame disconnect(int code, String reason) {
        return ofType(8).u32(2, code).text(6, reason);
    }

    Frame u8(int offset, int value) {
        bytes[offset] = (byte) value;
        return this;
    }

    Frame u16(int offset, int value) {
        return u8(offset, value).u8(offset + 1, value >> 8);
    }

    Frame u32(int offset, int value) {
        return u16(offset, value).u16(offset + 2, value >> 16);
    }

    Frame u64(int offset, long value) {
        return u32(offset, (int) value).u32(offset + 4, (int) (value >> 32));
    }

    Frame text(int offset, String ascii) {
        return raw(offset, ascii.getBytes(StandardCharsets.US_ASCII));
    }

    Frame raw(int offset, byte... some) {
        System.arraycopy(some, 0, bytes, offset, some.length);
        return this;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes.clone());
    }
}
