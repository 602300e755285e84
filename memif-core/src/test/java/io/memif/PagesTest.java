package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.testing.Hugepages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hugepages and prefaulted memory, and what is said where there are none. */
@Timeout(60)
class PagesTest {
    @TempDir Path directory;

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(directory.resolve("s").toString()).build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder().role(role).reconnect(false);
    }

    @Test
    void noHugepagesIsSaidWithWhatToDo() throws IOException {
        // More than any machine has; what is free may be reserved by others.
        long size = (Hugepages.count() + 1_000_000L) << 21;
        MemifException e =
                assertThrows(
                        MemifException.class,
                        () -> MemifRegion.builder().name("r").hugepages(true).create(size));
        assertEquals(MemifException.Code.MEMORY, e.code());
        assertTrue(
                e.getMessage()
                        .contains("region r of " + size + " bytes on hugepages: fallocate: No "),
                e.getMessage());
        assertTrue(e.getMessage().contains("vm.nr_hugepages"), e.getMessage());
    }

    @Test
    void slaveWithoutHugepagesFailsWithTheSameWords() throws IOException {
        assumeTrue(Hugepages.count() == 0, "this machine has hugepages");
        try (MemifSocket socket = socket();
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(config(Role.SLAVE).hugepages(true).build())) {
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> slave.awaitConnected(Duration.ofNanos(SOON)));
            assertEquals(MemifException.Code.MEMORY, e.code());
            assertTrue(e.getMessage().contains("vm.nr_hugepages"), e.getMessage());
            assertTrue(!master.isConnected());
        }
    }

    @Test
    void linkAndRegionWorkOnHugepages() throws Exception {
        try (Hugepages pages = Hugepages.reserve(8)) {
            assumeTrue(pages != null, "hugepages cannot be reserved here: not tested");
            try (MemifRegion region =
                            MemifRegion.builder().hugepages(true).prefault(true).create(3 << 20);
                    MemifSocket socket = socket();
                    MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                    MemifInterface slave =
                            socket.addInterface(
                                    config(Role.SLAVE)
                                            .ringSize(256)
                                            .hugepages(true)
                                            .prefault(true)
                                            .region(region)
                                            .build())) {
                assertEquals(4 << 20, region.size(), "rounded up to whole pages");
                connect(slave, master);
                for (RegionDetails seen : master.details().link().regions()) {
                    assertEquals(2 << 20, seen.pageSize());
                    assertEquals(0, seen.size() % seen.pageSize());
                    assertTrue(seen.sealed());
                }
                exchange(master, slave, 1500);
                byte[] packet = pattern(1, 900);
                region.buffer().put((4 << 20) - 900, packet);
                slave.txQueue(0).transmit(region, (4 << 20) - 900, 900);
                slave.txQueue(0).flush();
                assertArrayEquals(packet, receive(master.rxQueue(0)));
            }
        }
    }

    /** Kilobytes of the mappings of a name that are in place, by the kernel's own account. */
    private static long resident(String name) throws IOException {
        long sum = 0;
        boolean mine = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                mine = line.contains(name);
            } else if (mine && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return sum;
    }

    @Test
    void prefaultedMemoryIsInPlaceAtOnce() throws Exception {
        try (MemifRegion touched =
                        MemifRegion.builder().name("eager").prefault(true).create(1 << 22);
                MemifRegion left = MemifRegion.builder().name("lazy").create(1 << 22)) {
            assertEquals(1 << 12, resident("eager"), "kilobytes of " + touched);
            assertTrue(resident("lazy") < 1 << 10, "kilobytes of " + left);
        }
        for (boolean prefault : new boolean[] {true, false}) {
            String name = prefault ? "busy" : "calm";
            try (MemifSocket socket = socket();
                    MemifInterface master =
                            socket.addInterface(config(Role.MASTER).name("m").build());
                    MemifInterface slave =
                            socket.addInterface(
                                    config(Role.SLAVE).name(name).prefault(prefault).build())) {
                connect(slave, master);
                long size = slave.details().link().regions().get(0).size() / 1024;
                long there = resident(name + " region 0");
                assertTrue(prefault == there >= size, there + " of " + size + " kB");
            }
        }
    }
}
