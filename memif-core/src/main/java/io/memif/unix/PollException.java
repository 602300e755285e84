package io.memif.unix;

import io.memif.internal.posix.Errno;

/**
 * A poll group could not do what it was asked; carries the errno of the system call that failed.
 */
public final class PollException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * A failure of a system call.
     *
     * @param what what was tried
     * @param result the negative errno that the call answered
     */
    public PollException(String what, int result) {
        super(what + ": " + Errno.name(result));
        this.errno = -result;
    }

    /**
     * The error number.
     *
     * @return a positive errno
     */
    public int errno() {
        return errno;
    }
}
