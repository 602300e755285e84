package io.memif.internal.posix;

import java.nio.ByteBuffer;

/** Calls that wait for readiness. Thread-safe; see {@link Posix} for results. */
public final class PollCalls {
    /** Readiness: something can be read, accepted, or the end of the stream is there. */
    public static final int READABLE = 0x1;

    /** Readiness: something can be written. */
    public static final int WRITABLE = 0x4;

    /** Readiness: an error is pending. Reported whether asked for or not. */
    public static final int ERROR = 0x8;

    /** Readiness: the other side is gone. Reported whether asked for or not. */
    public static final int HANGUP = 0x10;

    /** Readiness: the other side will send no more. */
    public static final int READ_HANGUP = 0x2000;

    /** Asked for in epoll: be told of what is new, not of what is still there. */
    public static final int EDGE = 0x8000_0000;

    /** Result of poll only: the number is not open. */
    public static final int NOT_OPEN = 0x20;

    /** Operation of {@link #epollControl}: add a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;

    /** Operation of {@link #epollControl}: remove a descriptor. */
    public static final int EPOLL_CTL_DEL = 2;

    /** Operation of {@link #epollControl}: change the events of a descriptor. */
    public static final int EPOLL_CTL_MOD = 3;

    /**
     * Bytes of one entry of a poll buffer: fd (int), asked events and found events (short each).
     */
    public static final int POLL_ENTRY_BYTES = 8;

    private static final int EPOLL_CLOEXEC = 0x80000;

    private final Gate gate;
    private final KernelAbi abi;
    private final ThreadLocal<NativeMemory> scratch =
            ThreadLocal.withInitial(() -> new NativeMemory(16));

    PollCalls(KernelAbi abi, Gate gate) {
        this.gate = gate;
        this.abi = abi;
    }

    /** Creates an epoll descriptor, close-on-exec. */
    public int epollCreate() {
        return gate.call(SystemCall.EPOLL_CREATE, EPOLL_CLOEXEC);
    }

    /**
     * Adds, changes or removes a descriptor, level-triggered.
     *
     * @param operation {@link #EPOLL_CTL_ADD}, {@link #EPOLL_CTL_MOD} or {@link #EPOLL_CTL_DEL}
     * @param fd the descriptor in question
     * @param events {@link #READABLE}, {@link #WRITABLE}, {@link #READ_HANGUP}, {@link #EDGE},
     *     combined
     * @param data what {@link PollEvents#data} shall say for its events
     */
    public int epollControl(int epfd, int operation, int fd, int events, long data) {
        NativeMemory event = scratch.get();
        putEvent(event.buffer, events, data);
        return gate.call(SystemCall.EPOLL_CTL, event.buffer, epfd, operation, fd, event.address);
    }

    void putEvent(ByteBuffer event, int events, long data) {
        event.putInt(0, events);
        event.putLong(abi.epollDataOffset, data);
    }

    /**
     * Memory for the events of a wait.
     *
     * @param most events it can hold
     */
    public PollEvents newEvents(int most) {
        return new PollEvents(abi, most);
    }

    /**
     * Waits for events. A wait that a signal cuts short returns 0, like one whose time is up.
     *
     * @param events from {@link #newEvents}
     * @param maxEvents how many to fetch at most; fewer than fit are fine
     * @param timeoutMs milliseconds to wait; 0 not at all, -1 for ever
     * @return number of events found or the negative errno
     */
    public int epollWait(int epfd, PollEvents events, int maxEvents, int timeoutMs) {
        NativeMemory to = events.memory();
        int most = Math.min(maxEvents, events.most());
        return gate.await(SystemCall.EPOLL_WAIT, to.buffer, epfd, to.address, most, timeoutMs);
    }

    /**
     * Waits on a few descriptors. A wait that a signal cuts short returns 0, like one whose time is
     * up.
     *
     * @param entries direct, native order, {@link #POLL_ENTRY_BYTES} for each descriptor
     * @param timeoutMs milliseconds to wait; 0 not at all, -1 for ever
     * @return number of entries with found events or the negative errno
     */
    public int poll(ByteBuffer entries, int count, int timeoutMs) {
        long at = LibC.address(entries);
        if ((long) count * POLL_ENTRY_BYTES > entries.remaining()) {
            throw new IllegalArgumentException("count=" + count + " is more than the buffer holds");
        }
        return poll(entries, at, count, timeoutMs);
    }

    private int poll(ByteBuffer entries, long address, int count, int timeoutMs) {
        return gate.await(SystemCall.POLL, entries, address, count, timeoutMs, 0);
    }

    /**
     * Waits on one descriptor. A wait that a signal cuts short returns 0, like one whose time is
     * up.
     *
     * @param events {@link #READABLE}, {@link #WRITABLE}, {@link #READ_HANGUP}, combined
     * @param timeoutMs milliseconds to wait; 0 not at all, -1 for ever
     * @return the readiness found, 0 if none, or the negative errno
     */
    public int pollOne(int fd, int events, int timeoutMs) {
        NativeMemory entry = scratch.get();
        entry.buffer.putInt(0, fd).putShort(4, (short) events).putShort(6, (short) 0);
        int result = poll(entry.buffer, entry.address, 1, timeoutMs);
        return result <= 0 ? result : entry.buffer.getShort(6) & 0xffff;
    }
}
