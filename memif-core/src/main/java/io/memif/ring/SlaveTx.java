package io.memif.ring;

import io.memif.ring.QueueCounters.Counter;
import java.nio.ByteBuffer;

/**
 * A slave's transmit queue: fills an S2M ring. We own head, the descriptors and the buffers;
 * nothing is ever read back from a descriptor. The room in a slot is our own buffer's size, never
 * the length that the last packet left there.
 */
public final class SlaveTx extends TxEngine {
    private final OwnBuffers buffers;
    private final ByteBuffer memory;
    private final int region;
    private final int base;
    private final int stride;
    private final int capacity;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param ring the S2M ring
     * @param buffers our buffers, one a slot
     * @param doorbell signals the master
     * @param counters of the queue
     * @param fault told when the memory is gone
     */
    public SlaveTx(
            Ring ring,
            OwnBuffers buffers,
            Doorbell doorbell,
            QueueCounters counters,
            LinkFault fault) {
        super(ring, false, doorbell, counters, fault);
        this.buffers = buffers;
        this.memory = buffers.memory().duplicate().clear();
        this.region = buffers.region();
        this.base = buffers.base();
        this.stride = buffers.stride();
        this.capacity = buffers.capacity();
        this.window = memory;
    }

    @Override
    void touchBuffers() {
        memory.get(0);
    }

    @Override
    void refresh() {
        int used = Ring.distance(position, ring.tailAcquire());
        if (used > size) {
            counters.add(Counter.INDEX_JUMPS, 1);
            used = size;
        }
        free = size - used;
    }

    @Override
    int slot(int index, int part) {
        positions[part] = buffers.offset(index & size - 1);
        rooms[part] = capacity;
        return capacity;
    }

    @Override
    ByteBuffer window(int pick) {
        return memory;
    }

    @Override
    int place(int index, int length) {
        return length <= capacity ? base + (index & size - 1) * stride : -1;
    }

    @Override
    void single(int index, int at, int length) {
        ring.descriptor(index, Ring.low(0, region, length), at & 0xffffffffL);
    }

    @Override
    void descriptor(int index, int part, int flags, int length) {
        ring.descriptor(index, Ring.low(flags, region, length), positions[part] & 0xffffffffL);
    }

    @Override
    void publish(int index) {
        ring.headRelease(index);
    }
}
