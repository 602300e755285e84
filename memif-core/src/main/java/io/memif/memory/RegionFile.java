package io.memif.memory;

import io.memif.fd.OwnedFd;
import io.memif.posix.Errno;
import io.memif.posix.FileCalls;
import io.memif.posix.Posix;

/**
 * Creates the files behind a slave's regions: anonymous, close-on-exec, really allocated and sealed
 * against shrinking, so that neither a full tmpfs nor anybody's truncate can fault us later.
 */
public final class RegionFile {
    private final Posix posix;

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
        FileCalls files = posix.files();
        int raw = files.memfdCreate(name, FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING);
        check("create", name, size, raw);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "region file " + name);
        try {
            check("size", name, size, files.ftruncate(raw, size));
            check("allocate", name, size, files.fallocate(raw, 0, 0, size));
            check("seal", name, size, files.addSeals(raw, FileCalls.F_SEAL_SHRINK));
            return fd;
        } catch (RegionException e) {
            fd.close();
            throw e;
        }
    }

    private void check(String what, String name, long size, int result) {
        if (result < 0) {
            throw failed(what, name, size, result);
        }
    }

    private RegionException failed(String what, String name, long size, int result) {
        String hint =
                switch (-result) {
                    case Errno.ENOSPC, Errno.ENOMEM ->
                            ": not enough shared memory; use smaller rings or buffers, or raise the"
                                    + " memory limit";
                    default -> "";
                };
        return new RegionException(
                "cannot "
                        + what
                        + " region "
                        + name
                        + " of "
                        + size
                        + " bytes: "
                        + posix.explain(result)
                        + hint);
    }
}
