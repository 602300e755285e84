package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.testing.LeakCheck;
import io.memif.testing.ProcessTables;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Windows over regions of all sizes; the large ones lie in sparse files, which cost nothing. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RegionMapperTest {
    private static final long GIB = 1L << 30;
    private static final long STRIDE = BufferTable.WINDOW_STRIDE;

    private final Posix posix = Posix.open();
    private final RegionMapper mapper = new RegionMapper(STRIDE);

    private OwnedFd sparseFile(long size, int seals) {
        FileCalls files = posix.files();
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
        OwnedFd file =
                OwnedFd.adopt(posix, files.memfdCreate("memif mapper test", flags), "sparse file");
        int number = file.acquire();
        try {
            assertEquals(0, files.ftruncate(number, size));
            assertEquals(0, files.addSeals(number, seals));
        } finally {
            file.release();
        }
        return file;
    }

    /** The byte of a region at an offset, by way of one of its windows. */
    private static byte at(MappedRegion region, int window, long offset) {
        return region.windows().get(window).get(Math.toIntExact(offset - window * STRIDE));
    }

    private static void put(MappedRegion region, int window, long offset, int value) {
        ByteBuffer buffer = region.windows().get(window);
        buffer.put(Math.toIntExact(offset - window * STRIDE), (byte) value);
    }

    @Test
    void smallRegionIsOneWindowOfItsSize() {
        try (OwnedFd file = sparseFile(10_000, 0);
                MappedRegion region = mapper.map(file, 5_000)) {
            assertEquals(5_000, region.size());
            assertEquals(
                    List.of(5_000), region.windows().stream().map(ByteBuffer::capacity).toList());
        }
    }

    @Test
    void twoMappingsOfAFileShareItsBytes() {
        try (OwnedFd file = sparseFile(4_096, 0);
                MappedRegion ours = mapper.map(file, 4_096);
                MappedRegion peers = mapper.map(file, 4_096)) {
            put(ours, 0, 17, 42);
            assertEquals(42, at(peers, 0, 17));
        }
    }

    @Test
    void interruptedThreadMapsAndStaysInterrupted() {
        try (OwnedFd file = sparseFile(4_096, 0)) {
            Thread.currentThread().interrupt();
            try (MappedRegion region = mapper.map(file, 4_096)) {
                put(region, 0, 17, 42);
                assertEquals(42, at(region, 0, 17));
            } finally {
                assertTrue(Thread.interrupted());
            }
        }
    }

    @Test
    void largestSingleWindow() {
        try (OwnedFd file = sparseFile(3 * GIB, 0);
                MappedRegion region = mapper.map(file, RegionMapper.MAX_WINDOW)) {
            assertEquals(1, region.windows().size());
        }
    }

    @Test
    void windowsOverTwoGibibytesOverlap() {
        long size = RegionMapper.MAX_WINDOW + 1;
        try (OwnedFd file = sparseFile(3 * GIB, 0);
                MappedRegion region = mapper.map(file, size)) {
            assertEquals(2, region.windows().size());
            put(region, 0, GIB + 5, 1);
            assertEquals(1, at(region, 1, GIB + 5));
            put(region, 1, size - 1, 2);
            assertEquals(2, at(region, 1, size - 1));
            assertEquals(size - GIB, region.windows().get(1).capacity());
        }
    }

    @Test
    void everyPlaceADescriptorCanNameLiesWhollyInTheWindowItsOffsetPicks() {
        try (OwnedFd file = sparseFile(5 * GIB, 0);
                MappedRegion region = mapper.map(file, 5 * GIB)) {
            assertEquals(5 * GIB, region.size());
            long[] offsets = {0, GIB - 1, GIB, 2 * GIB - 1, 2 * GIB, 3 * GIB - 1, 3 * GIB};
            for (long offset : offsets) {
                int window = (int) (offset / STRIDE);
                put(region, window, offset, window + 1);
                put(region, window, offset + 65_534, window + 1);
            }
            long last = (1L << 32) - 1;
            put(region, 3, last, 9);
            put(region, 3, last + 65_534, 9);
            assertEquals(9, at(region, 3, last));
            assertEquals(4, region.windows().size(), "more than 4 GiB no descriptor can name");
        }
    }

    @Test
    void mappingsAreGoneAfterClose() {
        int before = ProcessTables.sharedMappings().size();
        try (OwnedFd file = sparseFile(3 * GIB, 0)) {
            MappedRegion region = mapper.map(file, 3 * GIB);
            assertTrue(ProcessTables.sharedMappings().size() > before);
            region.close();
            region.close();
            if (Runtime.version().feature() >= 22) {
                assertEquals(before, ProcessTables.sharedMappings().size(), "gone at once");
            }
        }
    }

    @Test
    void fileThatCannotBeMappedIsNamedAndNothingStays() {
        int flags = DescriptorCalls.EFD_CLOEXEC | DescriptorCalls.EFD_NONBLOCK;
        try (OwnedFd event =
                OwnedFd.adopt(posix, posix.descriptors().eventfd(0, flags), "an eventfd")) {
            RegionException e = assertThrows(RegionException.class, () -> mapper.map(event, 4_096));
            assertTrue(e.getMessage().contains("an eventfd"), e.getMessage());
        }
    }

    @Test
    void closedDescriptorIsSaid() {
        OwnedFd file = sparseFile(4_096, 0);
        file.close();
        RegionException e = assertThrows(RegionException.class, () -> mapper.map(file, 4_096));
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
    }

    @Test
    void failureOfALaterWindowReleasesTheEarlierOnes() {
        // Too short and sealed against growing: the second window cannot be made.
        long size = 2 * GIB;
        try (OwnedFd file = sparseFile(size, FileCalls.F_SEAL_GROW)) {
            int before = ProcessTables.sharedMappings().size();
            RegionException e =
                    assertThrows(RegionException.class, () -> mapper.map(file, size + GIB));
            assertTrue(e.getMessage().contains("cannot map 3221225472 bytes"), e.getMessage());
            if (Runtime.version().feature() >= 22) {
                assertEquals(before, ProcessTables.sharedMappings().size());
            }
        }
    }
}
