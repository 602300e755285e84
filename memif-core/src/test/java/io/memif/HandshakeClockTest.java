package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPackets;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A handshake's clock runs while the peer owes a message, and not while our own helper works. The
 * clock is the test's, which also holds the helper inside a call.
 */
@Timeout(60)
class HandshakeClockTest {
    private static final long MS = 1_000_000;

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final AtomicInteger mapped = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private int heldMapping;
    private long now;
    private final MemifReactor reactor =
            MemifReactor.callerDriven(errors::add, TestPosix.open(this::holdOneMapping), () -> now);
    private MemifInterface master;
    private MemifInterface slave;

    private int holdOneMapping(SystemCall call) {
        if (call == SystemCall.MMAP && mapped.incrementAndGet() == heldMapping) {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return 0;
    }

    @AfterEach
    void close() {
        release.countDown();
        reactor.close();
        assertEquals(List.of(), errors);
    }

    /** The slave's mapping is the first, the master's the second. */
    private void connectUntilHeld(int mapping) {
        heldMapping = mapping;
        master = socket().addInterface(config(Role.MASTER, Duration.ofSeconds(5)));
        slave = socket().addInterface(config(Role.SLAVE, Duration.ofHours(1)));
        workUntil(() -> mapped.get() == mapping);
        now += TimeUnit.MINUTES.toNanos(1);
        for (int turn = 0; turn < 10; turn++) {
            reactor.doWork(MS);
        }
    }

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder()
                        .reactor(reactor)
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig config(Role role, Duration timeout) {
        return InterfaceConfig.builder()
                .role(role)
                .ringSize(8)
                .bufferSize(64)
                .reconnect(false)
                .handshakeTimeout(timeout)
                .build();
    }

    private void workUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TestPackets.SOON;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "in time");
            reactor.doWork(MS);
        }
    }

    @Test
    void ourOwnHelperMayTakeItsTime() {
        connectUntilHeld(2);
        assertEquals("", master.details().lastFailure());
        release.countDown();
        workUntil(() -> master.isConnected() && slave.isConnected());
    }

    @Test
    void aPeerThatOwesAMessageMayNot() {
        connectUntilHeld(1);
        workUntil(() -> !master.details().lastFailure().isEmpty());
        assertTrue(
                master.details().lastFailure().contains("handshake timed out"),
                master.details().lastFailure());
        release.countDown();
        workUntil(() -> !slave.details().lastFailure().isEmpty());
        assertFalse(slave.isConnected());
    }
}
