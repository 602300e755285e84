package io.memif.internal.memory;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;

/**
 * Creates the files behind a slave's regions: anonymous, close-on-exec, really allocated and sealed
 * against shrinking, so that neither a full tmpfs nor anybody's truncate can fault us later.
 */
public final class RegionFile {
    private final Posix posix;
    private final AvailableMemory room = new AvailableMemory();

    /**
     * A maker of files.
     *
     * @param posix system calls
     */
    public RegionFile(Posix posix) {
        this.posix = posix;
    }

    /**
     * Creates a file.
     *
     * @param name shown in /proc, for the operator
     * @param size in bytes, 1 or more
     * @return the file, to be closed by the caller
     * @throws RegionException if there is no memory, no descriptor, or the kernel refuses
     */
    public OwnedFd create(String name, long size) {
        return create(name, size, false);
    }

    /**
     * Creates a file, on hugepages if wanted.
     *
     * @param name shown in /proc, for the operator
     * @param size in bytes, 1 or more; rounded up to whole hugepages
     * @param huge whether to take hugepages of the kernel's default size
     * @return the file, to be closed by the caller
     * @throws RegionException if there is no memory, no descriptor, or the kernel refuses
     */
    public OwnedFd create(String name, long size, boolean huge) {
        if (!huge) {
            requireRoom(name, size);
        }
        int flags =
                FileCalls.MFD_CLOEXEC
                        | FileCalls.MFD_ALLOW_SEALING
                        | (huge ? FileCalls.MFD_HUGETLB : 0);
        Attempt attempt = new Attempt(posix, name, size, huge);
        FileCalls files = posix.files();
        int raw = files.memfdCreate(name, flags);
        attempt.check("create", raw);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "region file " + name);
        try {
            long page = huge ? Math.max(1, new RegionCheck(posix).pageSize(fd)) : 1;
            long whole = (size + page - 1) / page * page;
            attempt.check("size", files.ftruncate(raw, whole));
            attempt.check("allocate", files.fallocate(raw, 0, 0, whole));
            attempt.check("seal", files.addSeals(raw, FileCalls.F_SEAL_SHRINK));
            return fd;
        } catch (RegionException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Refuses what this process cannot take, before any of it is taken.
     *
     * @param name for messages
     * @param size in bytes of everything that is to be created
     * @throws RegionException if there is less memory
     */
    public void requireRoom(String name, long size) {
        room.require("region " + name, size);
    }

    /** What is being created, for messages. */
    private record Attempt(Posix posix, String name, long size, boolean huge) {
        void check(String what, int result) {
            if (result < 0) {
                throw new RegionException(
                        ("cannot " + what + " region " + name + " of " + size + " bytes")
                                + (huge ? " on hugepages: " : ": ")
                                + posix.explain(result)
                                + (huge ? hugeHint(-result) : hint(-result)));
            }
        }

        private static String hint(int errno) {
            return switch (errno) {
                case Errno.ENOSPC, Errno.ENOMEM ->
                        ": not enough shared memory; use smaller rings or buffers, or raise the"
                                + " memory limit";
                default -> "";
            };
        }

        private static String hugeHint(int errno) {
            return switch (errno) {
                case Errno.ENOSPC, Errno.ENOMEM, Errno.ENOENT, Errno.EINVAL ->
                        ": not enough free hugepages; reserve some (sysctl vm.nr_hugepages) or"
                                + " switch hugepages off";
                default -> hint(errno);
            };
        }
    }
}
