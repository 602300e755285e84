package io.memif.testing;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;

/** Connected sockets for tests. */
public final class TestSockets {
    private TestSockets() {}

    /** Two connected sockets, close-on-exec and non-blocking. */
    public static OwnedFd[] pair(Posix posix, int type) {
        return blockingPair(posix, type | SocketCalls.SOCK_NONBLOCK);
    }

    /** Two connected sockets, close-on-exec, whose calls block unless they are told not to. */
    public static OwnedFd[] blockingPair(Posix posix, int type) {
        int[] two = new int[2];
        int result = posix.sockets().socketPair(type | SocketCalls.SOCK_CLOEXEC, two);
        if (result < 0) {
            throw UnixException.of(result, "socketpair", "for a test");
        }
        return new OwnedFd[] {
            OwnedFd.adopt(posix, two[0], "left end"), OwnedFd.adopt(posix, two[1], "right end")
        };
    }
}
