package io.memif.internal.memory;

import io.memif.internal.protocol.Protocol;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * One ring in shared memory: every access to a word that the peer shares goes through a method
 * whose name says its order.
 *
 * <p>Descriptors are read as two 64-bit words: one read each, so that a check and the use after it
 * see the same value, and never a 32-bit load that is widened with its sign (on memory whose file
 * was shrunk, HotSpot cannot turn the fault of such a load into an error and dies). They are
 * written as two such words, or copied in bulk.
 *
 * <p>Holds no state of its own; safe for any thread that respects who owns which word.
 */
public final class Ring {
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int DESCRIPTORS_A_PAGE = 256;

    /** Descriptors in a cache line. */
    private static final int A_LINE = 4;

    private final ByteBuffer memory;
    private final int size;
    private final int mask;
    private final int tailOffset;
    private final int descriptors;
    private final LongBuffer descriptorWords;

    /**
     * A ring laid over memory.
     *
     * @param region direct buffer that holds the ring; its position and limit are ignored
     * @param offset of the ring header in {@code region}, bytes, a multiple of 4
     * @param log2Size 0 to 14
     * @param cacheLine 64 or 128, as the peer was built
     * @throws IndexOutOfBoundsException if the ring leaves the buffer
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Ring(ByteBuffer region, int offset, int log2Size, int cacheLine) {
        if (log2Size < 0 || log2Size > Protocol.MAX_LOG2_RING_SIZE) {
            throw new IllegalArgumentException("log2Size=" + log2Size);
        }
        if (cacheLine != 64 && cacheLine != 128) {
            throw new IllegalArgumentException("cacheLine=" + cacheLine);
        }
        if ((offset & 3) != 0) {
            throw new IllegalArgumentException("offset=" + offset);
        }
        ByteBuffer whole = region.duplicate().clear();
        this.memory =
                whole.slice(offset, Protocol.ringLength(log2Size, cacheLine))
                        .order(ByteOrder.LITTLE_ENDIAN);
        this.size = 1 << log2Size;
        this.mask = size - 1;
        this.tailOffset = RingLayout.tailOffset(cacheLine);
        this.descriptors = RingLayout.descriptorsOffset(cacheLine);
        this.descriptorWords =
                memory.slice(descriptors, size << 4).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /**
     * How far one free-running 16-bit index is ahead of another; the only method that knows the
     * wrap.
     *
     * @param newer the index that is ahead
     * @return 0 to 65535
     */
    public static int distance(int newer, int older) {
        return (newer - older) & 0xffff;
    }

    /**
     * Number of slots.
     *
     * @return a power of two, 1 to 16384
     */
    public int size() {
        return size;
    }

    /**
     * Writes cookie, flags and zero indexes into fresh memory, as the slave does before it
     * announces the ring.
     */
    public void initialise(int flags) {
        INT.set(memory, RingLayout.COOKIE_OFFSET, RingLayout.COOKIE);
        SHORT.set(memory, RingLayout.FLAGS_OFFSET, (short) flags);
        SHORT.set(memory, RingLayout.HEAD_OFFSET, (short) 0);
        SHORT.setRelease(memory, tailOffset, (short) 0);
    }

    /** Has the kernel make all pages of a ring in fresh memory now, on this thread. */
    public void touch() {
        for (int index = 0; index < size; index += DESCRIPTORS_A_PAGE) {
            descriptor(index, 0, 0);
        }
    }

    /**
     * The cookie as it stands in shared memory.
     *
     * @return {@link RingLayout#COOKIE} unless the peer wrote something else
     */
    public int cookie() {
        return (int) INT.getAcquire(memory, RingLayout.COOKIE_OFFSET);
    }

    /**
     * Head, ordered before what is read after it.
     *
     * @return 0 to 65535
     */
    public int headAcquire() {
        return (short) SHORT.getAcquire(memory, RingLayout.HEAD_OFFSET) & 0xffff;
    }

    /**
     * Tail, ordered before what is read after it.
     *
     * @return 0 to 65535
     */
    public int tailAcquire() {
        return (short) SHORT.getAcquire(memory, tailOffset) & 0xffff;
    }

    /**
     * Publishes head after everything written or read before it. Slave only.
     *
     * @param head new value, the low 16 bits count
     */
    public void headRelease(int head) {
        SHORT.setRelease(memory, RingLayout.HEAD_OFFSET, (short) head);
    }

    /**
     * Publishes tail after everything written or read before it. Master only.
     *
     * @param tail new value, the low 16 bits count
     */
    public void tailRelease(int tail) {
        SHORT.setRelease(memory, tailOffset, (short) tail);
    }

    /**
     * The flags word. Callers that look at it after they stored an index put a full fence between.
     *
     * @return 0 to 65535
     */
    public int flagsAcquire() {
        return (short) SHORT.getAcquire(memory, RingLayout.FLAGS_OFFSET) & 0xffff;
    }

    /**
     * Sets or clears the interrupt mask, the only flag there is. Receiver only; callers that look
     * at an index afterwards put a full fence between.
     *
     * @param masked true: do not signal
     */
    public void maskRelease(boolean masked) {
        int word = masked ? RingLayout.MASK_INT : 0;
        SHORT.setRelease(memory, RingLayout.FLAGS_OFFSET, (short) word);
    }

    /**
     * First half of a descriptor, plain.
     *
     * @param index free-running; the slot is taken from its low bits
     * @return flags in bits 0-15, region in 16-31, length in 32-63
     */
    public long descriptorLow(int index) {
        return (long) LONG.get(memory, at(index));
    }

    /**
     * Second half of a descriptor, plain.
     *
     * @param index free-running; the slot is taken from its low bits
     * @return offset in bits 0-31, metadata in 32-63
     */
    public long descriptorHigh(int index) {
        return (long) LONG.get(memory, at(index) + 8);
    }

    public void descriptorLow(int index, long word) {
        LONG.set(memory, at(index), word);
    }

    public void descriptor(int index, long low, long high) {
        int at = at(index);
        LONG.set(memory, at, low);
        LONG.set(memory, at + 8, high);
    }

    /**
     * Writes descriptors of neighbouring slots, plain and in no particular order. Calling the copy
     * routine, which uses wide stores where it can, takes longer than writing a few.
     *
     * @param index free-running; the slots do not go past the ring's last one
     * @param words two for each, from entry {@code from} on
     */
    public void writeDescriptors(int index, long[] words, int from, int count) {
        if (count > A_LINE) {
            descriptorWords.put((index & mask) << 1, words, from, count << 1);
            return;
        }
        for (int i = 0; i < count; i++) {
            int at = from + (i << 1);
            descriptor(index + i, words[at], words[at + 1]);
        }
    }

    /**
     * Reads descriptors of neighbouring slots, plain and in no particular order.
     *
     * @param index free-running; the slots do not go past the ring's last one
     * @param words gets two for each, from its start on
     */
    public void readDescriptors(int index, long[] words, int count) {
        int from = at(index);
        for (int i = 0; i < count << 1; i++) {
            words[i] = (long) LONG.get(memory, from + (i << 3));
        }
    }

    public static long low(int flags, int region, int length) {
        return (long) length << 32 | (long) region << 16 | flags;
    }

    public static int flags(long low) {
        return (int) low & 0xffff;
    }

    public static int region(long low) {
        return (int) (low >>> 16) & 0xffff;
    }

    public static long length(long low) {
        return low >>> 32;
    }

    public static long offset(long high) {
        return high & 0xffffffffL;
    }

    private int at(int index) {
        return descriptors + ((index & mask) << 4);
    }
}
