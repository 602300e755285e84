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
     * @param buffer shared memory; write it with absolute puts
     * @param offset of the first byte in {@code buffer}
     * @param room bytes that may be written
     * @return length of the packet, 1 to {@code room}; 0 to stop, and nothing is sent
     */
    int fill(ByteBuffer buffer, int offset, int room);
}
