package io.memif.examples.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.CommandFailure;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A made-up /proc: who shares what, and who is which. 1 s. */
class LinkFinderTest {
    private static final int LENGTH = MadeUpRing.length(6, 64);

    @TempDir Path directory;

    private Path proc;
    private Path rings;
    private LinkFinder finder;

    @BeforeEach
    void makeMachine() throws IOException {
        proc = Files.createDirectory(directory.resolve("proc"));
        rings = directory.resolve("rings");
        MappedByteBuffer memory = MadeUpRing.file(rings, 2 * LENGTH + 128 * MadeUpRing.BUFFER);
        new MadeUpRing(memory, 0, 6, 64, 2 * LENGTH).cookie();
        new MadeUpRing(memory, LENGTH, 6, 64, 2 * LENGTH).cookie().post();
        finder = new LinkFinder(new Processes(proc, List.of(directory + "/")));
    }

    private void process(int pid, String name, int uid, Path... mapped) throws IOException {
        Path own = Files.createDirectories(proc.resolve(pid + "/fd"));
        Files.createDirectory(own.resolveSibling("net"));
        Files.writeString(own.resolveSibling("comm"), name + "\n");
        String status = "Name:\tx\nUid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid + "\n";
        Files.writeString(own.resolveSibling("status"), status);
        StringBuilder maps = new StringBuilder("55d0-55d1 r-xp 00000000 08:01 17 /usr/bin/x\n");
        for (Path file : mapped) {
            FileId id = FileId.Status.of(file).id();
            maps.append(
                    String.format(
                            Locale.ROOT,
                            "7f00-7f01 rw-s 00000000 %02x:%02x %d    %s%n",
                            id.major(),
                            id.minor(),
                            id.inode(),
                            file));
        }
        Files.writeString(own.resolveSibling("maps"), maps);
    }

    private void descriptor(int pid, int number, Path target) throws IOException {
        Files.createSymbolicLink(proc.resolve(pid + "/fd/" + number), target);
    }

    private void sockets(int pid, String... lines) throws IOException {
        Files.write(
                proc.resolve(pid + "/net/unix"),
                (" Num  RefCount Protocol Flags Type St Inode Path\n" + String.join("\n", lines))
                        .getBytes());
    }

    /** The master has closed its descriptor, as ours does: the slave's opens the file. */
    @Test
    void twoProcesses() throws IOException {
        process(7, "vpp_main", 0, rings);
        process(9, "other", 0, rings);
        process(11, "third", 0);
        descriptor(7, 20, rings);
        descriptor(9, 3, Path.of("socket:[501]"));
        descriptor(7, 3, Path.of("socket:[502]"));
        String[] all = {
            "0: 00000002 00000000 00010000 0005 01 500 /run/m.sock",
            "0: 00000003 00000000 00000000 0005 03 501 /run/m.sock",
            "0: 00000003 00000000 00000000 0005 03 502"
        };
        sockets(7, all);
        sockets(9, all);
        List<LiveLink> links = finder.all().links();
        assertEquals(1, links.size());
        LiveLink link = links.get(0);
        Ends ends = link.ends();
        assertEquals(List.of(7, 9), ends.owners().stream().map(Owner::pid).toList());
        assertEquals("vpp_main 7", ends.sender(Direction.S2M));
        assertEquals("other 9", ends.receiver(Direction.S2M));
        assertEquals("/run/m.sock", ends.socket());
        assertEquals(List.of("s2m0", "m2s0"), link.rings().stream().map(LiveRing::name).toList());
        assertEquals(MadeUpRing.BUFFER, link.bufferSize());
        assertEquals(link.id(), finder.of(9).get(0).id());
        String none = assertThrows(CommandFailure.class, () -> finder.of(11)).getMessage();
        assertTrue(none.contains("third 11 has no memif link"), none);
        assertThrows(CommandFailure.class, () -> finder.of(12));
        assertTrue(finder.stands(link));
        Files.writeString(proc.resolve("9/maps"), "");
        assertTrue(!finder.stands(link));
    }

    @Test
    void theOwnerOfTheMemoryIsTheSlave() throws IOException {
        int mine = FileId.Status.of(rings).uid();
        process(7, "a", mine + 1, rings);
        process(9, "b", mine, rings);
        descriptor(7, 20, rings);
        Ends ends = finder.all().links().get(0).ends();
        assertEquals("slave", ends.role(ends.owners().get(1)));
        assertEquals("a 7 (master) and b 9 (slave)", ends.toString());
    }

    @Test
    void nothingTellsTheRoles() throws IOException {
        process(7, "a", 5, rings);
        process(9, "b", 5, rings);
        descriptor(9, 20, rings);
        Ends ends = finder.all().links().get(0).ends();
        assertEquals("unknown", ends.role(ends.owners().get(0)));
        assertEquals("the slave", ends.sender(Direction.S2M));
        assertEquals("a 7 and b 9", ends.toString());
    }

    /** Both have accepted connections of others; VPP did not make a file of that name. */
    @Test
    void vppNamesItsFiles() throws IOException {
        process(7, "a", 5, rings);
        process(9, "vpp_main", 5, rings);
        descriptor(9, 20, rings);
        Ends ends = finder.all().links().get(0).ends();
        assertEquals("a 7 (slave) and vpp_main 9 (master)", ends.toString());
    }

    /** Files without rings are no links, and regions only where both have them. */
    @Test
    void regions() throws IOException {
        Path pool = directory.resolve("pool");
        Path other = directory.resolve("other");
        MadeUpRing.file(pool, 1 << 20);
        MappedByteBuffer memory = MadeUpRing.file(other, 1 << 20);
        memory.put(0, (byte) 1);
        MappedByteBuffer ofRings = MadeUpRing.file(rings, 2L * LENGTH);
        new MadeUpRing(ofRings, 0, 6, 64, 0).descriptor(0, 0, 1, 60, 5000);
        process(7, "a", 5, rings, pool, other);
        process(9, "b", 5, rings, pool);
        descriptor(7, 20, rings);
        descriptor(7, 21, pool);
        descriptor(7, 22, other);
        LiveLink link = finder.all().links().get(0);
        assertEquals(1, finder.all().links().size());
        List<LiveLink.Region> regions = link.describeRegions();
        assertEquals(pool.toString(), regions.get(1).file(), regions::toString);
        assertEquals(1 << 20, regions.get(1).size());
    }
}
