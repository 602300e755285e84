package io.memif.internal.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a wait on an epoll descriptor found: memory that the kernel fills, as often as there is a
 * wait. For one thread at a time.
 */
public final class PollEvents {
    private final int eventBytes;
    private final int dataOffset;
    private final int most;
    private final ByteBuffer memory;

    /** Asked for once: a wait would otherwise enter the VM twice. */
    private final long address;

    PollEvents(KernelAbi abi, int most) {
        this.eventBytes = abi.epollEventBytes;
        this.dataOffset = abi.epollDataOffset;
        this.most = most;
        this.memory = ByteBuffer.allocateDirect(most * eventBytes).order(ByteOrder.nativeOrder());
        this.address = LibC.address(memory);
    }

    int most() {
        return most;
    }

    ByteBuffer memory() {
        return memory;
    }

    long address() {
        return address;
    }

    /**
     * The readiness in an event.
     *
     * @param index which event, from 0
     * @return {@link PollCalls#READABLE} and the like, combined
     */
    public int readiness(int index) {
        return memory.getInt(index * eventBytes);
    }

    /**
     * The data that was registered with the descriptor of an event.
     *
     * @param index which event, from 0
     */
    public long data(int index) {
        return memory.getLong(index * eventBytes + dataOffset);
    }
}
