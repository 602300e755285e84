package io.memif.tests.hostile;

/**
 * One ring in a raw region, by offsets of its own: cookie at 0, flags at 4, head at 6, tail one
 * cache line on, descriptors of 16 bytes after the second line.
 */
public record RawRing(RawRegion region, long base, int log2) {
    public static final long COOKIE = 0x03E31F20L;
    public static final int LINE = 64;
    public static final int NEXT = 1;

    /** Bytes a ring takes. */
    public static int bytes(int log2) {
        return 2 * LINE + (16 << log2);
    }

    public int size() {
        return 1 << log2;
    }

    public void cookie(long value) {
        region.u32(base, value);
    }

    public int flags() {
        return region.u16(base + 4);
    }

    public void flags(int value) {
        region.u16(base + 4, value);
    }

    public int head() {
        return region.u16(base + 6);
    }

    public void head(int value) {
        region.u16(base + 6, value);
    }

    public int tail() {
        return region.u16(base + LINE);
    }

    public void tail(int value) {
        region.u16(base + LINE, value);
    }

    private long at(int index) {
        return base + 2 * LINE + 16L * (index & size() - 1);
    }

    public void descriptor(int index, int flags, int regionIndex, long length, long offset) {
        region.u64(at(index), length << 32 | (long) regionIndex << 16 | flags);
        region.u64(at(index) + 8, offset & 0xffffffffL);
    }

    public int descriptorFlags(int index) {
        return region.u16(at(index));
    }

    public void descriptorFlags(int index, int value) {
        region.u16(at(index), value);
    }

    public int descriptorRegion(int index) {
        return region.u16(at(index) + 2);
    }

    public long descriptorLength(int index) {
        return region.u32(at(index) + 4);
    }

    public void descriptorLength(int index, long value) {
        region.u32(at(index) + 4, value);
    }

    public long descriptorOffset(int index) {
        return region.u32(at(index) + 8);
    }
}
