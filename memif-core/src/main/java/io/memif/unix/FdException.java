package io.memif.unix;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Posix;
import java.io.IOException;

/** A failure with a descriptor: a code, the errno if a system call failed, and what to do. */
public final class FdException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final FdErrorCode code;
    private final int errno;

    /**
     * A failure without a failed system call.
     *
     * @param code what went wrong
     * @param message the same for people
     */
    public FdException(FdErrorCode code, String message) {
        this(code, 0, message, null);
    }

    /**
     * A failure that something else caused.
     *
     * @param code what went wrong
     * @param message the same for people
     * @param cause the cause
     */
    public FdException(FdErrorCode code, String message, Throwable cause) {
        this(code, 0, message, cause);
    }

    private FdException(FdErrorCode code, int errno, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.errno = errno;
    }

    /**
     * A failure of a system call.
     *
     * @param posix to look up the limit when the cause is that it is reached
     * @param code what went wrong
     * @param result the negative errno that the call answered
     * @param what what was tried, such as {@code "cannot accept on @a"}
     * @return the exception, with the errno's name and what to do about a full table in its message
     */
    public static FdException of(Posix posix, FdErrorCode code, int result, String what) {
        String message = what + ": " + posix.explain(result);
        return new FdException(code, -result, message, null);
    }

    /**
     * A failure that the JDK reports, which does not tell whether the table of descriptors is full:
     * so find out, since that needs another answer than a broken file.
     */
    static FdException of(Posix posix, FdErrorCode code, IOException cause, String what) {
        int probe = posix.descriptors().eventfd(0, DescriptorCalls.EFD_CLOEXEC);
        String hint = probe < 0 ? ": " + posix.explain(probe) : "";
        if (probe >= 0) {
            posix.descriptors().close(probe);
        }
        return new FdException(code, Math.max(0, -probe), what + ": " + cause + hint, cause);
    }

    /**
     * What went wrong.
     *
     * @return the code
     */
    public FdErrorCode code() {
        return code;
    }

    /**
     * The error number of the failed system call.
     *
     * @return a positive errno, 0 if no system call failed
     */
    public int errno() {
        return errno;
    }
}
