package io.memif.unix;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import java.io.IOException;

/**
 * What the operating system refused, or what was wrong with a descriptor or a message.
 *
 * <p>The message reads like {@code bind /run/x.sock: Permission denied (EACCES)}. If a limit was
 * reached, it names the limit and how to raise it. {@link #kind()} distinguishes failures that
 * callers handle differently; {@link #errno()} and {@link #call()} say what the kernel returned.
 */
public final class UnixException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is. */
    public enum Kind {
        /** A system call failed: {@link UnixException#errno()} says why. */
        CALL_FAILED,
        /** Closing failed; the number is free all the same, and all else was done. */
        CLOSE_FAILED,
        /** The descriptor was closed, transferred or released before; no call was made. */
        NOT_OWNED,
        /**
         * What is there cannot be used: a descriptor of another kind, a file that is too short, a
         * limit that is reached.
         */
        UNUSABLE,
        /** A message came with another number of descriptors than expected. */
        UNEXPECTED_DESCRIPTORS,
        /** The kernel dropped a part of a message: bytes, or descriptors beyond the limit. */
        TRUNCATED,
        /** The other side has closed the connection. */
        END_OF_STREAM
    }

    /** What kind of failure it is. */
    private final Kind kind;

    /** The error number, or 0. */
    private final int errno;

    /** The system call that failed, or null. */
    private final String call;

    /** What it was called on, or null. */
    private final String object;

    /**
     * A failure without a failed system call.
     *
     * @param kind what kind of failure
     * @param message what happened, to what
     */
    public UnixException(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * A failure that something else caused.
     *
     * @param kind what kind of failure
     * @param message what happened, to what
     * @param cause the cause
     */
    public UnixException(Kind kind, String message, Throwable cause) {
        this(kind, 0, "", "", message, cause);
    }

    private UnixException(
            Kind kind, int errno, String call, String object, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.errno = errno;
        this.call = call;
        this.object = object;
    }

    /**
     * A failed system call.
     *
     * @param result the errno, negative as system calls return it, or positive
     * @param call the call's name, such as {@code bind}
     * @param object what it was about, such as the address
     * @return the exception, of kind {@link Kind#CALL_FAILED}
     */
    public static UnixException of(int result, String call, Object object) {
        return of(Kind.CALL_FAILED, result, call, object, null);
    }

    /**
     * A failure that the JDK reports. The JDK does not say whether the table of descriptors is
     * full, so this finds out: the remedy is another one than for a broken file.
     *
     * @param calls the system calls to find out with
     * @param what what was tried, on what
     * @param cause what the JDK says
     * @return the exception, of kind {@link Kind#CALL_FAILED} with errno EMFILE or ENFILE if the
     *     table is full, else {@link Kind#UNUSABLE}
     */
    public static UnixException of(SystemCalls calls, String what, IOException cause) {
        DescriptorCalls descriptors = Posix.of(calls).descriptors();
        int probe = descriptors.eventfd(0, DescriptorCalls.EFD_CLOEXEC);
        if (probe < 0) {
            return of(Kind.CALL_FAILED, probe, "open", what + ": " + cause, cause);
        }
        descriptors.close(probe);
        if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
            // Another thread has just closed one.
            return of(Kind.CALL_FAILED, -Errno.EMFILE, "open", what + ": " + cause, cause);
        }
        return new UnixException(Kind.UNUSABLE, what + ": " + cause, cause);
    }

    static UnixException of(Kind kind, int result, String call, Object object, Throwable cause) {
        return of(kind, result, call, object, "", cause);
    }

    /** The advice follows the system's own words. It begins with a separator, or is empty. */
    static UnixException of(
            Kind kind, int result, String call, Object object, String advice, Throwable cause) {
        String name = String.valueOf(object);
        String text = call + " " + name + ": " + Posix.explainAny(call, -Math.abs(result)) + advice;
        return new UnixException(kind, Math.abs(result), call, name, text, cause);
    }

    /**
     * What kind of failure it is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The error number of the failed call.
     *
     * @return a positive errno, 0 if no system call failed
     */
    public int errno() {
        return errno;
    }

    /**
     * The name of the error number.
     *
     * @return such as {@code EACCES}; empty if no system call failed
     */
    public String errnoName() {
        return errno == 0 ? "" : Errno.name(errno);
    }

    /**
     * The system call that failed.
     *
     * @return its name, such as {@code bind}; empty if none failed
     */
    public String call() {
        return call;
    }

    /**
     * What the failed call was about: a path, an address, a descriptor's name.
     *
     * @return the object; empty if no system call failed
     */
    public String object() {
        return object;
    }
}
