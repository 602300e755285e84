package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.TestPackets;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.lang.management.ManagementFactory;

/** Connects to a listener and closes at once, as fast as the listener's queue takes it. */
final class Hammer {
    private final Posix posix = Posix.open();
    private final UnixAddress target;
    private final long listener;
    private long strokes;

    /** The thread serves the listener. */
    Hammer(String address, String thread) {
        target = UnixAddress.of(address);
        listener =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> each.getName().equals(thread))
                        .findFirst()
                        .orElseThrow()
                        .getId();
    }

    /**
     * What hammering costs.
     *
     * @param strokes connections
     * @param nanoseconds processor time of the listener's thread
     */
    record Cost(long strokes, long nanoseconds) {
        Cost since(Cost before) {
            return new Cost(strokes - before.strokes, nanoseconds - before.nanoseconds);
        }

        double ofOne() {
            return (double) nanoseconds / strokes;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d connections, %.1f us of its thread each", strokes, ofOne() / 1e3);
        }
    }

    /** All so far. */
    Cost cost() {
        return new Cost(strokes, ManagementFactory.getThreadMXBean().getThreadCpuTime(listener));
    }

    /** Connections made so far. */
    long strokes() {
        return strokes;
    }

    /** Goes on until the time is over and this many connections were made. */
    void strike(long nanoseconds, int atLeast) throws InterruptedException {
        long end = System.nanoTime() + nanoseconds;
        long enough = strokes + atLeast;
        while (strokes < enough || System.nanoTime() - end < 0) {
            strike();
        }
    }

    void strike() throws InterruptedException {
        int raw = posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
        try (OwnedFd fd = OwnedFd.adopt(posix, raw, "hammer")) {
            int[] result = {-Errno.EAGAIN};
            // Blocks while the queue of connections is full.
            Holdings.until(
                    TestPackets.SOON,
                    () -> {
                        result[0] = posix.sockets().connect(raw, target.toBytes());
                        return result[0] != -Errno.EAGAIN && result[0] != -Errno.EINTR;
                    });
            assertEquals(0, result[0], () -> "connecting: " + Errno.text(-result[0]) + fd);
        }
        strokes++;
    }
}
