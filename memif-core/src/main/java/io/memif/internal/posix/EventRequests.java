package io.memif.internal.posix;

import java.nio.ByteBuffer;

/**
 * What the kernel is handed when an event counter is signalled or read without waiting: written
 * once, so that neither allocates. Any thread may signal with it; one at a time reads.
 */
public final class EventRequests {
    // struct iocb, followed by an array of one pointer to it
    private static final int OPCODE = 16;
    private static final int FD = 20;
    private static final int POLL_EVENTS = 24;
    private static final int FLAGS = 56;
    private static final int SIGNALLED_FD = 60;
    private static final int POINTER = 64;

    // struct iovec, followed by the word that it points to
    private static final int VECTOR = 72;
    private static final int VECTOR_LENGTH = 80;
    private static final int WORD = 88;
    private static final int BYTES = 96;

    private static final short OPCODE_POLL = 5;
    private static final int FLAG_SIGNAL = 1;

    /** A buffer of its own would cost each counter more than what it holds. */
    private static final int SHARERS = 32;

    /** With the parts {@link #given} so far; both with the monitor of the class held. */
    private static NativeMemory shared;

    private static int given = SHARERS;

    private final NativeMemory memory = take();
    private final ByteBuffer word = memory.part(WORD, Long.BYTES).buffer;

    /**
     * Requests for a counter.
     *
     * @param fd its number; they are of use as long as it is open
     */
    public EventRequests(int fd) {
        ByteBuffer to = memory.buffer;
        to.putShort(OPCODE, OPCODE_POLL).putInt(FD, fd);
        to.putShort(POLL_EVENTS, (short) (PollCalls.READABLE | PollCalls.WRITABLE));
        to.putInt(FLAGS, FLAG_SIGNAL).putInt(SIGNALLED_FD, fd);
        to.putLong(POINTER, memory.address);
        to.putLong(VECTOR, memory.address + WORD).putLong(VECTOR_LENGTH, Long.BYTES);
    }

    private static synchronized NativeMemory take() {
        if (given == SHARERS) {
            shared = new NativeMemory(SHARERS * BYTES);
            given = 0;
        }
        return shared.part(BYTES * given++, BYTES);
    }

    /** The word that was read; also where {@link DescriptorCalls#read} may put it. */
    public ByteBuffer word() {
        return word;
    }

    /** To be kept reachable during a call. */
    ByteBuffer buffer() {
        return memory.buffer;
    }

    /** Of an array of one pointer to the operation whose completion signals. */
    long operations() {
        return memory.address + POINTER;
    }

    /** Of an array of one vector, into which a read goes. */
    long vectors() {
        return memory.address + VECTOR;
    }
}
