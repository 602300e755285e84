package io.memif.internal.posix;

import java.nio.ByteBuffer;

/** Calls that work on any descriptor, and eventfd. Thread-safe; see {@link Posix} for results. */
public final class DescriptorCalls {
    /** Flag of {@link #eventfd}: close-on-exec. */
    public static final int EFD_CLOEXEC = 0x80000;

    /** Flag of {@link #eventfd}: reads and writes do not block. */
    public static final int EFD_NONBLOCK = 0x800;

    /** Flag of {@link #eventfd}: a read takes 1 and not the whole counter. */
    public static final int EFD_SEMAPHORE = 1;

    /** Status flag: reads and writes do not block. */
    public static final int O_NONBLOCK = 0x800;

    /** Descriptor flag: close-on-exec. */
    public static final int FD_CLOEXEC = 1;

    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final EventSignals signals;
    private final Gate gate;

    DescriptorCalls(EventSignals signals, Gate gate) {
        this.signals = signals;
        this.gate = gate;
    }

    /**
     * Closes a descriptor. Made once only: the number is free even if the call reports an error, so
     * EINTR counts as success and no error may be answered by another close.
     */
    public int close(int fd) {
        int result = gate.before(SystemCall.CLOSE);
        int real = gate.callUnasked(SystemCall.CLOSE, null, fd, 0, 0);
        result = result == 0 ? real : result;
        return result == -Errno.EINTR ? 0 : result;
    }

    /** Makes a second descriptor of the same open file, close-on-exec. */
    public int duplicate(int fd) {
        return gate.call(SystemCall.DUPLICATE, fd, F_DUPFD_CLOEXEC, 0);
    }

    /**
     * Reads the status flags, which all descriptors of one open file share.
     *
     * @return the flags (access mode, {@link #O_NONBLOCK}) or the negative errno
     */
    public int statusFlags(int fd) {
        return gate.call(SystemCall.GET_STATUS_FLAGS, fd, F_GETFL);
    }

    /**
     * Sets the status flags, for all descriptors of the same open file.
     *
     * @param flags the flags to set
     */
    public int setStatusFlags(int fd, int flags) {
        return gate.call(SystemCall.SET_STATUS_FLAGS, fd, F_SETFL, flags);
    }

    /**
     * Reads the descriptor's own flags.
     *
     * @return {@link #FD_CLOEXEC} or 0, or the negative errno (EBADF if the number is not open)
     */
    public int descriptorFlags(int fd) {
        return gate.call(SystemCall.GET_DESCRIPTOR_FLAGS, fd, F_GETFD);
    }

    /**
     * Sets the descriptor's own flags.
     *
     * @param flags {@link #FD_CLOEXEC} or 0
     */
    public int setDescriptorFlags(int fd, int flags) {
        return gate.call(SystemCall.SET_DESCRIPTOR_FLAGS, fd, F_SETFD, flags);
    }

    /**
     * Reads into a buffer from its position to its limit, neither of which is moved.
     *
     * @param direct the direct buffer to fill
     * @return bytes read, 0 at end of file, or the negative errno
     */
    public int read(int fd, ByteBuffer direct) {
        return gate.call(SystemCall.READ, direct, fd, LibC.address(direct), direct.remaining());
    }

    /**
     * Writes a buffer from its position to its limit, neither of which is moved. Not for sockets,
     * whose broken pipe would raise a signal: send there.
     *
     * @param direct the direct buffer to write
     * @return bytes written, which may be fewer than given, or the negative errno
     */
    public int write(int fd, ByteBuffer direct) {
        return gate.call(SystemCall.WRITE, direct, fd, LibC.address(direct), direct.remaining());
    }

    private static final int RWF_NOWAIT = 8;

    /**
     * Reads an event counter without waiting, whatever flags the descriptor has.
     *
     * @param requests get the word
     * @return 8, or the negative errno: EAGAIN if it is zero, EOPNOTSUPP if this kernel cannot read
     *     it so
     */
    public int readNow(int fd, EventRequests requests) {
        return gate.call(
                SystemCall.READ_NOW, requests.buffer(), fd, requests.vectors(), 1, -1, RWF_NOWAIT);
    }

    /**
     * Adds one to an event counter without waiting, whatever flags the descriptor has; a full
     * counter stays full.
     *
     * @return 0 or the negative errno; EPERM, ENOSYS, EINVAL or EAGAIN if kernel, sandbox or the
     *     limit fs.aio-max-nr do not let this process do so
     */
    public int signal(EventRequests requests) {
        return signals.submit(gate, requests);
    }

    /**
     * Creates an event counter.
     *
     * @param initial the counter's first value
     * @param flags {@link #EFD_CLOEXEC}, {@link #EFD_NONBLOCK}, {@link #EFD_SEMAPHORE}
     */
    public int eventfd(int initial, int flags) {
        return gate.call(SystemCall.EVENTFD, initial, flags);
    }
}
