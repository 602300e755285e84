package io.memif.tests.hostile;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Descriptors that are not what a region or a ring needs. */
public enum WrongDescriptor {
    PIPE,
    DIRECTORY,
    SOCKET,
    EVENTFD,
    EPOLL,
    DEV_NULL,
    DEV_ZERO,
    FILE_ON_DISK,
    /** A file without the right to do anything with it. */
    PATH_ONLY;

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final POSIX LIBC = POSIXFactory.getNativePOSIX();

    public OwnedFd open(Posix posix) {
        int raw =
                switch (this) {
                    case PIPE -> pipe();
                    case DIRECTORY -> path("/tmp", 0);
                    case SOCKET -> posix.sockets().socket(SocketCalls.SOCK_STREAM);
                    case EVENTFD -> posix.descriptors().eventfd(0, 0);
                    case EPOLL -> posix.polling().epollCreate();
                    case DEV_NULL -> path("/dev/null", O_RDWR);
                    case DEV_ZERO -> path("/dev/zero", O_RDWR);
                    case FILE_ON_DISK -> onDisk(O_RDWR);
                    case PATH_ONLY -> onDisk(O_PATH);
                    default -> throw new AssertionError(this);
                };
        return OwnedFd.adopt(posix, raw, "wrong kind: " + this);
    }

    /** How our master refuses it as a region of the fake slave's size. */
    public String asRegion() {
        return "region 0: its descriptor is not a memory file (memfd, tmpfs or hugetlbfs)";
    }

    private static int pipe() {
        int[] ends = new int[2];
        LIBC.pipe(ends);
        LIBC.close(ends[1]);
        return ends[0];
    }

    private static int path(String path, int flags) {
        return LIBC.open(path, flags | O_CLOEXEC, 0);
    }

    private static int onDisk(int flags) {
        try {
            // Not below /tmp, which may be memory.
            Path file = Files.createTempFile(Path.of("target"), "raw", "region");
            Files.write(file, new byte[Math.toIntExact(FakeSlave.SIZE)]);
            int raw = path(file.toString(), flags);
            Files.delete(file);
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
