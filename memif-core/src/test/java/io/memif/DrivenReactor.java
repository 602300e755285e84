package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Posix;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * A reactor that the test drives and whose clock is the test's, with sockets that have one address.
 * Fails on close if an error was reported.
 */
final class DrivenReactor implements AutoCloseable {
    private static final long TURN_NS = 1_000_000;

    /** The time, in nanoseconds. */
    long now;

    final MemifReactor reactor;
    private final Path directory;
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    DrivenReactor(Path directory, Posix posix, long now) {
        this.directory = directory;
        this.now = now;
        this.reactor = MemifReactor.callerDriven(errors::add, posix, () -> this.now);
    }

    MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder()
                        .reactor(reactor)
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .build());
    }

    void workUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TestPackets.SOON;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in time");
            }
            work();
        }
    }

    /** One turn, which waits a millisecond at most. */
    void work() {
        reactor.doWork(TURN_NS);
    }

    @Override
    public void close() {
        reactor.close();
        assertEquals(List.of(), errors);
    }
}
