package io.memif.internal.posix;

import java.nio.ByteBuffer;

/**
 * A message gathered from up to {@link #capacity()} direct buffers, for sending without a copy. Not
 * thread-safe. Allocates nothing when parts come with their address.
 */
public final class GatherArena extends Message {
    private final NativeMemory memory;
    private final ByteBuffer header;
    private final int capacity;
    private int parts;

    /**
     * Makes an arena.
     *
     * @param capacity parts it can hold, 1 to 1024
     */
    public GatherArena(int capacity) {
        if (capacity < 1 || capacity > 1024) {
            throw new IllegalArgumentException("capacity=" + capacity + " is not within 1..1024");
        }
        int bytes = HEADER_BYTES + capacity * IOV_BYTES;
        this.capacity = capacity;
        this.memory = new NativeMemory(bytes);
        this.header = memory.buffer;
        header.putLong(HEADER_IOV, memory.address + HEADER_BYTES);
    }

    /** Parts it can hold. */
    public int capacity() {
        return capacity;
    }

    /** Parts added since {@link #clear()}. */
    public int parts() {
        return parts;
    }

    /** Forgets all parts. */
    public void clear() {
        parts = 0;
        header.putLong(HEADER_IOV_COUNT, 0);
    }

    /**
     * Adds a part. The memory must stay reachable until the message is sent.
     *
     * @param address address of its first byte, see {@link MemoryCalls#address}
     * @param length bytes
     */
    public void addPart(long address, int length) {
        if (parts == capacity) {
            throw new IllegalStateException("full: capacity=" + capacity);
        }
        int at = HEADER_BYTES + parts * IOV_BYTES;
        header.putLong(at + IOV_BASE, address);
        header.putLong(at + IOV_LENGTH, length);
        header.putLong(HEADER_IOV_COUNT, ++parts);
    }

    @Override
    NativeMemory prepared() {
        return memory;
    }
}
