package io.memif;

import java.nio.ByteBuffer;

/**
 * Writes packets in place, for a batch. It must not use the queue it is called for. What it throws
 * leaves {@code fill}, unless the link went down in the meantime.
 */
@FunctionalInterface
public interface PacketFiller {
    /**
     * Writes one packet.
     *
     * @param buffer shared memory, big-endian unless a filler has set another order; position and
     *     limit may be moved, the next call finds the limit at the capacity again
     * @param offset of the first byte in {@code buffer}
     * @param capacity most bytes to write
     * @return length of the packet, 1 to {@code capacity}; 0 to stop, and nothing is sent
     */
    int fill(ByteBuffer buffer, int offset, int capacity);
}
