package io.memif;

import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;

/**
 * Takes received buffers, on the thread that polls.
 *
 * <p>The buffer is the peer's shared memory: it is valid only until the handler returns, the peer
 * may change it while it is read, and the handler must not change its position, limit or order, nor
 * use the queue it is called for. An exception leaves {@code poll} after the buffer it was thrown
 * for has been given back to the peer; buffers not yet handed over stay in the ring for the next
 * poll.
 *
 * <p>What a handler does with memory that the peer can cut is at its own risk: see {@link
 * io.memif.SealPolicy}.
 */
@FunctionalInterface
public interface PacketHandler {
    /** Flag: the packet goes on in the next buffer. */
    int NEXT = RingLayout.NEXT;

    /** Flag: this buffer continues the packet of the buffer before. */
    int CONTINUATION = 2;

    /**
     * Takes one buffer.
     *
     * @param buffer shared memory; read it with absolute gets
     * @param offset of the first byte in {@code buffer}
     * @param length in bytes, 1 to 65535
     * @param flags {@link #NEXT} and {@link #CONTINUATION}; 0 for a packet in one buffer
     */
    void onPacket(ByteBuffer buffer, int offset, int length, int flags);
}
