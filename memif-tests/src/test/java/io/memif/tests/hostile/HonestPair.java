package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two interfaces that follow every rule, on a socket of their own that others share a reactor with.
 */
final class HonestPair {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ID = 4711;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private HonestPair() {}

    /** Connects on the reactor's control thread, and closes; returns how long connecting took. */
    static long connectNs(MemifReactor reactor) throws InterruptedException {
        String address =
                "@memif-honest-" + ProcessHandle.current().pid() + "-" + NUMBERS.getAndIncrement();
        SocketConfig config = SocketConfig.builder().address(address).reactor(reactor).build();
        long start = System.nanoTime();
        try (MemifSocket master = MemifSocket.open(config);
                MemifSocket slave = MemifSocket.open(config)) {
            MemifInterface there = master.addInterface(config(Role.MASTER));
            MemifInterface here = slave.addInterface(config(Role.SLAVE));
            assertTrue(here.awaitConnected(LIMIT), "an honest slave connects");
            assertTrue(there.awaitConnected(LIMIT), "an honest master connects");
            return System.nanoTime() - start;
        }
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(ID)
                .ringSize(16)
                .bufferSize(256)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                .build();
    }
}
