package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.lang.management.ManagementFactory;

/**
 * Connects to a listener and closes at once, again and again, as fast as the listener's queue takes
 * it.
 */
final class ConnectFlood {
    private final Posix posix = Posix.open();
    private final UnixAddress target;
    private final long listener;
    private long connections;

    /** The thread serves the listener. */
    ConnectFlood(String address, String thread) {
        target = UnixAddress.of(address);
        listener =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> each.getName().equals(thread))
                        .findFirst()
                        .orElseThrow()
                        .getId();
    }

    /**
     * What a flood costs.
     *
     * @param connections that were made
     * @param nanoseconds processor time of the listener's thread
     */
    record Cost(long connections, long nanoseconds) {
        Cost since(Cost before) {
            return new Cost(connections - before.connections, nanoseconds - before.nanoseconds);
        }

        double ofOne() {
            return (double) nanoseconds / connections;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d connections, %.1f us of its thread each", connections, ofOne() / 1e3);
        }
    }

    /** All so far. */
    Cost cost() {
        return new Cost(
                connections, ManagementFactory.getThreadMXBean().getThreadCpuTime(listener));
    }

    /** Connections made so far. */
    long connections() {
        return connections;
    }

    /** Goes on until the time is over and this many connections were made. */
    void run(long nanoseconds, int atLeast) throws InterruptedException {
        long end = System.nanoTime() + nanoseconds;
        long enough = connections + atLeast;
        while (connections < enough || System.nanoTime() - end < 0) {
            connectAndClose();
        }
    }

    /** Goes on, on a thread of its own, until that is closed. */
    Worker start() {
        return new Worker(
                "connect flood",
                worker -> {
                    while (worker.isRunning()) {
                        connectAndClose();
                    }
                });
    }

    void connectAndClose() throws InterruptedException {
        int raw = posix.sockets().socket(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
        try (OwnedFd fd = OwnedFd.adopt(posix, raw, "flood")) {
            int[] result = {-Errno.EAGAIN};
            // Blocks while the queue of connections is full.
            Await.until(
                    TestPackets.SOON,
                    () -> {
                        result[0] = posix.sockets().connect(raw, target.toBytes());
                        return result[0] != -Errno.EAGAIN && result[0] != -Errno.EINTR;
                    });
            assertEquals(0, result[0], () -> "connecting: " + Errno.text(-result[0]) + fd);
        }
        connections++;
    }
}
