package io.memif.internal.posix;

import java.nio.ByteBuffer;

/**
 * What the kernel knows about a file: filled by {@link FileCalls#fileStatus}. Not thread-safe; may
 * be filled again.
 */
public final class FileStatus {
    /** Space for struct stat on every processor. */
    static final int BYTES = 144;

    private static final int TYPE_MASK = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int SOCKET = 0xc000;
    private static final int SYMBOLIC_LINK = 0xa000;

    private long size;
    private int mode;
    private int uid;
    private int gid;
    private long device;
    private long inode;
    private long blockSize;

    /** Makes an empty status. */
    public FileStatus() {}

    void fill(ByteBuffer stat, KernelAbi abi) {
        device = stat.getLong(0);
        inode = stat.getLong(8);
        mode = stat.getInt(abi.statMode);
        uid = stat.getInt(abi.statUid);
        gid = stat.getInt(abi.statUid + 4);
        size = stat.getLong(48);
        blockSize = stat.getInt(56);
    }

    /**
     * The file's size.
     *
     * @return bytes; means something for regular and memory files only
     */
    public long size() {
        return size;
    }

    /** Type and permission bits. */
    public int mode() {
        return mode;
    }

    /**
     * The file system's preferred block, bytes; on hugetlbfs the size of its pages. A tmpfs may
     * prefer larger blocks than its pages.
     */
    public long blockSize() {
        return blockSize;
    }

    /**
     * The owner.
     *
     * @return the user id, unsigned
     */
    public int uid() {
        return uid;
    }

    /**
     * The group.
     *
     * @return the group id, unsigned
     */
    public int gid() {
        return gid;
    }

    /**
     * The device the file is on.
     *
     * @return st_dev; together with {@link #inode()} it identifies a file
     */
    public long device() {
        return device;
    }

    /**
     * The file's number on its device.
     *
     * @return st_ino
     */
    public long inode() {
        return inode;
    }

    /** Whether this is a regular file, as memory files are too. */
    public boolean isRegularFile() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    /** Whether this is a directory. */
    public boolean isDirectory() {
        return (mode & TYPE_MASK) == DIRECTORY;
    }

    /** Whether this is a socket. */
    public boolean isSocket() {
        return (mode & TYPE_MASK) == SOCKET;
    }

    /** Whether this is a symbolic link. */
    public boolean isSymbolicLink() {
        return (mode & TYPE_MASK) == SYMBOLIC_LINK;
    }
}
