package io.memif.testing;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Sockets for tests. */
public final class TestSockets {
    /** The flags of a socket that listens, in a line of /proc/net/unix. */
    private static final Pattern LISTENS = Pattern.compile("\\S+: \\S+ \\S+ 0001\\S{4} .*");

    private TestSockets() {}

    /**
     * Waits until a connection to this address would be accepted. Its file is there earlier, when
     * the socket is bound: a connection that comes between the two is refused.
     */
    public static void awaitListening(String address) throws InterruptedException {
        Await.soon("a socket that listens on " + address, () -> listens(address));
    }

    /** Whether a socket listens on a path, or on an abstract name after an {@code @}. */
    public static boolean listens(String address) {
        String end = " " + address;
        Path table = Path.of("/proc/net/unix");
        try {
            return Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                    .anyMatch(line -> line.endsWith(end) && LISTENS.matcher(line).matches());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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
