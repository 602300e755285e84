package io.memif.internal.memory;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;

/** Checks the file behind a region that a slave announced, before it is mapped. */
public final class RegionCheck {
    private final Posix posix;

    /**
     * A checker.
     *
     * @param posix system calls
     */
    public RegionCheck(Posix posix) {
        this.posix = posix;
    }

    /**
     * What speaks against a region.
     *
     * @param fd of the file
     * @param index of the region
     * @param size announced, in bytes
     * @return the reason to refuse it, or null if there is none
     */
    public String refusal(OwnedFd fd, int index, long size) {
        String refusal = refusal(fd, size);
        return refusal == null ? null : "region " + index + ": " + refusal;
    }

    /**
     * What speaks against a file as a region.
     *
     * @param fd of the file
     * @param size that the region is to have, in bytes
     * @return the reason to refuse it, or null if there is none
     */
    public String refusal(OwnedFd fd, long size) {
        // First of all, and for every policy: files in memory are the only ones that know seals,
        // and the only ones that never make us wait. A peer's own file system can keep fstat, and
        // later every access to a page, waiting for as long as it likes.
        int seals = seals(fd);
        if (seals == -Errno.EINVAL || seals == -Errno.EBADF) {
            return "its descriptor is no memory file (memfd, tmpfs or hugetlbfs)";
        }
        FileStatus status = new FileStatus();
        int result = seals < 0 ? seals : status(fd, status);
        if (result < 0) {
            return "cannot look at its file: " + Errno.text(-result);
        }
        if (!status.isRegularFile()) {
            return "its descriptor is no file";
        }
        if (status.size() < size) {
            return "size " + size + " announced, but its file has " + status.size();
        }
        return null;
    }

    /**
     * Which file it is.
     *
     * @param fd of the file
     * @return its identity, or null if it cannot be told
     */
    public MemoryId id(OwnedFd fd) {
        FileStatus status = new FileStatus();
        return status(fd, status) < 0 ? null : new MemoryId(status.device(), status.inode());
    }

    /**
     * How long the file is.
     *
     * @param fd of the file
     * @return bytes, 0 if it cannot be told
     */
    public long size(OwnedFd fd) {
        FileStatus status = new FileStatus();
        return status(fd, status) < 0 ? 0 : status.size();
    }

    private int status(OwnedFd fd, FileStatus out) {
        int number = fd.acquire();
        try {
            return posix.files().fileStatus(number, out);
        } finally {
            fd.release();
        }
    }

    private int seals(OwnedFd fd) {
        int number = fd.acquire();
        try {
            return posix.files().getSeals(number);
        } finally {
            fd.release();
        }
    }

    /**
     * Size of the pages behind a file.
     *
     * @param fd of the file
     * @return bytes; more than 4096 on hugepages, 0 if it cannot be told
     */
    public long pageSize(OwnedFd fd) {
        FileStatus status = new FileStatus();
        return status(fd, status) < 0 ? 0 : status.blockSize();
    }

    /**
     * Why a file must not hold rings unless the peer is trusted.
     *
     * @param fd of the file
     * @param index of its region
     * @return the reason, or null if it can no longer be shortened
     */
    public String ringRefusal(OwnedFd fd, int index) {
        int seals = seals(fd);
        if (seals < 0) {
            return "region " + index + ": cannot look at its seals: " + Errno.text(seals);
        }
        return (seals & FileCalls.F_SEAL_SHRINK) != 0
                ? null
                : "region " + index + " holds rings and is not sealed against shrinking";
    }

    /**
     * Whether the file can no longer be shortened.
     *
     * @param fd of the file
     * @return false as well for files that know no seals
     */
    public boolean sealed(OwnedFd fd) {
        int seals = seals(fd);
        return seals >= 0 && (seals & FileCalls.F_SEAL_SHRINK) != 0;
    }
}
