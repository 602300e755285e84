package io.memif.internal.memory;

import io.memif.internal.protocol.MemoryPlan;

/**
 * Where a slave's own buffers for one ring lie. On a ring that the master fills, slot {@code j}
 * always uses the same buffer; on one that the slave fills, packets lie side by side, see {@link
 * SendSpace}. So nothing that the peer writes into a descriptor decides where we read or write.
 *
 * @param region index of the region, as the peer knows it
 * @param base where they begin in the region, bytes
 * @param stride distance between the buffers of two slots, bytes
 * @param stagger how much further the next slot's buffer begins, bytes; every eighth begins anew,
 *     and after 32 slots one is left out
 * @param capacity most bytes of one descriptor, 1 to 65535
 */
public record OwnBuffers(int region, int base, int stride, int stagger, int capacity) {
    /** Buffers without a stagger. */
    public OwnBuffers(int region, int base, int stride, int capacity) {
        this(region, base, stride, 0, capacity);
    }

    /** Buffers that packets to the master lie in side by side. */
    public OwnBuffers(int region, int base, int capacity) {
        this(region, base, 0, 0, capacity);
    }

    /**
     * Where the buffers begin.
     *
     * @return offsets in the region by slot, bytes
     */
    public int[] offsets(int slots) {
        return new MemoryPlan.Buffers(region, base, capacity, stride, stagger).offsets(slots);
    }
}
