package io.memif;

import java.nio.ByteBuffer;

/**
 * Takes received buffers, on the thread that polls.
 *
 * <pre>{@code
 * rx.poll((buffer, offset, length, flags) -> System.out.println(length + " bytes"), 64);
 * }</pre>
 *
 * <p>The buffer is memory shared with the peer:
 *
 * <ul>
 *   <li>It is valid only until the handler returns.
 *   <li>The peer may change it while it is read.
 *   <li>It is big-endian unless a handler has set another order, which then stays.
 *   <li>A handler may move its position and limit, for example to pass it to a channel. The next
 *       call finds the limit at the capacity again and the position undefined.
 *   <li>A handler may write to the received bytes. The peer may see that; nobody else does.
 *   <li>If the peer can shrink the memory, access to it is at the handler's own risk: see {@link
 *       io.memif.SealPolicy}.
 * </ul>
 *
 * <p>The handler must not use the queue that it is called for. An exception leaves {@code poll}
 * after its buffer has been given back to the peer. Buffers that were not yet handed over stay in
 * the ring for the next poll.
 */
@FunctionalInterface
public interface PacketHandler {
    /** Flag: the packet continues in the next buffer. */
    int NEXT = 1;

    /** Flag: this buffer continues the packet of the previous buffer. */
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
