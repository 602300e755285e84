package io.memif.internal.posix;

import jnr.posix.FileStat;
import jnr.posix.RLimit;

/**
 * Calls that work on files, memory files and limits. Thread-safe; see {@link Posix} for results.
 */
public final class FileCalls {
    /** Flag of {@link #memfdCreate}: close-on-exec. */
    public static final int MFD_CLOEXEC = 1;

    /** Flag of {@link #memfdCreate}: seals may be added later. */
    public static final int MFD_ALLOW_SEALING = 2;

    /** Flag of {@link #memfdCreate}: on hugepages of the kernel's default size. */
    public static final int MFD_HUGETLB = 4;

    /** Seal: no more seals. */
    public static final int F_SEAL_SEAL = 1;

    /** Seal: the file cannot shrink. */
    public static final int F_SEAL_SHRINK = 2;

    /** Seal: the file cannot grow. */
    public static final int F_SEAL_GROW = 4;

    /** Seal: the file cannot be written. */
    public static final int F_SEAL_WRITE = 8;

    static final int RLIMIT_NOFILE = 7;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    private final NativeLibrary library;
    private final Gate gate;

    FileCalls(NativeLibrary library, Gate gate) {
        this.library = library;
        this.gate = gate;
    }

    /**
     * Creates a file that lives in memory only.
     *
     * @param name shown in /proc, at most 249 bytes
     * @param flags {@link #MFD_CLOEXEC}, {@link #MFD_ALLOW_SEALING}, {@link #MFD_HUGETLB}
     * @return the new descriptor or the negative errno
     */
    public int memfdCreate(String name, int flags) {
        return gate.call(SystemCall.MEMFD_CREATE, () -> library.calls.memfd_create(name, flags));
    }

    /**
     * Sets a file's size.
     *
     * @param fd the file
     * @param size bytes
     * @return 0 or the negative errno
     */
    public int ftruncate(int fd, long size) {
        return gate.call(SystemCall.FTRUNCATE, () -> library.posix.ftruncate(fd, size));
    }

    /**
     * Really allocates a range of a file, so that a later write cannot run out of space.
     *
     * @param fd the file
     * @param mode 0 to allocate and grow, or the FALLOC_FL flags
     * @param offset first byte
     * @param length bytes
     * @return 0 or the negative errno (ENOSPC when memory or the tmpfs is full)
     */
    public int fallocate(int fd, int mode, long offset, long length) {
        return gate.call(
                SystemCall.FALLOCATE, () -> library.calls.fallocate(fd, mode, offset, length));
    }

    /**
     * Adds seals to a memory file.
     *
     * @param fd the file
     * @param seals {@link #F_SEAL_SHRINK} and the like, ored
     * @return 0 or the negative errno (EPERM if sealing is not allowed on it)
     */
    public int addSeals(int fd, int seals) {
        return gate.call(
                SystemCall.ADD_SEALS, () -> library.calls.fcntl(fd, F_ADD_SEALS, (long) seals));
    }

    /**
     * Reads the seals of a file.
     *
     * @param fd the file
     * @return the seals, ored, or the negative errno (EINVAL if this kind of file has none)
     */
    public int getSeals(int fd) {
        return gate.call(SystemCall.GET_SEALS, () -> library.calls.fcntl(fd, F_GET_SEALS));
    }

    /**
     * Looks at an open file.
     *
     * @param fd the file
     * @param out filled on success, untouched on failure
     * @return 0 or the negative errno
     */
    public int fileStatus(int fd, FileStatus out) {
        FileStat stat = library.posix.allocateStat();
        int result = gate.call(SystemCall.FSTAT, () -> library.posix.fstat(fd, stat));
        return filled(result, stat, out);
    }

    /**
     * Looks at what a path names, without following a symbolic link in its last part.
     *
     * @param path the path
     * @param out filled on success, untouched on failure
     * @return 0 or the negative errno
     */
    public int fileStatus(String path, FileStatus out) {
        FileStat stat = library.posix.allocateStat();
        int result = gate.call(SystemCall.LSTAT, () -> library.posix.lstat(path, stat));
        return filled(result, stat, out);
    }

    private static int filled(int result, FileStat stat, FileStatus out) {
        if (result >= 0) {
            out.fill(stat);
        }
        return result;
    }

    /**
     * Sets permission bits.
     *
     * @param path the file
     * @param mode the bits, such as 0660
     * @return 0 or the negative errno
     */
    public int chmod(String path, int mode) {
        return gate.call(SystemCall.CHMOD, () -> library.posix.chmod(path, mode));
    }

    /**
     * Sets owner and group, of a symbolic link itself if the path names one.
     *
     * @param path the file
     * @param uid the user id, -1 to leave it
     * @param gid the group id, -1 to leave it
     * @return 0 or the negative errno
     */
    public int chown(String path, int uid, int gid) {
        return gate.call(SystemCall.CHOWN, () -> library.posix.lchown(path, uid, gid));
    }

    /**
     * Removes a name.
     *
     * @param path the file
     * @return 0 or the negative errno
     */
    public int unlink(String path) {
        return gate.call(SystemCall.UNLINK, () -> library.posix.unlink(path));
    }

    /**
     * The number of descriptors this process may have open (RLIMIT_NOFILE, the soft limit).
     *
     * @return the limit, {@link Long#MAX_VALUE} if unlimited, or the negative errno
     */
    public long descriptorLimit() {
        RLimit[] limit = new RLimit[1];
        int result = gate.call(SystemCall.GETRLIMIT, () -> readLimit(limit));
        if (result < 0) {
            return result;
        }
        long soft = limit[0].rlimCur();
        return soft < 0 ? Long.MAX_VALUE : soft;
    }

    static long descriptorLimit(NativeLibrary library) {
        long soft = library.posix.getrlimit(RLIMIT_NOFILE).rlimCur();
        return soft < 0 ? Long.MAX_VALUE : soft;
    }

    /**
     * Sets the number of descriptors this process may have open, below its hard limit.
     *
     * @param soft the new soft limit
     * @return 0 or the negative errno
     */
    public int setDescriptorLimit(long soft) {
        RLimit[] limit = new RLimit[1];
        int result = gate.call(SystemCall.GETRLIMIT, () -> readLimit(limit));
        if (result < 0) {
            return result;
        }
        long hard = limit[0].rlimMax();
        return gate.call(
                SystemCall.SETRLIMIT, () -> library.posix.setrlimit(RLIMIT_NOFILE, soft, hard));
    }

    private int readLimit(RLimit[] into) {
        into[0] = library.posix.getrlimit(RLIMIT_NOFILE);
        return 0;
    }
}
