package io.memif.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.ring.OwnBuffers;
import io.memif.ring.RingLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
                    all.add(new SlaveLayout(rings, 3, log2, size, 0, 64));
                    all.add(new SlaveLayout(1, rings, log2, size, size - 1, 128));
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
        List<Extent> extents = new ArrayList<>();
        int ringLength = RingLayout.ringLength(layout.log2RingSize(), layout.cacheLine());
        int slots = 1 << layout.log2RingSize();
        for (int ring = 0; ring < layout.rings(); ring++) {
            long header = layout.ringOffset(ring);
            assertEquals(0, header % 16, "ring header aligned");
            extents.add(new Extent(0, header, header + ringLength, "ring " + ring));
            OwnBuffers buffers = layout.buffers(ring, windows);
            assertSame(windows.get(buffers.region()), buffers.memory());
            int headroom = ring < layout.s2mRings() ? 0 : layout.headroom();
            assertEquals(layout.bufferSize() - headroom, buffers.capacity());
            assertTrue(buffers.stride() >= layout.bufferSize(), "buffers do not overlap");
            assertEquals(64, buffers.stride() % 128, "an odd number of cache lines");
            long first = buffers.base() - headroom;
            assertEquals(0, first % 64, "buffers on cache lines");
            long end = first + (long) (slots - 1) * buffers.stride() + layout.bufferSize();
            extents.add(new Extent(buffers.region(), first, end, "buffers of ring " + ring));
        }
        return extents;
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
        SlaveLayout layout = new SlaveLayout(2, 1, 10, 2048, 0, 64);
        int length = 128 + 16 * 1024;
        assertEquals(0, layout.ringOffset(0));
        assertEquals(length, layout.ringOffset(1));
        assertEquals(2 * length, layout.ringOffset(2));
        long expected = 3L * length + 3L * 1024 * (2048 + 64);
        assertEquals(List.of(expected), layout.regionSizes());
    }

    @Test
    void moreThanAMappingHoldsGetsARegionForEachRing() {
        SlaveLayout layout = new SlaveLayout(2, 2, 14, 65_535, 0, 64);
        long buffers = (65_536L + 64) << 14;
        assertEquals(
                List.of(4L * (128 + (16 << 14)), buffers, buffers, buffers, buffers),
                layout.regionSizes());
        List<ByteBuffer> windows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            windows.add(ByteBuffer.allocate(1));
        }
        for (int ring = 0; ring < 4; ring++) {
            assertEquals(1 + ring, layout.buffers(ring, windows).region());
            assertEquals(0, layout.buffers(ring, windows).base());
        }
    }
}
