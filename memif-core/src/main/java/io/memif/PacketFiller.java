package io.memif;

import java.nio.ByteBuffer;

/**
 * Writes packets of a batch in place. It must not use the queue that it is called for: a call that
 * sends, claims, flushes or asks for space there throws {@link IllegalStateException} while the
 * link is up, and does nothing else. {@link TxQueue#taken} and {@link TxQueue#isDrained} may leave
 * out packets that it has finished. To send these before the next one is ready, return 0 and flush
 * after {@code fill}.
 *
 * <p>An exception that the filler throws leaves {@code fill}, unless the link went down in the
 * meantime. Packets that it finished before stay staged.
 */
@FunctionalInterface
public interface PacketFiller {
    /**
     * Writes one packet.
     *
     * @param buffer shared memory, big-endian unless a filler has set another order. Its position
     *     and limit may be moved; the next call finds the limit at the capacity again
     * @param offset of the first byte in {@code buffer}
     * @param capacity maximum number of bytes to write
     * @return length of the packet, 1 to {@code capacity}; or 0 to stop without another packet
     */
    int fill(ByteBuffer buffer, int offset, int capacity);
}
