package io.memif.internal.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

    private static final int RLIMIT_NOFILE = 7;

    /** Soft and hard limit. */
    private static final int RLIMIT_BYTES = 16;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    private static final long HUGETLBFS_MAGIC = 0x958458f6L;
    private static final int STATFS_BYTES = 120;

    /** What /proc says that the descriptor of an event counter leads to. */
    private static final byte[] EVENT_COUNTER =
            "anon_inode:[eventfd]".getBytes(StandardCharsets.US_ASCII);

    private static final int SHORT_NAME_BYTES = 128;

    private final KernelAbi abi;
    private final Gate gate;
    private final ThreadLocal<NativeMemory> scratch =
            ThreadLocal.withInitial(() -> new NativeMemory(FileStatus.BYTES));

    private final ThreadLocal<NativeMemory> names =
            ThreadLocal.withInitial(() -> new NativeMemory(SHORT_NAME_BYTES));

    FileCalls(KernelAbi abi, Gate gate) {
        this.abi = abi;
        this.gate = gate;
    }

    /**
     * Creates a file that lives in memory only.
     *
     * @param name shown in /proc, at most 249 bytes
     * @param flags {@link #MFD_CLOEXEC}, {@link #MFD_ALLOW_SEALING}, {@link #MFD_HUGETLB}
     */
    public int memfdCreate(String name, int flags) {
        return withName(SystemCall.MEMFD_CREATE, name, flags, 0);
    }

    /**
     * Sets a file's size.
     *
     * @param size bytes
     */
    public int ftruncate(int fd, long size) {
        return gate.call(SystemCall.FTRUNCATE, fd, size);
    }

    /**
     * Really allocates a range of a file, so that a later write cannot run out of space.
     *
     * @param mode 0 to allocate and grow, or the FALLOC_FL flags
     * @param length bytes
     * @return 0 or the negative errno (ENOSPC when memory or the tmpfs is full)
     */
    public int fallocate(int fd, int mode, long offset, long length) {
        return gate.call(SystemCall.FALLOCATE, fd, mode, offset, length);
    }

    /**
     * Adds seals to a memory file.
     *
     * @param seals {@link #F_SEAL_SHRINK} and the like, combined
     * @return 0 or the negative errno (EPERM if sealing is not allowed on it)
     */
    public int addSeals(int fd, int seals) {
        return gate.call(SystemCall.ADD_SEALS, fd, F_ADD_SEALS, seals);
    }

    /**
     * Reads the seals of a file.
     *
     * @return the seals, combined, or the negative errno (EINVAL if this kind of file has none)
     */
    public int getSeals(int fd) {
        return gate.call(SystemCall.GET_SEALS, fd, F_GET_SEALS);
    }

    /**
     * Looks at an open file.
     *
     * @param out filled on success, untouched on failure
     */
    public int fileStatus(int fd, FileStatus out) {
        return status(SystemCall.FSTAT, fd, bytes(""), AT_EMPTY_PATH, out);
    }

    /**
     * Looks at what a path names, without following a symbolic link in its last part.
     *
     * @param out filled on success, untouched on failure
     */
    public int fileStatus(String path, FileStatus out) {
        return status(SystemCall.LSTAT, AT_FDCWD, bytes(path), AT_SYMLINK_NOFOLLOW, out);
    }

    /**
     * Looks at what a path leads to, over symbolic links.
     *
     * @param out filled on success, untouched on failure
     */
    public int targetStatus(String path, FileStatus out) {
        return status(SystemCall.STAT, AT_FDCWD, bytes(path), 0, out);
    }

    /**
     * Checks whether an open file lies on hugetlbfs, as a memory file on hugepages does.
     *
     * @return 1 if it does, 0 if not, or the negative errno
     */
    public int isOnHugetlbfs(int fd) {
        NativeMemory statfs = new NativeMemory(STATFS_BYTES);
        int result = gate.call(SystemCall.FSTATFS, statfs.buffer, fd, statfs.address);
        return result < 0 ? result : statfs.buffer.getLong(0) == HUGETLBFS_MAGIC ? 1 : 0;
    }

    /**
     * Checks whether a descriptor is an event counter, as eventfd(2) makes it. Anonymous files
     * share one inode and differ only in the name that /proc shows. A longer name is cut, and no
     * match.
     *
     * @return 1 if it is, 0 if not, or the negative errno (ENOENT if /proc is not mounted)
     */
    public int isEventFd(int fd) {
        NativeMemory target = scratch.get();
        int length = withName(SystemCall.READLINK, nameOf(fd), target.address, FileStatus.BYTES);
        if (length < 0) {
            return length;
        }
        byte[] name = new byte[length];
        target.buffer.get(0, name);
        return Arrays.equals(name, EVENT_COUNTER) ? 1 : 0;
    }

    /** By system call, since libc has had fstat and lstat under these names only since 2.33. */
    private int status(
            SystemCall call, int directory, NativeMemory name, int flags, FileStatus out) {
        NativeMemory stat = scratch.get();
        int number = abi.newfstatat;
        int result =
                gate.call(call, name.buffer, number, directory, name.address, stat.address, flags);
        if (result >= 0) {
            out.fill(stat.buffer, abi);
        }
        return result;
    }

    private int withName(SystemCall call, String name, long second, long third) {
        NativeMemory bytes = bytes(name);
        return gate.call(call, bytes.buffer, bytes.address, second, third);
    }

    /**
     * A path as the kernel sees it, the same in every locale: short ones in memory of the thread,
     * good until the next one.
     */
    private NativeMemory bytes(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        NativeMemory to =
                bytes.length < SHORT_NAME_BYTES ? names.get() : new NativeMemory(bytes.length + 1);
        to.buffer.put(0, bytes).put(bytes.length, (byte) 0);
        return to;
    }

    /**
     * Opens what a path names, only to name it: nobody else is led to another file, whatever the
     * path names later. A symbolic link is opened itself.
     */
    public int openName(String path) {
        int flags = O_PATH | O_CLOEXEC | abi.noFollow;
        return withName(SystemCall.OPEN, path, flags, 0);
    }

    /**
     * Opens a file to lock it, and makes it if there is none, for this user alone. Follows no
     * symbolic link in the last part, and does not block whatever kind of file it is.
     */
    public int openLockFile(String path) {
        int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | abi.noFollow;
        return withName(SystemCall.OPEN, path, flags, 0600);
    }

    /** Opens a device, close-on-exec and non-blocking; makes no file. */
    public int openDevice(String path) {
        int flags = O_RDWR | O_CLOEXEC | O_NONBLOCK;
        return withName(SystemCall.OPEN_DEVICE, path, flags, 0);
    }

    /**
     * Takes the exclusive lock of a file, which ends with its descriptor.
     *
     * @return 0 or the negative errno (EAGAIN if another descriptor holds it)
     */
    public int tryLock(int fd) {
        return gate.call(SystemCall.FLOCK, fd, LOCK_EX | LOCK_NB);
    }

    /**
     * Sets permission bits.
     *
     * @param fd the file, also by {@link #openName}
     * @param mode the bits, such as 0660
     * @return 0 or the negative errno (ENOENT if /proc is not mounted)
     */
    public int chmod(int fd, int mode) {
        return withName(SystemCall.CHMOD, nameOf(fd), mode, 0);
    }

    /**
     * Sets owner and group.
     *
     * @param fd the file, also by {@link #openName}
     * @param uid the user id, -1 to leave it
     * @param gid the group id, -1 to leave it
     * @return 0 or the negative errno (ENOENT if /proc is not mounted)
     */
    public int chown(int fd, int uid, int gid) {
        return withName(SystemCall.CHOWN, nameOf(fd), uid, gid);
    }

    /** The one path that names exactly the file of a descriptor. */
    private static String nameOf(int fd) {
        return "/proc/self/fd/" + fd;
    }

    /** Removes a name. */
    public int unlink(String path) {
        return withName(SystemCall.UNLINK, path, 0, 0);
    }

    /**
     * The number of descriptors this process may have open (RLIMIT_NOFILE, the soft limit).
     *
     * @return the limit, {@link Long#MAX_VALUE} if unlimited, or the negative errno
     */
    public long descriptorLimit() {
        return descriptorLimit(gate);
    }

    static long descriptorLimit(Gate gate) {
        NativeMemory limit = new NativeMemory(RLIMIT_BYTES);
        int result = limits(gate, SystemCall.GETRLIMIT, limit);
        long soft = limit.buffer.getLong(0);
        return result < 0 ? result : soft < 0 ? Long.MAX_VALUE : soft;
    }

    /** Sets the number of descriptors this process may have open, below its hard limit. */
    public int setDescriptorLimit(long soft) {
        NativeMemory limit = new NativeMemory(RLIMIT_BYTES);
        int result = limits(gate, SystemCall.GETRLIMIT, limit);
        if (result < 0) {
            return result;
        }
        limit.buffer.putLong(0, soft);
        return limits(gate, SystemCall.SETRLIMIT, limit);
    }

    private static int limits(Gate gate, SystemCall call, NativeMemory limits) {
        return gate.call(call, limits.buffer, RLIMIT_NOFILE, limits.address);
    }
}
