package io.memif.ring;

import java.nio.ByteBuffer;

/**
 * Received buffers that the application keeps for a while: filled by {@code hold}, given back by
 * {@code release}. Reusable; one thread at a time. When the link goes down the buffers lose their
 * meaning: reading one then either still works or throws IllegalStateException (and the JVM may
 * leave the thread interrupted besides), and never harms. Until it is filled again, or dropped, a
 * burst keeps their memory from being collected, which before JDK 22 is what unmaps it. On memory
 * that the peer can cut, reading is at the reader's own risk: see {@link
 * io.memif.memory.SealPolicy}.
 */
public final class ReceivedBurst {
    private final ByteBuffer[] buffers;
    private final int[] offsets;
    private final int[] lengths;
    private final int[] flags;
    private int count;

    /**
     * An empty burst.
     *
     * @param capacity most buffers it takes, 1 or more
     */
    public ReceivedBurst(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity=" + capacity);
        }
        buffers = new ByteBuffer[capacity];
        offsets = new int[capacity];
        lengths = new int[capacity];
        flags = new int[capacity];
    }

    /**
     * Buffers in it.
     *
     * @return 0 to the capacity
     */
    public int count() {
        return count;
    }

    /**
     * The memory of a buffer.
     *
     * @param i 0 to count - 1
     * @return shared memory; read it with absolute gets
     */
    public ByteBuffer buffer(int i) {
        return buffers[i];
    }

    /**
     * Where a buffer starts.
     *
     * @param i 0 to count - 1
     * @return position in {@link #buffer}
     */
    public int offset(int i) {
        return offsets[i];
    }

    /**
     * How long it is.
     *
     * @param i 0 to count - 1
     * @return bytes, 1 to 65535
     */
    public int length(int i) {
        return lengths[i];
    }

    /**
     * Whether it is part of a chain.
     *
     * @param i 0 to count - 1
     * @return {@link PacketHandler#NEXT} and {@link PacketHandler#CONTINUATION}
     */
    public int flags(int i) {
        return flags[i];
    }

    boolean full() {
        return count == buffers.length;
    }

    void add(ByteBuffer buffer, int offset, int length, int flag) {
        buffers[count] = buffer;
        offsets[count] = offset;
        lengths[count] = length;
        flags[count] = flag;
        count++;
    }

    void clear() {
        count = 0;
    }
}
