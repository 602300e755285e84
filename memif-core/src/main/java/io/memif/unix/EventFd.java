package io.memif.unix;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An event counter in the kernel that one side raises and another waits for. Owns its descriptor.
 *
 * <p>{@link #signal()} may be called from any thread; {@link #drain()} from one thread at a time.
 * Neither allocates, neither waits: a hostile process that shares the counter can make it blocking
 * behind our back, so a shared counter is signalled by a completion of asynchronous I/O and drained
 * by preadv2, which no flag can hold. Where kernel or sandbox do not offer these (io_submit, 4.18;
 * preadv2 on event descriptors), both make it non-blocking first, and should a thread be caught in
 * the moment between, {@link #close()} sets it free.
 */
public final class EventFd implements AutoCloseable {
    private final DescriptorCalls calls;
    private final OwnedFd fd;
    private final boolean isPrivate;
    private final ByteBuffer one =
            ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 1);
    private final ByteBuffer counter =
            ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer signal;
    private final ByteBuffer readNow = DescriptorCalls.prepareReadNow();
    private final ByteBuffer rescue = ByteBuffer.allocateDirect(Long.BYTES);

    private EventFd(OwnedFd fd, boolean isPrivate) {
        this.calls = fd.posix().descriptors();
        this.fd = fd;
        this.isPrivate = isPrivate;
        int number = fd.acquire();
        this.signal = calls.prepareSignal(number);
        fd.release();
    }

    /**
     * Makes a new counter, zero, non-blocking and close-on-exec.
     *
     * @param what what it is, for messages
     * @return the counter
     * @throws UnixException if the kernel has no descriptor to give
     */
    public static EventFd create(String what) {
        return create(Posix.shared(), what);
    }

    /**
     * As {@link #create(String)}, through given system calls.
     *
     * @param calls the system calls
     * @param what what it is, for messages
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if the kernel has none to give
     */
    public static EventFd create(SystemCalls calls, String what) {
        return new EventFd(open(Posix.of(calls), what), false);
    }

    /**
     * Makes a new counter that is never passed to another process, which spares a system call at
     * each use.
     *
     * @param calls the system calls
     * @param what what it is, for messages
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if the kernel has none to give
     */
    public static EventFd createPrivate(SystemCalls calls, String what) {
        return new EventFd(open(Posix.of(calls), what), true);
    }

    private static OwnedFd open(Posix posix, String what) {
        int flags = DescriptorCalls.EFD_CLOEXEC | DescriptorCalls.EFD_NONBLOCK;
        int made = posix.descriptors().eventfd(0, flags);
        if (made < 0) {
            throw UnixException.of(made, "eventfd2", what);
        }
        return OwnedFd.adopt(posix, made, what);
    }

    /**
     * Takes over a counter that somebody else made and makes it non-blocking, for all who share it.
     * That it really is an eventfd is not checked: on anything else signal and drain answer errors,
     * or write eight bytes into a file.
     *
     * @param fd the descriptor; not the caller's any more, closed if this throws
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if it cannot be made
     *     non-blocking, {@link UnixException.Kind#NOT_OWNED} if it is closed
     */
    public static EventFd adopt(OwnedFd fd) {
        EventFd event = new EventFd(fd, false);
        int number = fd.acquire();
        int result = event.makeNonBlocking(number);
        fd.release();
        if (result < 0) {
            UnixException failure = UnixException.of(result, "fcntl(O_NONBLOCK)", fd);
            fd.discard();
            throw failure;
        }
        return event;
    }

    private int makeNonBlocking(int number) {
        int flags = calls.statusFlags(number);
        if (flags < 0 || (flags & DescriptorCalls.O_NONBLOCK) != 0) {
            return flags;
        }
        return calls.setStatusFlags(number, flags | DescriptorCalls.O_NONBLOCK);
    }

    /**
     * Adds one to the counter. A counter that is full stays full, which wakes its reader as well.
     *
     * @return 0, or the negative errno if the kernel refused, EBADF if this was closed
     */
    public int signal() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return -Errno.EBADF;
        }
        try {
            int result = isPrivate ? calls.write(number, one) : signalShared(number);
            return result == -Errno.EAGAIN ? 0 : Math.min(result, 0);
        } finally {
            fd.release();
        }
    }

    private int signalShared(int number) {
        int result = calls.signal(signal);
        if (result == 0) {
            return 0;
        }
        int prepared = makeNonBlocking(number);
        return prepared < 0 ? prepared : calls.write(number, one);
    }

    /**
     * Takes the whole counter, in one read: 1 of a counter that a peer made a semaphore, which then
     * is readable still.
     *
     * @return what it was, unsigned; 0 if nobody has signalled since, or if reading failed or this
     *     was closed
     */
    public long drain() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return 0;
        }
        try {
            int result = calls.readNow(number, readNow);
            if (result >= 0 || result == -Errno.EAGAIN) {
                return result == Long.BYTES ? readNow.getLong(2 * Long.BYTES) : 0;
            }
            if (!isPrivate && makeNonBlocking(number) < 0) {
                return 0;
            }
            result = calls.read(number, counter);
            return result == Long.BYTES ? counter.getLong(0) : 0;
        } finally {
            fd.release();
        }
    }

    /**
     * The descriptor, to wait on or to pass on; stays owned by this object.
     *
     * @return the descriptor
     */
    public OwnedFd fd() {
        return fd;
    }

    /**
     * Closes the descriptor, and sets threads free that a hostile peer keeps inside {@link
     * #signal()} or {@link #drain()}. Calling it again does nothing.
     */
    @Override
    public void close() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return;
        }
        try {
            fd.close();
            if (fd.users() > 1) {
                setFree(number);
            }
        } finally {
            fd.release();
        }
    }

    /** A writer waits only while the counter is full, a reader only while it is zero. */
    private void setFree(int number) {
        int ready = fd.posix().polling().pollOne(number, PollCalls.WRITABLE, 0);
        if (ready == 0) {
            calls.read(number, rescue);
        } else if (ready > 0) {
            calls.write(number, one);
        }
    }

    /** As its descriptor: what it is for, and its number. */
    @Override
    public String toString() {
        return fd.toString();
    }
}
