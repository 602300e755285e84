package io.memif.unix;

import io.memif.internal.posix.DescriptorWatch;
import io.memif.internal.posix.Posix;
import io.memif.unix.UnixException.Kind;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * A file descriptor with one owner, closed exactly once.
 *
 * <p>Thread-safe and lock-free. The number may only be used between {@link #acquire()} and {@link
 * #release()}. A close that comes in between takes effect at once for all later uses, but the last
 * user gives the number back to the kernel. So no call can hit a number that the kernel has already
 * handed out again. After close, transfer or {@link #detach()}, every use fails before any system
 * call.
 */
public final class OwnedFd implements AutoCloseable {
    private static final VarHandle STATE;
    private static final int GONE = 0x8000_0000;
    private static final int USERS = 0x7fff_ffff;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(OwnedFd.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Posix posix;
    private final int fd;
    private final String what;
    private final DescriptorWatch.Ticket ticket;
    private volatile String fate = "closed";
    private volatile int state;

    private OwnedFd(Posix posix, int fd, String what) {
        this.posix = posix;
        this.fd = fd;
        this.what = what;
        this.ticket = posix.watch().opened(this, fd, what);
    }

    /**
     * Takes ownership of an open descriptor that nobody else owns: inherited, or from native code.
     *
     * @param number the descriptor's number
     * @param what a name of the descriptor, for messages
     * @return the owner
     * @throws IllegalArgumentException if the number is negative
     */
    public static OwnedFd of(int number, String what) {
        if (number < 0) {
            throw new IllegalArgumentException("number=" + number);
        }
        return new OwnedFd(Posix.shared(), number, what);
    }

    /**
     * Takes ownership of a descriptor straight from the call that made it.
     *
     * @param calls the system calls, used for closing too
     * @param fd the descriptor's number, or the negative errno of the call that should have made it
     * @param what a name of the descriptor, for messages
     * @return the owner
     * @throws UnixException {@link Kind#CALL_FAILED} if {@code fd} is negative
     */
    public static OwnedFd adopt(SystemCalls calls, int fd, String what) {
        if (fd < 0) {
            throw UnixException.of(fd, "open", what);
        }
        return new OwnedFd(Posix.of(calls), fd, what);
    }

    /**
     * Begins a use of the number. End it with {@link #release()}, in a {@code finally} block.
     *
     * @return the descriptor's number
     * @throws UnixException {@link Kind#NOT_OWNED} if it was closed, transferred or released
     */
    public int acquire() {
        int number = tryAcquire();
        if (number < 0) {
            throw new UnixException(Kind.NOT_OWNED, this + " can no longer be used");
        }
        return number;
    }

    /**
     * Like {@link #acquire()}, for callers that expect a closed descriptor.
     *
     * @return the descriptor's number, or -1 (and nothing to release) if it is no longer ours
     */
    public int tryAcquire() {
        int seen;
        do {
            seen = state;
            if (seen < 0) {
                return -1;
            }
        } while (!STATE.compareAndSet(this, seen, seen + 1));
        return fd;
    }

    /**
     * Ends a use; closes the descriptor if this was the last one and close was called meanwhile.
     *
     * @throws UnixException {@link Kind#CLOSE_FAILED} if that close reported an error
     */
    public void release() {
        int before = (int) STATE.getAndAdd(this, -1);
        if ((before & USERS) == 0) {
            STATE.getAndAdd(this, 1);
            throw new IllegalStateException("released more often than acquired: " + this);
        }
        if (before == (GONE | 1)) {
            closeNumber();
        }
    }

    /**
     * Ends ownership and closes the descriptor, at once or when its last use ends. Calling it again
     * does nothing.
     *
     * @throws UnixException {@link Kind#CLOSE_FAILED} if the system call reported an error; the
     *     number is free all the same
     */
    @Override
    public void close() {
        closeAs("closed");
    }

    /**
     * Like {@link #close()}, after the open file was handed to somebody else; later messages say
     * so.
     *
     * @throws UnixException as for {@link #close()}
     */
    public void closeTransferred() {
        closeAs("transferred");
    }

    /** Closes a copy that nobody knows of, so that an error would tell nobody anything. */
    public void discard() {
        try {
            close();
        } catch (UnixException unimportant) {
            fate = "discarded";
        }
    }

    private void closeAs(String how) {
        int seen;
        do {
            seen = state;
            if (seen < 0) {
                return;
            }
        } while (!STATE.compareAndSet(this, seen, seen | GONE));
        fate = how;
        if (seen == 0) {
            closeNumber();
        }
    }

    private void closeNumber() {
        ticket.givenUp();
        int result = posix.descriptors().close(fd);
        if (result < 0) {
            throw UnixException.of(Kind.CLOSE_FAILED, result, "close", this, null);
        }
    }

    /**
     * Gives ownership to the caller: this object forgets the descriptor and leaves it open.
     *
     * @return the descriptor's number
     * @throws UnixException {@link Kind#NOT_OWNED} if it is no longer ours
     * @throws IllegalStateException if it is in use right now; it stays ours
     */
    public int detach() {
        int seen = (int) STATE.compareAndExchange(this, 0, GONE);
        if (seen < 0) {
            throw new UnixException(Kind.NOT_OWNED, this + " cannot be released");
        }
        if (seen > 0) {
            throw new IllegalStateException("in use by " + seen + ": " + this);
        }
        fate = "released";
        ticket.givenUp();
        return fd;
    }

    /**
     * Creates a second descriptor of the same open file, with close-on-exec.
     *
     * @return its owner
     * @throws UnixException {@link Kind#CALL_FAILED} or {@link Kind#NOT_OWNED}
     */
    public OwnedFd duplicate() {
        int number = acquire();
        try {
            int copy = posix.descriptors().duplicate(number);
            if (copy < 0) {
                throw UnixException.of(copy, "fcntl(F_DUPFD_CLOEXEC)", this);
            }
            return new OwnedFd(posix, copy, what);
        } finally {
            release();
        }
    }

    /**
     * Reads what is there into a buffer, from its position to its limit, neither of which is moved.
     * Waits for something to be there unless the descriptor is non-blocking.
     *
     * @param direct a direct buffer
     * @return bytes read, 0 at the end, or the negative errno, see {@link
     *     DescriptorChannel#isAgain}
     * @throws UnixException {@link Kind#NOT_OWNED}
     */
    public int read(ByteBuffer direct) {
        int number = acquire();
        try {
            return posix.descriptors().read(number, direct);
        } finally {
            release();
        }
    }

    /**
     * Opens the same file as a channel, by its name in /proc/self/fd. The channel is independent of
     * this object and has a file position of its own. Sockets and eventfds cannot be opened this
     * way.
     *
     * @param options how to open it
     * @return the channel, to be closed by the caller
     * @throws UnixException {@link Kind#UNUSABLE} or {@link Kind#NOT_OWNED}
     */
    public FileChannel openChannel(OpenOption... options) {
        int number = acquire();
        try {
            return FileChannel.open(Path.of("/proc/self/fd/" + number), options);
        } catch (AccessDeniedException e) {
            String text =
                    "cannot open a channel on "
                            + this
                            + ": permission denied on the file itself, which belongs to another"
                            + " user or was made read-only";
            throw new UnixException(Kind.UNUSABLE, text, e);
        } catch (IOException e) {
            throw UnixException.of(posix, "cannot open a channel on " + this, e);
        } finally {
            release();
        }
    }

    /** Uses under way, at this moment. */
    int users() {
        return state & USERS;
    }

    /**
     * Whether the descriptor is still ours: not closed, transferred or released.
     *
     * @return true if so, at this moment
     */
    public boolean isOwned() {
        return state >= 0;
    }

    /**
     * What the descriptor is.
     *
     * @return the text given at adoption
     */
    public String what() {
        return what;
    }

    /**
     * The system calls this descriptor was adopted with.
     *
     * @return the calls
     */
    public SystemCalls calls() {
        return posix;
    }

    Posix posix() {
        return posix;
    }

    /** What the descriptor is, its number, and what became of it. */
    @Override
    public String toString() {
        return what + " (fd " + fd + (state < 0 ? ", " + fate : "") + ")";
    }
}
