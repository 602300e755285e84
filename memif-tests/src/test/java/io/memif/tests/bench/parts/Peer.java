package io.memif.tests.bench.parts;

import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring in plain memory whose other side costs next to nothing: it stores an index and leaves the
 * descriptors as they are, so that what is measured is one engine and not two.
 */
final class Peer {
    static final int LOG2_SIZE = 10;
    static final int SIZE = 1 << LOG2_SIZE;
    static final int BURST = 64;
    private static final int CACHE_LINE = RingLayout.DEFAULT_CACHE_LINE;
    private static final int STRIDE = 2048;
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final Ring ring;
    final OwnBuffers buffers;
    final OwnBuffers own;
    final RegionTable table;
    private final ByteBuffer memory;

    /** Every slot holds a packet, or an empty buffer, of {@code length} bytes. */
    Peer(int length) {
        int base = Protocol.ringLength(LOG2_SIZE, CACHE_LINE);
        memory = ByteBuffer.allocateDirect(base + SIZE * STRIDE + STRIDE);
        ring = new Ring(memory, 0, LOG2_SIZE, CACHE_LINE);
        ring.initialise(RingLayout.MASK_INT);
        buffers = new OwnBuffers(0, base, STRIDE, STRIDE);
        own = new OwnBuffers(0, base, STRIDE);
        table = RegionTable.of(Region.over(memory));
        int descriptors = RingLayout.descriptorsOffset(CACHE_LINE);
        for (int i = 0; i < SIZE; i++) {
            int at = descriptors + i * Protocol.DESCRIPTOR_SIZE;
            LONG.set(memory, at, (long) length << Integer.SIZE);
            LONG.set(memory, at + Long.BYTES, (long) base + i * STRIDE);
        }
    }

    void head(int value) {
        SHORT.setRelease(memory, RingLayout.HEAD_OFFSET, (short) value);
    }

    void tail(int value) {
        SHORT.setRelease(memory, RingLayout.tailOffset(CACHE_LINE), (short) value);
    }
}
