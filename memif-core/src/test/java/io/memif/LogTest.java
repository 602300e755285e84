package io.memif;

import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator finds in the log: the reason as the message, once for each change. */
@Timeout(60)
class LogTest {
    private static final InterfaceConfig MASTER =
            InterfaceConfig.builder().role(Role.MASTER).ringSize(16).build();

    private static final Logger LOG = Logger.getLogger("io.memif");

    @TempDir Path directory;

    private final List<String> entries = new CopyOnWriteArrayList<>();

    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    entries.add(entry.getLevel() + " " + entry.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
        LOG.setLevel(Level.ALL);
        LOG.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        LOG.removeHandler(handler);
        LOG.setLevel(null);
        LOG.setUseParentHandlers(true);
    }

    private SocketConfig config() {
        return SocketConfig.builder().address(directory.resolve("s").toString()).build();
    }

    private static InterfaceConfig.Builder slave() {
        return InterfaceConfig.builder()
                .ringSize(16)
                .reconnectInterval(Duration.ofMillis(1), Duration.ofMillis(5));
    }

    private void logged(String start) throws InterruptedException {
        Await.soon(
                start + " in " + entries,
                () -> entries.stream().anyMatch(entry -> entry.startsWith(start)));
    }

    @Test
    void whereNobodyListensIsSaidOnceAndNotAtEveryAttempt() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (MemifSocket socket =
                MemifSocket.open(
                        config(),
                        TestPosix.open(
                                call -> {
                                    if (call == SystemCall.CONNECT) {
                                        attempts.incrementAndGet();
                                    }
                                    return 0;
                                }))) {
            socket.addInterface(slave().build());
            Await.soon("attempts", () -> attempts.get() >= 20);
            logged("WARNING slave interface 0 (memif0/0): cannot connect to " + config().address());
        }
        assertEquals(1, entries.size(), entries::toString);
    }

    @Test
    void aLinkComesAndIsClosedQuietlyAndThePeersEndIsAWarning() throws Exception {
        String name = "slave interface 0 (memif0/0) on " + config().address();
        try (MemifSocket a = MemifSocket.open(config());
                MemifSocket b = MemifSocket.open(config())) {
            MemifInterface master = a.addInterface(MASTER);
            MemifInterface slave = b.addInterface(slave().reconnect(false).build());
            connect(master, slave);
            logged("FINE " + name + ": link up with \"io.memif\" (memif0/0)");
            master.close();
            logged("WARNING " + name + ": link down: peer disconnected: interface deleted");
            logged("FINE master" + name.substring(5) + ": link down: interface deleted");
        }
    }

    @Test
    void whoIsRefusedAtEveryAttemptIsSaidOnce() throws Exception {
        try (MemifSocket a = MemifSocket.open(config());
                MemifSocket b = MemifSocket.open(config())) {
            a.addInterface(MASTER);
            b.addInterface(slave().id(7).build());
            String refused = config().address() + ": refused a slave: unknown interface id: 7";
            Await.soon("refusals", () -> a.details().refused() >= 40);
            logged("WARNING " + refused);
            logged("WARNING slave interface 7 (memif0/7) on ");
            assertEquals(2, entries.size(), entries::toString);
        }
    }

    /** A program that has no trouble: both ends, some packets. */
    static final class Calm {
        private Calm() {}

        public static void main(String[] args) throws Exception {
            SocketConfig config = SocketConfig.builder().address(args[0]).build();
            try (MemifSocket socket = MemifSocket.open(config)) {
                MemifInterface master = socket.addInterface(MASTER);
                MemifInterface slave = socket.addInterface(slave().build());
                connect(master, slave);
                exchange(master, slave, 60);
            }
            System.out.println("done");
        }
    }

    /** What takes more than a second on a busy machine is reported as trouble: tried again. */
    @Test
    void standardErrorStaysEmptyWithoutTrouble() throws Exception {
        String said = "";
        for (int attempt = 0; attempt < 3; attempt++) {
            try (ChildProcess child = ChildProcess.java(Calm.class, config().address()).start()) {
                assertEquals(0, child.exitCode(), child::toString);
                assertTrue(child.out().contains("done"), child::toString);
                said = child.err();
            }
            if (!said.contains("a second")) {
                break;
            }
        }
        assertEquals("", said);
    }
}
