package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.unix.UnixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Too much is refused before any of it is taken: past the limit the kernel kills. */
@Timeout(60)
class AvailableMemoryTest {
    private static final long KIB = 1024;

    @TempDir Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String refusal(long size) {
        UnixException e =
                assertThrows(
                        UnixException.class, () -> new AvailableMemory(root).require("r", size));
        return e.getMessage();
    }

    @Test
    void whatTheMachineHasIsNotExceeded() throws IOException {
        write("proc/meminfo", "MemTotal: 999999 kB\nMemAvailable:   32000 kB\nSwapFree: 0 kB\n");
        AvailableMemory memory = new AvailableMemory(root);
        memory.require("r", 31_000 * KIB);
        String text = refusal(31_000 * KIB + 1);
        assertTrue(text.startsWith("region r needs 31744001 bytes, but only 32768000"), text);
        assertTrue(text.contains("MemAvailable"), text);
    }

    @Test
    void everyGroupAboveCountsAndCachedFilesDoNot() throws IOException {
        write("proc/meminfo", "MemAvailable: 99999999 kB\n");
        write("proc/self/cgroup", "4:memory:/old\n0::/outer/inner\n");
        write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        write("sys/fs/cgroup/outer/memory.max", "3200000\n");
        write("sys/fs/cgroup/outer/memory.current", "1500000\n");
        write("sys/fs/cgroup/outer/memory.stat", "anon 1\nactive_file 500000\nfile 7\n");
        AvailableMemory memory = new AvailableMemory(root);
        memory.require("r", 2_131_250);
        assertTrue(refusal(2_131_251).contains("only 2200000 are left in this process's cgroup"));
        write("sys/fs/cgroup/outer/memory.stat", "inactive_file 9900000\n");
        memory.require("r", 3_100_000);
        assertTrue(refusal(3_100_001).contains("memory.max"));
    }

    @Test
    void groupsOfTheFirstVersionCountToo() throws IOException {
        write("proc/meminfo", "MemAvailable: 99999999 kB\n");
        write("proc/self/cgroup", "9:cpu:/a\n4:hugetlb,memory:/outer/inner\n0::/\n");
        String group = "sys/fs/cgroup/memory/outer/";
        write(group + "inner/memory.limit_in_bytes", "9223372036854771712\n");
        write(group + "memory.limit_in_bytes", "3200000\n");
        write(group + "memory.usage_in_bytes", "1500000\n");
        write(group + "memory.stat", "inactive_file 1\ntotal_inactive_file 500000\n");
        AvailableMemory memory = new AvailableMemory(root);
        memory.require("r", 2_131_250);
        assertTrue(
                refusal(2_131_251)
                        .contains("only 2200000 are left in this process's cgroup (memory.limit"));
        assertEquals(2_200_000 - 800_000, memory.spare(Long.MAX_VALUE, 0));
    }

    /** A container sees its own group at the top, under whatever name it has outside. */
    @Test
    void groupsThatAreNotToBeSeenAreLookedForAtTheTop() throws IOException {
        write("proc/self/cgroup", "4:memory:/docker/0123\n0::/docker/0123\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4000\n");
        assertEquals(3000, new AvailableMemory(root).spare(0, 0));
        write("sys/fs/cgroup/memory.max", "2000\n");
        assertEquals(1500, new AvailableMemory(root).spare(0, 0));
    }

    @Test
    void aQuarterIsNeverSpared() throws IOException {
        write("proc/meminfo", "MemTotal: 4000 kB\nMemAvailable: 3000 kB\n");
        assertEquals(2000 * KIB, new AvailableMemory(root).spare(0, 0));
        write("proc/meminfo", "MemTotal: 4000 kB\nMemAvailable: 900 kB\n");
        assertEquals(0, new AvailableMemory(root).spare(0, 0));
    }

    @Test
    void whatCannotBeReadLimitsNothing() throws IOException {
        new AvailableMemory(root).require("r", Long.MAX_VALUE);
        write("proc/meminfo", "nonsense\nMemAvailable:\n");
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "what\n");
        new AvailableMemory(root).require("r", Long.MAX_VALUE);
    }

    @Test
    void fileIsRefusedBeforeTheFirstCall() {
        List<SystemCall> calls = new ArrayList<>();
        Posix posix =
                Posix.open(
                        call -> {
                            calls.add(call);
                            return 0;
                        });
        assertFalse(calls.contains(SystemCall.MEMFD_CREATE));
        UnixException e =
                assertThrows(
                        UnixException.class,
                        () -> Region.create(posix, "memif-a", 1L << 50, Pages.ORDINARY));
        assertTrue(e.getMessage().startsWith("region memif-a needs " + (1L << 50)));
        assertTrue(e.getMessage().contains("use fewer or smaller rings and buffers"));
        assertEquals(List.of(), calls);
    }

    @Test
    void smallRequestsOfABurstAreGrantedByOneLook() throws IOException {
        write("proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 32000 kB\n");
        AvailableMemory memory = new AvailableMemory(root);
        memory.require("r", 400 * KIB);
        write("proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 1 kB\n");
        memory.require("r", 600 * KIB);
        assertThrows(UnixException.class, () -> memory.require("r", KIB), "1/32 is used up");
    }

    /** A peer may keep a file that was charged to us, and come back with another. */
    @Test
    void whatAPeerGivesBackStillCounts() throws IOException {
        write("proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 32000 kB\n");
        AvailableMemory memory = new AvailableMemory(root);
        assertEquals(32_000 * KIB, memory.spare(600 * KIB, 600 * KIB));
        write("proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 20000 kB\n");
        assertEquals(32_000 * KIB, memory.spare(400 * KIB, 400 * KIB));
        assertEquals(20_000 * KIB, memory.spare(400 * KIB, 400 * KIB));
        assertEquals(20_000 * KIB, memory.spare(100 * KIB, 100 * KIB));
        write("proc/meminfo", "MemTotal: 0 kB\nMemAvailable: 10000 kB\n");
        assertEquals(10_000 * KIB, memory.spare(20_001 * KIB, 0), "none is refused unseen");
    }
}
