package io.memif.internal.memory;

import java.nio.ByteBuffer;

/**
 * The memory in which a slave's packets for one ring lie until the master has taken them.
 *
 * @param memory the region that holds it, mapped from its first byte
 * @param region index of the region, as the peer knows it
 * @param base where it begins in the region, bytes
 * @param capacity most bytes of one descriptor, 1 to 65535
 * @param canShrink whether anybody can cut the file behind it
 */
public record SendMemory(ByteBuffer memory, int region, int base, int capacity, boolean canShrink) {
    /**
     * Memory that stays as long as it is.
     *
     * @param memory the region that holds it, mapped from its first byte
     * @param region index of the region, as the peer knows it
     * @param base where it begins in the region, bytes
     * @param capacity most bytes of one descriptor, 1 to 65535
     */
    public SendMemory(ByteBuffer memory, int region, int base, int capacity) {
        this(memory, region, base, capacity, false);
    }
}
