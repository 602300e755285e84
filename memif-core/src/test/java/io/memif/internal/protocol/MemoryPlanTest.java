package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A slave's rings and buffers lie in their regions, aligned, and never over each other. */
class MemoryPlanTest {
    private static final int PAGE = 4096;
    private static final int LINE = 64;
    private static final int SLOTS = 1024;

    /** What is planned, and for what. */
    private record Case(
            InterfaceParameters parameters,
            MemoryPlan.Rings rings,
            MemoryPlan.OwnRegions ownRegions) {
        static Case of(
                MemoryPlan.Rings rings,
                int bufferSize,
                int headroom,
                boolean payloadRead,
                int cacheLine) {
            return new Case(
                    new InterfaceParameters(
                            Role.SLAVE,
                            0,
                            Mode.ETHERNET,
                            Secret.NONE,
                            "if",
                            new RingCount(rings.s2m(), 0),
                            new RingCount(rings.m2s(), 0),
                            Protocol.MAX_RINGS,
                            rings.log2Size(),
                            0,
                            cacheLine,
                            bufferSize,
                            headroom,
                            payloadRead),
                    rings,
                    MemoryPlan.OwnRegions.NONE);
        }

        Case with(MemoryPlan.OwnRegions regions) {
            return new Case(parameters, rings, regions);
        }

        MemoryPlan plan() {
            return MemoryPlan.ofSlave(parameters, rings, ownRegions);
        }
    }

    /** Bytes from start to end in a region. */
    private record Extent(int region, long start, long end, String what) {}

    static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        int[] counts = {1, 2, 7, 256};
        int[] sizes = {64, 65, 128, 2048, 9216, 65535};
        for (int log2 : new int[] {0, 1, 10, 14}) {
            for (int size : sizes) {
                for (int rings : counts) {
                    all.add(Case.of(new MemoryPlan.Rings(rings, 3, log2), size, 0, true, 64));
                    all.add(
                            Case.of(
                                    new MemoryPlan.Rings(1, rings, log2),
                                    size,
                                    size - 1,
                                    false,
                                    128));
                }
            }
        }
        all.add(
                Case.of(new MemoryPlan.Rings(2, 3, 10), 2048, 64, true, 64)
                        .with(new MemoryPlan.OwnRegions(List.of(1L, 1L << 30), 1, 4096)));
        return all.stream();
    }

    private static List<Extent> extents(Case of) {
        List<Extent> extents = new ArrayList<>();
        int slots = 1 << of.rings().log2Size();
        InterfaceParameters wanted = of.parameters();
        long ringLength = 2L * of.parameters().cacheLine() + 16L * slots;
        for (int i = 0; i < of.plan().rings().size(); i++) {
            RingPlacement ring = of.plan().rings().get(i);
            assertEquals(0, ring.offset() % 16, "ring header aligned");
            extents.add(
                    new Extent(
                            ring.region(),
                            ring.offset(),
                            ring.offset() + ringLength,
                            ring.ringName()));
            MemoryPlan.Buffers buffers = of.plan().buffers().get(i);
            String what = "buffers of " + ring.ringName();
            if (ring.direction() == Direction.S2M) {
                assertEquals(wanted.bufferSize(), buffers.capacity());
                assertEquals(0, buffers.offset() % PAGE, "a ring's buffers begin on a page");
                long end = buffers.offset() + (slots + 1L) * ((wanted.bufferSize() + 63) / 64 * 64);
                extents.add(new Extent(buffers.region(), buffers.offset(), end, what));
            } else {
                assertEquals(wanted.bufferSize() - wanted.headroom(), buffers.capacity());
                extents.add(posted(buffers, slots, wanted, what));
            }
        }
        return extents;
    }

    private static Extent posted(
            MemoryPlan.Buffers buffers, int slots, InterfaceParameters wanted, String what) {
        int[] offsets = buffers.offsets(slots);
        long before = -1;
        for (int slot = 0; slot < slots; slot++) {
            long start = offsets[slot] - wanted.headroom();
            assertEquals(0, start % LINE, "buffers on cache lines");
            assertTrue(before <= start, "slot " + slot + " overlaps the one before");
            before = start + wanted.bufferSize();
        }
        return new Extent(buffers.region(), offsets[0] - wanted.headroom(), before, what);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingOverlapsAndAllIsInside(Case of) {
        List<MemoryPlan.Region> regions = of.plan().regions();
        int created = regions.size() - of.ownRegions().sizes().size();
        for (int i = 0; i < regions.size(); i++) {
            assertEquals(i, regions.get(i).index());
            assertTrue(regions.get(i).size() > 0);
            assertTrue(i >= created || regions.get(i).size() <= MemoryPlan.LONGEST_MAPPING);
        }
        List<Extent> sorted =
                extents(of).stream()
                        .sorted(
                                (a, b) ->
                                        a.region() != b.region()
                                                ? Integer.compare(a.region(), b.region())
                                                : Long.compare(a.start(), b.start()))
                        .toList();
        for (int i = 0; i < sorted.size(); i++) {
            Extent here = sorted.get(i);
            assertTrue(here.end() <= regions.get(here.region()).size(), here + " in " + regions);
            if (i > 0 && sorted.get(i - 1).region() == here.region()) {
                assertTrue(sorted.get(i - 1).end() <= here.start(), sorted.get(i - 1) + " " + here);
            }
        }
    }

    private static List<Long> sizes(MemoryPlan plan) {
        return plan.regions().stream().map(MemoryPlan.Region::size).toList();
    }

    @Test
    void ringsComeFirstWithoutGapsSlaveToMasterBeforeMasterToSlave() {
        MemoryPlan plan = Case.of(new MemoryPlan.Rings(2, 1, 10), 2048, 0, true, 64).plan();
        int length = 128 + 16 * 1024;
        assertEquals(
                List.of(
                        new RingPlacement(Direction.S2M, 0, 0, 0, 10),
                        new RingPlacement(Direction.S2M, 1, 0, length, 10),
                        new RingPlacement(Direction.M2S, 0, 0, 2 * length, 10)),
                plan.rings());
        long sent = pages(1025 * 2048);
        assertEquals(List.of(pages(3L * length) + 2 * sent + 1024 * 4096), sizes(plan));
    }

    @Test
    void moreThanAMappingHoldsGetsARegionForEachRing() {
        MemoryPlan plan = Case.of(new MemoryPlan.Rings(2, 2, 14), 65_535, 0, false, 64).plan();
        long sent = 65_536L * (16_384 + 1);
        long posted = 69_632L * 16_384;
        long rings = pages(4L * (128 + (16 << 14)));
        assertEquals(List.of(rings, sent, sent, posted, posted), sizes(plan));
        for (int ring = 0; ring < 4; ring++) {
            assertEquals(1 + ring, plan.buffers().get(ring).region());
            assertTrue(plan.buffers().get(ring).offset() < PAGE);
        }
    }

    @Test
    void buffersInALentRegionBeginAtItsOffset() {
        Case of =
                Case.of(new MemoryPlan.Rings(1, 1, 10), 1024, 0, true, 64)
                        .with(new MemoryPlan.OwnRegions(List.of(77L, 1L << 30), 1, 640));
        MemoryPlan plan = of.plan();
        assertEquals(List.of(pages(2L * (128 + 16 * 1024)), 77L, 1L << 30), sizes(plan));
        long sent = pages(1025 * 1024);
        assertEquals(new MemoryPlan.Buffers(2, 640, 1024, 0, 0), plan.buffers().get(0));
        assertEquals(new MemoryPlan.Buffers(2, 640 + sent, 1024, 1024, 0), plan.buffers().get(1));
        assertEquals(sent + 1024 * 1024, MemoryPlan.buffersLength(of.parameters()));
    }

    private static long pages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }

    /** From the start of the ring's buffers on, which is the start of a page. */
    private static List<Integer> starts(int bufferSize, int headroom, boolean payloadRead) {
        MemoryPlan plan =
                Case.of(new MemoryPlan.Rings(1, 2, 10), bufferSize, headroom, payloadRead, 64)
                        .plan();
        long base = pages(3L * (128 + 16 * 1024));
        base += pages(1025L * ((bufferSize + 63) / 64 * 64));
        long third = plan.regions().get(0).size() - base;
        int begin = (int) (base + third / 2);
        assertEquals(0, begin % PAGE);
        int[] offsets = plan.buffers().get(2).offsets(SLOTS);
        return IntStream.of(offsets).map(at -> at - begin).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 3000, 4096, 9216, 65_535})
    void largeBuffersEndWithAPageAllAtTheSameOffset(int size) {
        List<Integer> starts = starts(size, 0, true);
        int lines = (size + LINE - 1) / LINE * LINE;
        int pages = (lines + PAGE - 1) / PAGE;
        for (int slot = 0; slot < SLOTS; slot++) {
            assertEquals((slot + 1) * pages * PAGE, starts.get(slot) + lines);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 3000, 4096, 9216, 65_535})
    void thoseThatNobodyLooksIntoBeginInEightLines(int size) {
        List<Integer> starts = starts(size, 0, false);
        assertEquals(
                8, starts.stream().map(start -> start % PAGE).collect(Collectors.toSet()).size());
        for (int start : starts) {
            int behind = PAGE - 1 - (start + size - 1) % PAGE;
            assertTrue(behind < 8 * LINE, start + ": the page goes on for " + behind);
        }
    }

    /** 32 pages in a row can be all the sets there are: the start must not depend on the page. */
    @Test
    void eachOf32PagesInARowHoldsAllEightBegins() {
        List<Integer> starts = starts(2048, 0, false);
        for (int page = 0; page < 32; page++) {
            Set<Integer> begins = new HashSet<>();
            for (int slot = page; slot < SLOTS; slot += 32) {
                begins.add(starts.get(slot) % PAGE);
            }
            assertEquals(8, begins.size(), "page " + page);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPacketOfTwoKilobytesIsInOnePage(boolean payloadRead) {
        for (int start : starts(2048, 0, payloadRead)) {
            assertEquals(start / PAGE, (start + 2047) / PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void smallBuffersLieSideBySide(boolean payloadRead) {
        List<Integer> starts = starts(1000, 0, payloadRead);
        for (int i = 1; i < SLOTS; i++) {
            assertEquals(1024, starts.get(i) - starts.get(i - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headroomMovesTheBeginOnly(boolean payloadRead) {
        List<Integer> moved =
                starts(2048, 0, payloadRead).stream().map(start -> start + 128).toList();
        assertEquals(moved, starts(2048, 128, payloadRead));
    }
}
