package io.memif.unix;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.EventRequests;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An event counter in the kernel that one side raises and another waits for. Owns its descriptor.
 *
 * <pre>{@code
 * try (EventFd event = EventFd.create("an event")) {
 *     event.signal();
 *     System.out.println(event.drain() + " signals");
 * }
 * }</pre>
 *
 * <p>{@link #signal()} and {@link #trySignal()} may be called from any thread; {@link #drain()}
 * from one thread at a time. They allocate nothing.
 *
 * <p>A hostile process that shares the counter can make it blocking at any moment. Therefore a
 * shared counter is signalled by a completion of asynchronous I/O and drained with preadv2(2); no
 * flag can make these wait. The kernel or a sandbox may not offer them (io_submit needs Linux 4.18,
 * preadv2 on event descriptors 5.8). Then {@code trySignal} says so, while {@code signal} and
 * {@code drain} make the counter non-blocking and write or read. If a thread is caught between the
 * two calls, {@link #close()} frees it.
 */
public final class EventFd implements AutoCloseable {
    /** Between two attempts to set a thread free. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final ByteBuffer ONE =
            ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 1);

    /** Takes a count that nobody needs. */
    private static final ByteBuffer NOWHERE = ByteBuffer.allocateDirect(Long.BYTES);

    private final DescriptorCalls calls;
    private final OwnedFd fd;
    private final boolean isPrivate;
    private final EventRequests requests;

    /** Threads that other processes which share the counter may hold. */
    private final AtomicInteger inside = new AtomicInteger();

    /** Whether somebody is about to set them free. */
    private volatile boolean freeing;

    private EventFd(OwnedFd fd, boolean isPrivate) {
        this.calls = fd.posix().descriptors();
        this.fd = fd;
        this.isPrivate = isPrivate;
        int number = fd.acquire();
        try {
            this.requests = new EventRequests(number);
        } finally {
            fd.release();
        }
    }

    /** Closes the descriptor if there is no memory. */
    private static EventFd of(OwnedFd fd, boolean isPrivate) {
        try {
            return new EventFd(fd, isPrivate);
        } catch (Error e) {
            fd.discard();
            throw e;
        }
    }

    /**
     * Creates a counter, zero, non-blocking and close-on-exec.
     *
     * @param what a name of it, for messages
     * @return the counter
     * @throws UnixException if the kernel has no descriptor to give
     */
    public static EventFd create(String what) {
        return create(Posix.shared(), what);
    }

    /**
     * Like {@link #create(String)}, through given system calls.
     *
     * @param calls the system calls
     * @param what a name of it, for messages
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if the kernel has none to give
     */
    public static EventFd create(SystemCalls calls, String what) {
        return of(open(Posix.of(calls), what), false);
    }

    /**
     * Creates a counter that is never passed to another process, which spares a system call at each
     * use.
     *
     * @param calls the system calls
     * @param what a name of it, for messages
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if the kernel has none to give
     */
    public static EventFd createPrivate(SystemCalls calls, String what) {
        return of(open(Posix.of(calls), what), true);
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
     * Whether it really is an eventfd is not checked: on anything else signal and drain return
     * errors, or write eight bytes into a file.
     *
     * @param fd the descriptor; no longer the caller's, closed if this throws
     * @return the counter
     * @throws UnixException {@link UnixException.Kind#CALL_FAILED} if it cannot be made
     *     non-blocking, {@link UnixException.Kind#NOT_OWNED} if it is closed
     */
    public static EventFd adopt(OwnedFd fd) {
        EventFd event = of(fd, false);
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
        int result = trySignal();
        if (result < 0 && !isPrivate) {
            result = plainly(true);
        }
        return result == -Errno.EAGAIN ? 0 : Math.min(result, 0);
    }

    /**
     * Like {@link #signal()}, but never waits, whatever other processes do to the counter.
     *
     * @return 0; the negative EBADF if this was closed; another negative errno if the kernel or a
     *     sandbox does not offer such a call, and nothing has been added
     */
    public int trySignal() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return -Errno.EBADF;
        }
        try {
            return isPrivate ? addPrivately(number) : calls.signal(requests);
        } finally {
            fd.release();
        }
    }

    private int addPrivately(int number) {
        int result = calls.write(number, ONE);
        return result == -Errno.EAGAIN ? 0 : Math.min(result, 0);
    }

    /**
     * Takes the whole counter with one read. From a semaphore it takes only 1, and the counter
     * stays readable.
     *
     * @return the value, unsigned; 0 if nobody has signalled since, or if reading failed or this
     *     was closed
     */
    public long drain() {
        int result = readNow();
        if (result >= 0 || result == -Errno.EAGAIN) {
            return result == Long.BYTES ? requests.word().getLong(0) : 0;
        }
        return plainly(false) == Long.BYTES ? requests.word().getLong(0) : 0;
    }

    private int readNow() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return -Errno.EBADF;
        }
        try {
            return calls.readNow(number, requests);
        } finally {
            fd.release();
        }
    }

    /**
     * Writes or reads in a way that other processes which share the counter can hold up; see {@link
     * #close}.
     */
    private int plainly(boolean write) {
        inside.incrementAndGet();
        int number = fd.tryAcquire();
        try {
            if (number < 0) {
                return -Errno.EBADF;
            }
            int prepared = isPrivate ? 0 : makeNonBlocking(number);
            return prepared < 0 ? prepared : call(number, write);
        } finally {
            inside.decrementAndGet();
            if (number >= 0) {
                help(number, write);
                fd.release();
            }
        }
    }

    private int call(int number, boolean write) {
        return write ? calls.write(number, ONE) : calls.read(number, requests.word());
    }

    /** The thread that set us free may have been caught in our place, and this call frees it. */
    private void help(int number, boolean write) {
        while (freeing) {
            inside.incrementAndGet();
            try {
                if (freeing) {
                    call(number, write);
                }
            } finally {
                inside.decrementAndGet();
            }
            LockSupport.parkNanos(PAUSE_NS);
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
     * Closes the descriptor, and frees threads that a hostile process keeps inside {@link
     * #signal()} or {@link #drain()}. It waits until they are out, which takes as long as that
     * process keeps catching them. Without such a thread it never waits. Idempotent.
     */
    @Override
    public void close() {
        int number = fd.tryAcquire();
        if (number < 0) {
            return;
        }
        try {
            fd.close();
            setFree(number);
        } finally {
            fd.release();
        }
    }

    /**
     * A writer waits only while the counter is full, a reader only while it is zero. A process that
     * shares the counter may change it after we have read it, and catch us as well. But that change
     * has set the other thread free. It makes the same call once more if it finds us busy: it says
     * that it is out before it checks whether we are busy, and we say that we are busy before we
     * check whether it is out.
     */
    private void setFree(int number) {
        while (inside.get() > 0) {
            freeing = true;
            if (inside.get() > 0) {
                int ready = fd.posix().polling().pollOne(number, PollCalls.WRITABLE, 0);
                if (ready == 0) {
                    calls.read(number, NOWHERE);
                } else if (ready > 0) {
                    calls.write(number, ONE);
                }
            }
            freeing = false;
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** The text of its descriptor: what it is for, and its number. */
    @Override
    public String toString() {
        return fd.toString();
    }
}
