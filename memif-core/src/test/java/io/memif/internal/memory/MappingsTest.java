package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.LeakCheck;
import io.memif.testing.ProcessTables;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is mapped is counted, limited, and given back when nobody can reach it. */
@Timeout(60)
class MappingsTest {
    private static final int PAGE = 4096;
    private static final int LENGTH = 4 * PAGE;

    /** A system call that fails, and with what. */
    private record Failure(SystemCall call, int errno) {}

    private final AtomicReference<Failure> failing = new AtomicReference<>();
    private final AtomicInteger replaced = new AtomicInteger();
    private final Posix posix =
            Posix.open(
                    call -> {
                        if (call == SystemCall.REPLACE_PAGES) {
                            replaced.incrementAndGet();
                        }
                        Failure failure = failing.get();
                        return failure != null && failure.call == call ? -failure.errno : 0;
                    });
    private static final MappingLimits LIMITS =
            new MappingLimits(1 << 20, 8, 1 << 20, 8, 8 * LENGTH, 8 * LENGTH, 12, 4 * LENGTH);

    private final Mappings mappings = new Mappings();

    private OwnedFd file(long size) {
        FileCalls files = posix.files();
        int raw = files.memfdCreate("memif mappings test", FileCalls.MFD_ALLOW_SEALING);
        assertEquals(0, files.ftruncate(raw, size));
        return OwnedFd.adopt(posix, raw, "file");
    }

    private Region announced(OwnedFd file, long size) {
        Region region = Region.announced(0, file, size).countedIn(mappings);
        region.check();
        return region;
    }

    private Region map() {
        Region region = announced(file(LENGTH), LENGTH);
        try {
            region.mapAnnounced(LIMITS);
            return region;
        } catch (UnixException e) {
            region.close();
            throw e;
        }
    }

    private void expect(int count, int waiting) {
        assertEquals(count, mappings.count());
        assertEquals((long) count * LENGTH, mappings.bytes());
        assertEquals(waiting, mappings.waitingCount());
        assertEquals((long) waiting * LENGTH, mappings.waitingBytes());
    }

    private void awaitWaiting(int count) throws InterruptedException {
        Await.collected("mappings go", () -> mappings.waitingCount() <= count);
        assertEquals(count, mappings.waitingCount());
    }

    @Test
    void addressesWaitForTheLastBufferOverThem() throws InterruptedException {
        Region region = map();
        expect(1, 0);
        ByteBuffer[] kept = {region.windows().get(0).slice(PAGE, 8).duplicate()};
        region.close();
        expect(0, 1);
        LeakCheck.collectGarbage();
        LeakCheck.collectGarbage();
        expect(0, 1);
        assertEquals(0, kept[0].getLong(0));
        kept[0] = null;
        awaitWaiting(0);
        expect(0, 0);
    }

    @Test
    void whenTheKernelRefusesTheReplacementTheFileStaysUntilNobodyUsesIt() throws Exception {
        int before = ProcessTables.sharedMappings().size();
        Region region = map();
        ByteBuffer[] kept = {region.windows().get(0)};
        kept[0].putLong(0, 42);
        failing.set(new Failure(SystemCall.REPLACE_PAGES, Errno.ENOMEM));
        region.close();
        expect(0, 1);
        assertEquals(42, kept[0].getLong(0));
        assertEquals(before + 1, ProcessTables.sharedMappings().size());
        kept[0] = null;
        awaitWaiting(0);
        assertEquals(before, ProcessTables.sharedMappings().size());
    }

    @Test
    void neighboursThatEndTogetherAreReplacedByOneCallAndReadZeros() {
        List<RegionTable> tables = tablesOfOneRegionEach();
        List<ByteBuffer> kept = tables.stream().map(table -> table.window(0)).toList();
        int runs = runsOfNeighbours();
        assertTrue(runs < tables.size(), "the kernel maps regions side by side");
        RegionTable.closeAll(tables);
        assertEquals(runs, replaced.get());
        kept.forEach(buffer -> assertEquals(0, buffer.getLong(PAGE)));
        assertEquals(List.of(), ourMappings());
        expect(0, tables.size());
        Reference.reachabilityFence(kept);
    }

    @Test
    void refusedNeighboursAreReplacedOneByOne() throws InterruptedException {
        List<RegionTable> tables = tablesOfOneRegionEach();
        List<ByteBuffer> kept = new ArrayList<>();
        tables.forEach(table -> kept.add(table.window(0)));
        failing.set(new Failure(SystemCall.REPLACE_PAGES, Errno.ENOMEM));
        RegionTable.closeAll(tables);
        assertTrue(replaced.get() > tables.size(), "together, then each: " + replaced);
        kept.forEach(buffer -> assertEquals(42, buffer.getLong(PAGE), "they stay as they were"));
        expect(0, tables.size());
        kept.clear();
        tables.clear();
        awaitWaiting(0);
    }

    private List<RegionTable> tablesOfOneRegionEach() {
        List<RegionTable> tables = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Region region = map();
            tables.add(RegionTable.of(region));
            region.windows().get(0).putLong(PAGE, 42);
            region.close();
        }
        return tables;
    }

    private static List<String> ourMappings() {
        return ProcessTables.sharedMappings().stream()
                .filter(line -> line.contains("memif mappings test"))
                .toList();
    }

    private static int runsOfNeighbours() {
        int runs = 0;
        String last = "";
        for (String line : ourMappings()) {
            String[] range = line.split(" ")[0].split("-");
            runs += range[0].equals(last) ? 0 : 1;
            last = range[1];
        }
        return runs;
    }

    @Test
    void removalThatFailsIsTriedAgain() throws InterruptedException {
        map().close();
        failing.set(new Failure(SystemCall.MUNMAP, Errno.ENOMEM));
        for (int i = 0; i < 3; i++) {
            LeakCheck.collectGarbage();
            expect(0, 1);
        }
        failing.set(null);
        awaitWaiting(0);
    }

    @Test
    void processHasALimitOfBytes() {
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            regions.add(map());
        }
        UnixException e = assertThrows(UnixException.class, this::map);
        assertTrue(
                e.getMessage()
                        .startsWith(
                                "cannot map 16384 bytes of region 0: this process has 8 mappings of"
                                        + " 131072 bytes"),
                e.getMessage());
        regions.remove(0).close();
        map().close();
        regions.forEach(Region::close);
        assertEquals(0, mappings.count());
        assertEquals(0, mappings.bytes());
    }

    @Test
    void whatWaitsHasALimitAndIsNamed() throws InterruptedException {
        List<ByteBuffer> kept = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Region region = map();
            kept.add(region.windows().get(0));
            region.close();
        }
        UnixException e = assertThrows(UnixException.class, this::map);
        assertTrue(
                e.getMessage().contains("5 mappings of 81920 bytes that ended but whose buffers"),
                e.getMessage());
        assertTrue(
                e.getMessage()
                        .endsWith(
                                "or wait for the next garbage collection; the limit is 65536 bytes"
                                        + " that wait (maxWaitingBytes)"),
                e.getMessage());
        assertFalse(kept.isEmpty());
        kept.clear();
        awaitWaiting(0);
        map().close();
    }

    @Test
    void usualLimitsAreFarFromWhatHonestPeersNeed() {
        MappingLimits limits = MappingLimits.OF_MACHINE;
        assertTrue(limits.maxMappings() >= 1 << 14, limits.toString());
        assertTrue(new AvailableMemory().spare(0, 0) >= 1 << 28, "or this machine is very small");
    }

    private String refusal(List<Region> regions, MappingLimits limits) {
        String message =
                assertThrows(UnixException.class, () -> mappings.admit(regions, limits))
                        .getMessage();
        assertEquals(0, mappings.count());
        return message;
    }

    @Test
    void linkHasLimits() {
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            regions.add(announced(file(1 << 20), i == 0 ? 1 << 20 : 1));
        }
        assertEquals(
                "a link with 9 regions; the limit is 8 (maxLinkRegions)", refusal(regions, LIMITS));
        assertEquals(
                "a link that takes 9 mappings; the limit is 8 (maxLinkMappings)",
                refusal(regions, new MappingLimits(1 << 20, 9, 1 << 20, 8, 0, 1, 1, 1)));
        assertEquals(
                "a link that maps 1048584 bytes; the limit is 1048576 (maxLinkBytes)",
                refusal(regions, new MappingLimits(1 << 20, 9, 1 << 20, 9, 0, 1, 1, 1)));
        assertEquals(
                "a region of 1048576 bytes; the limit is 1048575 (maxRegionBytes)",
                refusal(regions, new MappingLimits((1 << 20) - 1, 9, 1 << 21, 9, 0, 1, 1, 1)));
        assertEquals(0, mappings.peerMemory());
        regions.forEach(Region::close);
    }

    /** What reads of an empty file allocate is charged to us. */
    @Test
    void memoryThatPeersCanMakeUsAllocateHasALimitAndComesBack() {
        Region first = announced(file(6 * LENGTH), 6 * LENGTH);
        mappings.admit(List.of(first), LIMITS);
        assertEquals(6 * LENGTH, mappings.peerMemory());
        Region second = announced(file(3 * LENGTH), 3 * LENGTH);
        assertEquals(
                "regions on ordinary pages of 49152 bytes, in addition to 98304 of other links; the limit"
                        + " is 131072 together (maxPeerMemory)",
                refusal(List.of(second), LIMITS));
        second.close();
        assertEquals(6 * LENGTH, mappings.peerMemory());
        first.close();
        assertEquals(0, mappings.peerMemory());
    }

    @Test
    void fileOfManyRegionsIsPaidOnce() {
        OwnedFd file = file(8 * LENGTH);
        List<Region> regions = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            regions.add(announced(file.duplicate(), i * LENGTH));
        }
        mappings.admit(regions, LIMITS);
        assertEquals(8 * LENGTH, mappings.peerMemory());
        regions.remove(7).close();
        assertEquals(8 * LENGTH, mappings.peerMemory());
        regions.forEach(Region::close);
        assertEquals(0, mappings.peerMemory());
        file.close();
    }
}
