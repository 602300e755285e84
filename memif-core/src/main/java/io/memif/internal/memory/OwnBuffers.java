package io.memif.internal.memory;

import io.memif.internal.protocol.MemoryPlan;
import java.nio.ByteBuffer;

/**
 * The empty buffers that a slave posts on one ring: slot {@code j} always uses the same buffer, so
 * nothing that the peer writes into a descriptor decides where we read or write.
 *
 * @param memory the region that holds the buffers, mapped from its first byte
 * @param region index of the region, as the peer knows it
 * @param base offset of slot 0's buffer in the region, bytes
 * @param stride distance between the buffers of two slots, bytes
 * @param stagger how much further the next slot's buffer begins, bytes; every eighth begins anew,
 *     and after 32 slots one is left out
 * @param capacity usable bytes of each buffer, 1 to 65535
 * @param id of the region's file, null if nobody is to recognise it
 * @param canShrink whether anybody can cut the file behind it
 */
public record OwnBuffers(
        ByteBuffer memory,
        int region,
        int base,
        int stride,
        int stagger,
        int capacity,
        MemoryId id,
        boolean canShrink) {
    /**
     * Buffers in memory that stays as long as it is, and that nobody recognises.
     *
     * @param memory the region that holds the buffers, mapped from its first byte
     * @param region index of the region, as the peer knows it
     * @param base offset of slot 0's buffer in the region, bytes
     * @param stride distance between the buffers of two slots, bytes
     * @param capacity usable bytes of each buffer, 1 to 65535
     */
    public OwnBuffers(ByteBuffer memory, int region, int base, int stride, int capacity) {
        this(memory, region, base, stride, 0, capacity, null, false);
    }

    /**
     * Where the buffers begin.
     *
     * @param slots of the ring
     * @return offsets in the region by slot, bytes
     */
    public int[] offsets(int slots) {
        return new MemoryPlan.Buffers(region, base, capacity, stride, stagger).offsets(slots);
    }
}
