package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A handshake's clock runs while the peer owes a message, and not while our own helper works. The
 * clock is the test's, which also holds the helper inside a call.
 */
@Timeout(60)
class HandshakeClockTest {
    @TempDir Path directory;

    private final AtomicInteger mapped = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private int heldMapping;
    private DrivenReactor driven;
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

    @BeforeEach
    void open() {
        driven = new DrivenReactor(directory, TestPosix.open(this::holdOneMapping), 0);
    }

    @AfterEach
    void close() {
        release.countDown();
        driven.close();
    }

    /** The slave's mapping is the first, the master's the second. */
    private void connectUntilHeld(int mapping) {
        heldMapping = mapping;
        master = driven.socket().addInterface(config(Role.MASTER, Duration.ofSeconds(5)));
        slave = driven.socket().addInterface(config(Role.SLAVE, Duration.ofHours(1)));
        driven.workUntil(() -> mapped.get() == mapping);
        driven.now += TimeUnit.MINUTES.toNanos(1);
        for (int turn = 0; turn < 10; turn++) {
            driven.work();
        }
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

    @Test
    void ourOwnHelperMayTakeItsTime() {
        connectUntilHeld(2);
        assertEquals("", master.details().lastFailure());
        release.countDown();
        driven.workUntil(() -> master.isConnected() && slave.isConnected());
    }

    @Test
    void aPeerThatOwesAMessageMayNot() {
        connectUntilHeld(1);
        driven.workUntil(() -> !master.details().lastFailure().isEmpty());
        assertTrue(
                master.details().lastFailure().contains("handshake timed out"),
                master.details().lastFailure());
        release.countDown();
        driven.workUntil(() -> !slave.details().lastFailure().isEmpty());
        assertFalse(slave.isConnected());
    }
}
