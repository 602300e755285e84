package io.memif;

import java.nio.ByteBuffer;

/**
 * Takes received buffers, on the thread that polls.
 *
 * <p>The buffer is the peer's shared memory: it is valid only until the handler returns, the peer
 * may change it while it is read, and the handler must not use the queue it is called for. It is
 * big-endian unless a handler has set another order, which then stays. A handler may move its
 * position and limit, to pass it to a channel for instance: the next call finds the limit at the
 * capacity again, and the position anywhere. It may write to the received bytes; the peer's slave
 * may see that, and nobody else does. An exception leaves {@code poll} after the buffer it was
 * thrown for has been given back to the peer; buffers not yet handed over stay in the ring for the
 * next poll.
 *
 * <p>What a handler does with memory that the peer can cut is at its own risk: see {@link
 * io.memif.SealPolicy}.
 */
@FunctionalInterface
public interface PacketHandler {
    /** Flag: the packet goes on in the next buffer. */
    int NEXT = 1;

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
