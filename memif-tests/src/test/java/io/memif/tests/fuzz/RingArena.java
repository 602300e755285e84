package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that a peer shares with us, with bytes around it that nobody may touch: two regions, 0 and
 * 2, between guards; in region 0 a ring and a buffer for each slot, with gaps between them. Offsets
 * of the ring's words are written down here a second time.
 */
final class RingArena {
    static final int CAPACITY = 96;
    static final int STRIDE = 160;
    static final int MOST_SLOTS = 32;
    static final int RING_AT = 64;
    static final int BUFFERS_AT = RING_AT + 128 + 16 * MOST_SLOTS + 64;
    static final int REGION_0 = BUFFERS_AT + MOST_SLOTS * STRIDE;
    static final int REGION_2 = 512;

    private static final int GUARD = 256;
    private static final int SECOND_AT = GUARD + REGION_0 + GUARD;
    private static final int SIZE = SECOND_AT + REGION_2 + GUARD;
    private static final byte UNTOUCHED = (byte) 0xa5;

    private final ByteBuffer all = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer fresh = ByteBuffer.allocateDirect(SIZE);
    private final ByteBuffer memory = all.slice(GUARD, REGION_0).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer second = all.slice(SECOND_AT, REGION_2);
    private int slots = 1;

    RingArena() {
        for (int i = 0; i < SIZE; i++) {
            fresh.put(i, UNTOUCHED);
        }
    }

    /** As at the start: a ring of zeros, and nothing written anywhere else. */
    void reset(int log2) {
        slots = 1 << log2;
        all.put(0, fresh, 0, SIZE);
        for (int i = 0; i < 128 + 16 * slots; i += 4) {
            memory.putInt(RING_AT + i, 0);
        }
    }

    ByteBuffer region0() {
        return memory;
    }

    ByteBuffer region2() {
        return second;
    }

    int slots() {
        return slots;
    }

    static int buffer(int slot) {
        return BUFFERS_AT + slot * STRIDE;
    }

    /** Nothing outside the regions has been written. */
    void checkGuards() {
        check(0, GUARD);
        check(GUARD + REGION_0, GUARD);
        check(SECOND_AT + REGION_2, GUARD);
    }

    /** Nothing has been written but the ring and whole buffers. */
    void checkGaps() {
        for (int i = 0; i < slots; i++) {
            check(GUARD + buffer(i) + CAPACITY, STRIDE - CAPACITY);
        }
        checkBeyond(slots * STRIDE);
    }

    /** Nothing has been written but the ring and that many bytes from the first buffer on. */
    void checkBeyond(int length) {
        check(GUARD, RING_AT);
        check(GUARD + RING_AT + 128 + 16 * slots, BUFFERS_AT - RING_AT - 128 - 16 * slots);
        check(GUARD + BUFFERS_AT + length, REGION_0 - BUFFERS_AT - length);
        check(SECOND_AT, REGION_2);
    }

    private void check(int at, int length) {
        int wrong = all.slice(at, length).mismatch(fresh.slice(at, length));
        assertEquals(-1, wrong, "a byte was written at " + (at + wrong - GUARD) + " of region 0");
    }

    void cookie(long value) {
        memory.putInt(RING_AT, (int) value);
    }

    void flags(int value) {
        memory.putShort(RING_AT + 4, (short) value);
    }

    /** The word that the slave owns, or that of the master. */
    int index(boolean ofSlave) {
        return memory.getShort(RING_AT + (ofSlave ? 6 : 64)) & 0xffff;
    }

    void index(boolean ofSlave, int value) {
        memory.putShort(RING_AT + (ofSlave ? 6 : 64), (short) value);
    }

    private int at(int index) {
        return RING_AT + 128 + 16 * (index & slots - 1);
    }

    void descriptor(int index, int flags, int region, long length, long offset) {
        int at = at(index);
        memory.putShort(at, (short) flags);
        memory.putShort(at + 2, (short) region);
        memory.putInt(at + 4, (int) length);
        memory.putInt(at + 8, (int) offset);
    }

    void descriptorFlags(int index, int flags) {
        memory.putShort(at(index), (short) flags);
    }

    void descriptorLength(int index, long length) {
        memory.putInt(at(index) + 4, (int) length);
    }

    int descriptorFlags(int index) {
        return memory.getShort(at(index)) & 0xffff;
    }

    long descriptorLength(int index) {
        return memory.getInt(at(index) + 4) & 0xffffffffL;
    }

    int descriptorOffset(int index) {
        return memory.getInt(at(index) + 8);
    }
}
