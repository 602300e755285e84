package io.memif.internal.posix;

/** The error numbers of Linux that this library tells apart, as positive integers. */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or directory. */
    public static final int ENOENT = 2;

    /** Interrupted system call. */
    public static final int EINTR = 4;

    /** Input/output error. */
    public static final int EIO = 5;

    /** Bad file descriptor. */
    public static final int EBADF = 9;

    /** Resource temporarily unavailable; the same number as EWOULDBLOCK. */
    public static final int EAGAIN = 11;

    /** Cannot allocate memory. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Bad address. */
    public static final int EFAULT = 14;

    /** Device or resource busy. */
    public static final int EBUSY = 16;

    /** File exists. */
    public static final int EEXIST = 17;

    /** Not a directory. */
    public static final int ENOTDIR = 20;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** Too many open files in system. */
    public static final int ENFILE = 23;

    /** Too many open files in this process. */
    public static final int EMFILE = 24;

    /** No space left on device. */
    public static final int ENOSPC = 28;

    /** Illegal seek. */
    public static final int ESPIPE = 29;

    /** Broken pipe. */
    public static final int EPIPE = 32;

    /** File name too long. */
    public static final int ENAMETOOLONG = 36;

    /** No such system call. */
    public static final int ENOSYS = 38;

    /** Socket operation on non-socket. */
    public static final int ENOTSOCK = 88;

    /** Message too long. */
    public static final int EMSGSIZE = 90;

    /** Protocol wrong type for socket. */
    public static final int EPROTOTYPE = 91;

    /** Operation not supported. */
    public static final int EOPNOTSUPP = 95;

    /** Address already in use. */
    public static final int EADDRINUSE = 98;

    /** Connection reset by peer. */
    public static final int ECONNRESET = 104;

    /** No buffer space available. */
    public static final int ENOBUFS = 105;

    /** Transport endpoint is already connected. */
    public static final int EISCONN = 106;

    /** Transport endpoint is not connected. */
    public static final int ENOTCONN = 107;

    /** Too many references: too many descriptors are in flight in unread messages. */
    public static final int ETOOMANYREFS = 109;

    /** Connection timed out. */
    public static final int ETIMEDOUT = 110;

    /** Connection refused. */
    public static final int ECONNREFUSED = 111;

    /** Operation canceled. */
    public static final int ECANCELED = 125;

    private Errno() {}

    /**
     * Name and meaning of an error number.
     *
     * @param errno a positive or negative error number
     * @return text such as {@code ENOENT (No such file or directory)}
     */
    public static String name(int errno) {
        int number = Math.abs(errno);
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(number);
        boolean unknown = known == jnr.constants.platform.Errno.__UNKNOWN_CONSTANT__;
        return unknown ? "errno " + number : known.name() + " (" + known.description() + ")";
    }
}
