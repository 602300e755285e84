package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.FaultySockets;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.LinkEvents;
import io.memif.testing.TestPackets;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A kernel that commits memory in advance (vm.overcommit_memory=2) and has none left. Its errors
 * are injected, because the setting applies to the whole machine.
 */
@Timeout(60)
class OvercommitTest {
    private static final String ENOMEM = "Cannot allocate memory (ENOMEM)";

    @TempDir Path directory;

    private final LinkEvents events = new LinkEvents();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private volatile SystemCall refused;

    private MemifSocket ours() {
        return FaultySockets.open(
                config(errors::add), TestPosix.open(call -> call == refused ? -Errno.ENOMEM : 0));
    }

    /** They refuse, or are refused, until all is well. */
    private MemifSocket peers() {
        return MemifSocket.open(config(error -> {}));
    }

    private SocketConfig config(Consumer<Throwable> errorHandler) {
        return SocketConfig.builder()
                .address(directory.resolve("s").toString())
                .errorHandler(errorHandler)
                .build();
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .ringSize(16)
                .bufferSize(256)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    @ParameterizedTest
    @CsvSource({"SLAVE,FALLOCATE", "SLAVE,MMAP", "MASTER,MMAP"})
    void linkThatCannotBeMadeSaysWhyAndComesUpLater(Role role, SystemCall call) throws Exception {
        refused = call;
        Role other = role == Role.SLAVE ? Role.MASTER : Role.SLAVE;
        try (MemifSocket ours = ours();
                MemifSocket peers = peers();
                MemifInterface here = ours.addInterface(config(role).listener(events).build());
                MemifInterface there = peers.addInterface(config(other).build())) {
            String event = events.next();
            while (event.startsWith("failed: NOBODY_LISTENS")) {
                event = events.next();
            }
            assertTrue(event.startsWith("failed: MEMORY "), event);
            assertTrue(event.contains(ENOMEM), event);
            refused = null;
            TestPackets.connect(there, here);
            TestPackets.exchange(there, here, 100);
            assertEquals(0, errors.size(), errors::toString);
        }
    }

    /** The files stay until nobody can reach them, and that is all. */
    @Test
    void linkWhosePagesCannotBeReplacedEndsWithItsReason() throws Exception {
        try (MemifSocket ours = ours();
                MemifSocket peers = peers();
                MemifInterface there = peers.addInterface(config(Role.MASTER).build());
                MemifInterface here =
                        ours.addInterface(config(Role.SLAVE).listener(events).build())) {
            TestPackets.connect(there, here);
            assertEquals("up", events.next());
            refused = SystemCall.REPLACE_PAGES;
            there.setAdminUp(false);
            assertEquals("down: peer disconnected: interface administratively down", events.next());
            Await.soon("it waits", () -> ours.details().memory().waitingMappings() > 0);
            refused = null;
            there.setAdminUp(true);
            TestPackets.connect(there, here);
            TestPackets.exchange(there, here, 100);
            assertEquals(0, errors.size(), errors::toString);
        }
    }
}
