package io.memif;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPackets;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slave whose master has a full queue of connections, as it has while others flood it. */
class BusyMasterTest {
    /** Doubling pauses would take weeks. */
    private static final int FULL = 30;

    @TempDir Path directory;

    private final AtomicInteger attempts = new AtomicInteger();

    private int intercept(SystemCall call) {
        return call == SystemCall.CONNECT && attempts.incrementAndGet() <= FULL ? -Errno.EAGAIN : 0;
    }

    private SocketConfig socket() {
        return SocketConfig.builder().address(directory.resolve("s").toString()).build();
    }

    @Test
    void aSlaveComesAgainSoon() throws Exception {
        InterfaceConfig slave =
                InterfaceConfig.builder()
                        .reconnectInterval(Duration.ofMillis(1), Duration.ofDays(100))
                        .build();
        try (MemifSocket masters = MemifSocket.open(socket(), TestPosix.open());
                MemifSocket slaves = MemifSocket.open(socket(), TestPosix.open(this::intercept))) {
            MemifInterface master =
                    masters.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            TestPackets.connect(master, slaves.addInterface(slave));
            assertTrue(attempts.get() > FULL, () -> attempts + " attempts");
        }
    }
}
