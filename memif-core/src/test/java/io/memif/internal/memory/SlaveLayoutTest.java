package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rings and buffers lie in their regions, aligned, and never over each other. */
class SlaveLayoutTest {
    /** Bytes from start to end in a region. */
    private record Extent(int region, long start, long end, String what) {}

    static Stream<SlaveLayout> layouts() {
        List<SlaveLayout> all = new ArrayList<>();
        int[] counts = {1, 2, 7, 256};
        int[] sizes = {64, 65, 128, 2048, 9216, 65535};
        for (int log2 : new int[] {0, 1, 10, 14}) {
            for (int size : sizes) {
                for (int rings : counts) {
                    all.add(new SlaveLayout(rings, 3, log2, size, 0, 64, true));
                    all.add(new SlaveLayout(1, rings, log2, size, size - 1, 128, false));
                }
            }
        }
        return all.stream();
    }

    private static List<Extent> extents(SlaveLayout layout) {
        List<ByteBuffer> windows = new ArrayList<>();
        for (int i = 0; i < layout.regionSizes().size(); i++) {
            windows.add(ByteBuffer.allocate(1));
        }
        List<MemoryId> ids = Collections.nCopies(windows.size(), null);
        List<Extent> extents = new ArrayList<>();
        int ringLength = RingLayout.ringLength(layout.log2RingSize(), layout.cacheLine());
        int slots = 1 << layout.log2RingSize();
        for (int ring = 0; ring < layout.rings(); ring++) {
            long header = layout.ringOffset(ring);
            assertEquals(0, header % 16, "ring header aligned");
            extents.add(new Extent(0, header, header + ringLength, "ring " + ring));
            SlaveLayout.Place place = layout.place(ring, windows, ids);
            assertSame(windows.get(place.region()), place.memory());
            assertEquals(0, place.base() % 64, "buffers on cache lines");
            boolean sends = ring < layout.s2mRings();
            long length = sends ? sent(layout, place, slots) : posted(layout, place, slots);
            extents.add(
                    new Extent(
                            place.region(),
                            place.base(),
                            place.base() + length,
                            "buffers of ring " + ring));
        }
        return extents;
    }

    private static long sent(SlaveLayout layout, SlaveLayout.Place place, int slots) {
        SendMemory own = layout.sendMemory(place);
        assertEquals(place.base(), own.base());
        assertEquals(layout.bufferSize(), own.capacity());
        return SendMemory.length(slots, own.capacity());
    }

    private static long posted(SlaveLayout layout, SlaveLayout.Place place, int slots) {
        OwnBuffers buffers = layout.buffers(place);
        assertEquals(layout.bufferSize() - layout.headroom(), buffers.capacity());
        List<Integer> starts = starts(buffers, slots, layout.headroom());
        for (int slot = 0; slot < slots; slot++) {
            assertEquals(0, starts.get(slot) % 64, "buffers on cache lines");
            int before = slot == 0 ? place.base() : starts.get(slot - 1) + layout.bufferSize();
            assertTrue(before <= starts.get(slot), "slot " + slot + " overlaps the one before");
        }
        return starts.get(slots - 1) + layout.bufferSize() - place.base();
    }

    private static List<Integer> starts(OwnBuffers buffers, int slots, int headroom) {
        return IntStream.of(buffers.offsets(slots)).map(at -> at - headroom).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everythingHasAPlaceOfItsOwn(SlaveLayout layout) {
        List<Long> sizes = layout.regionSizes();
        sizes.forEach(size -> assertTrue(size > 0 && size <= RegionMapper.MAX_WINDOW));
        List<Extent> sorted =
                extents(layout).stream()
                        .sorted(
                                (a, b) ->
                                        a.region() != b.region()
                                                ? Integer.compare(a.region(), b.region())
                                                : Long.compare(a.start(), b.start()))
                        .toList();
        for (int i = 0; i < sorted.size(); i++) {
            Extent here = sorted.get(i);
            assertTrue(here.end() <= sizes.get(here.region()), here + " in " + sizes);
            if (i > 0 && sorted.get(i - 1).region() == here.region()) {
                assertTrue(sorted.get(i - 1).end() <= here.start(), sorted.get(i - 1) + " " + here);
            }
        }
    }

    @Test
    void ringsComeFirstWithoutGapsSlaveToMasterBeforeMasterToSlave() {
        SlaveLayout layout = new SlaveLayout(2, 1, 10, 2048, 0, 64, true);
        int length = 128 + 16 * 1024;
        assertEquals(0, layout.ringOffset(0));
        assertEquals(length, layout.ringOffset(1));
        assertEquals(2 * length, layout.ringOffset(2));
        long sent = BufferSpacing.pageAfter(1025 * 2048);
        long expected = BufferSpacing.pageAfter(3L * length) + 2 * sent + 1024 * 4096;
        assertEquals(List.of(expected), layout.regionSizes());
    }

    @Test
    void moreThanAMappingHoldsGetsARegionForEachRing() {
        SlaveLayout layout = new SlaveLayout(2, 2, 14, 65_535, 0, 64, false);
        long sent = 65_536L * (16_384 + 1);
        long posted = 69_632L * 16_384;
        long rings = BufferSpacing.pageAfter(4L * (128 + (16 << 14)));
        assertEquals(List.of(rings, sent, sent, posted, posted), layout.regionSizes());
        List<ByteBuffer> windows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            windows.add(ByteBuffer.allocate(1));
        }
        for (int ring = 0; ring < 4; ring++) {
            SlaveLayout.Place place = layout.place(ring, windows, Collections.nCopies(5, null));
            assertEquals(1 + ring, place.region());
            assertEquals(0, place.base());
        }
    }
}
