package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.memory.Mappings;
import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPackets;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Links come and go in one process: descriptors, mappings, threads and heap are at the end what
 * they were after the first hundred. The mappings of a closed link are gone at once, and no
 * collection is ever asked for. (Addresses that still wait for one are counted in {@link
 * Mappings}.)
 *
 * <p>500 reconnects of each kind in every build, 10,000 with {@code -Dmemif.long=true}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ReconnectTest {
    private static final long SOON_NS = TestPackets.SOON;
    private static final int WARM = 100;

    /** Mappings of one link in this process: one region, at both ends. */
    private static final int MAPPINGS_A_LINK = 2;

    /** What a link may leave on the heap, on average: less than any object that belongs to it. */
    private static final int BYTES_A_LINK = 8;

    /**
     * What the JVM itself adds once, whatever the number of links: code for method handles, say.
     */
    private static final long HEAP_NOISE = 512 << 10;

    @TempDir Path directory;

    private MemifInterface slave;

    /** How a link is ended and made again. */
    private enum Way {
        SLAVE_DOWN,
        MASTER_DOWN,
        SLAVE_DELETED
    }

    /** What must not grow. */
    private record Size(HeldResources held, int threads, long heap) {
        /** With one link up, and what was left by those before it collected. */
        static Size now() throws InterruptedException {
            new HeldResources(Integer.MAX_VALUE, MAPPINGS_A_LINK).awaitBack("one link");
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                System.gc();
                least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
            }
            return new Size(HeldResources.now(), threadsButHelpers(), least);
        }

        /** Without the helpers, which are at most five and come and go with their work. */
        private static int threadsButHelpers() {
            return (int)
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> !thread.getName().endsWith(" helper"))
                            .count();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingGrows(Way way) throws Exception {
        int rounds = Math.max(WARM + 1, Effort.of(500, 10_000));
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
        try (MemifSocket socket = MemifSocket.open(config);
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build())) {
            slave = socket.addInterface(InterfaceConfig.builder().build());
            for (int i = 0; i < WARM; i++) {
                again(way, socket, master);
            }
            used(master);
            Size before = Size.now();
            int asked;
            try (ExplicitGcCounter counter = new ExplicitGcCounter()) {
                for (int i = WARM; i < rounds; i++) {
                    again(way, socket, master);
                }
                asked = counter.count();
            }
            used(master);
            expect(before, rounds - WARM, asked);
        }
    }

    private static void expect(Size before, int links, int collectionsAskedFor) throws Exception {
        Size after = Size.now();
        System.out.println(
                "ReconnectTest: "
                        + links
                        + " links, collections asked for: "
                        + collectionsAskedFor
                        + ", before "
                        + before
                        + ", after "
                        + after);
        assertEquals(before.held, after.held);
        // Helpers that close come as they are needed, up to four.
        assertTrue(after.threads < before.threads + 4, () -> Thread.getAllStackTraces().toString());
        long grown = after.heap - before.heap;
        assertTrue(grown < HEAP_NOISE + (long) links * BYTES_A_LINK, "heap grew by " + grown);
        assertEquals(0, collectionsAskedFor, "collections asked for");
        assertEquals(MAPPINGS_A_LINK, Mappings.OF_PROCESS.count());
        assertTrue(
                Await.until(SOON_NS, ReconnectTest::onlyFewWait),
                () -> "addresses that wait: " + Mappings.OF_PROCESS.waitingCount());
    }

    /** Those of the last link, which the queues' positions may still reach. */
    private static boolean onlyFewWait() {
        System.gc();
        return Mappings.OF_PROCESS.waitingCount() <= MAPPINGS_A_LINK;
    }

    private void used(MemifInterface master) throws InterruptedException {
        TestPackets.connect(master, slave);
        TestPackets.exchange(master, slave, 60);
    }

    private void again(Way way, MemifSocket socket, MemifInterface master) throws Exception {
        used(master);
        switch (way) {
            case SLAVE_DOWN -> slave.setAdminUp(false);
            case MASTER_DOWN -> master.setAdminUp(false);
            case SLAVE_DELETED -> slave.close();
            default -> throw new AssertionError(way);
        }
        assertTrue(Await.until(SOON_NS, () -> !master.isConnected() && !slave.isConnected()));
        // Gone is not quite down: the memory goes after the handles, in the same turn.
        assertTrue(
                Await.until(SOON_NS, () -> ProcessTables.sharedMappings().isEmpty()),
                () -> ProcessTables.sharedMappings().toString());
        switch (way) {
            case SLAVE_DOWN -> slave.setAdminUp(true);
            case MASTER_DOWN -> {
                // The slave may have been refused meanwhile and wait before it tries again.
                slave.setAdminUp(false);
                master.setAdminUp(true);
                slave.setAdminUp(true);
            }
            case SLAVE_DELETED -> slave = socket.addInterface(InterfaceConfig.builder().build());
            default -> throw new AssertionError(way);
        }
    }
}
