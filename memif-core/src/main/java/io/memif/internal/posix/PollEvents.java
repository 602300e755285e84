package io.memif.internal.posix;

/**
 * What a wait on an epoll descriptor found: memory that the kernel fills, as often as there is a
 * wait. For one thread at a time.
 */
public final class PollEvents {
    private final int eventBytes;
    private final int dataOffset;
    private final int most;
    private final NativeMemory memory;

    PollEvents(KernelAbi abi, int most) {
        this.eventBytes = abi.epollEventBytes;
        this.dataOffset = abi.epollDataOffset;
        this.most = most;
        this.memory = new NativeMemory(most * eventBytes);
    }

    int most() {
        return most;
    }

    NativeMemory memory() {
        return memory;
    }

    /**
     * The readiness in an event.
     *
     * @param index which event, from 0
     * @return {@link PollCalls#READABLE} and the like, combined
     */
    public int readiness(int index) {
        return memory.buffer.getInt(index * eventBytes);
    }

    /**
     * The data that was registered with the descriptor of an event.
     *
     * @param index which event, from 0
     */
    public long data(int index) {
        return memory.buffer.getLong(index * eventBytes + dataOffset);
    }
}
