package io.memif.tests.fuzz;

/**
 * Bytes that decide everything a run does: each draw takes one or a few of them. Once they are used
 * up every draw is 0, and the run should come to its end.
 */
final class ByteSource {
    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isOver() {
        return at >= bytes.length;
    }

    int u8() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    int u16() {
        return u8() | u8() << 8;
    }

    long u32() {
        return u16() | (long) u16() << 16;
    }

    long u64() {
        return u32() | u32() << 32;
    }

    /** 0 to {@code bound - 1}; up to 256 it takes one byte. */
    int below(int bound) {
        return bound <= 256 ? u8() % bound : u16() % bound;
    }

    /** True about once in that many times, and never once the bytes are used up. */
    boolean oneIn(int times) {
        return below(times) == times - 1;
    }

    long pick(long... choices) {
        return choices[below(choices.length)];
    }

    byte[] take(int count) {
        byte[] taken = new byte[count];
        for (int i = 0; i < count; i++) {
            taken[i] = (byte) u8();
        }
        return taken;
    }
}
