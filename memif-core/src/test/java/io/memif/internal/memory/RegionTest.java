package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.internal.protocol.Protocol;
import io.memif.testing.Hugepages;
import io.memif.testing.ProcessTables;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Regions of all sizes, their windows, and when their memory ends; the large ones lie in sparse
 * files, which cost nothing.
 */
@Timeout(60)
class RegionTest {
    private static final int FUTURE_WRITE = 0x10;

    private static final long GIB = 1L << 30;
    private static final long STRIDE = Region.WINDOW_STRIDE;
    private static final long HUGE = 2L << 20;

    private final Posix posix = Posix.open();

    private static OwnedFd sparseFile(Posix posix, long size, int seals, int moreFlags) {
        FileCalls files = posix.files();
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING | moreFlags;
        OwnedFd file =
                OwnedFd.adopt(posix, files.memfdCreate("memif region test", flags), "sparse file");
        int number = file.acquire();
        try {
            assertEquals(0, files.ftruncate(number, size));
            assertEquals(0, files.addSeals(number, seals));
        } finally {
            file.release();
        }
        return file;
    }

    private Region sparse(long size) {
        return mapped(sparseFile(posix, size, 0, 0), size);
    }

    private static Region mapped(OwnedFd file, long size) {
        Region region = Region.announced(0, file, size);
        try {
            region.mapAnnounced(MappingLimits.OF_MACHINE);
            return region;
        } catch (RuntimeException e) {
            region.close();
            throw e;
        }
    }

    /** The byte of a region at an offset, by way of one of its windows. */
    private static byte at(Region region, int window, long offset) {
        return region.windows().get(window).get(Math.toIntExact(offset - window * STRIDE));
    }

    private static void put(Region region, int window, long offset, int value) {
        ByteBuffer buffer = region.windows().get(window);
        buffer.put(Math.toIntExact(offset - window * STRIDE), (byte) value);
    }

    @Test
    void smallRegionIsOneWindowOfItsSize() {
        try (Region region = mapped(sparseFile(posix, 10_000, 0, 0), 5_000)) {
            assertEquals(5_000, region.size());
            assertEquals(
                    List.of(5_000), region.windows().stream().map(ByteBuffer::capacity).toList());
        }
    }

    @Test
    void twoMappingsOfAFileShareItsBytesAndItsId() {
        OwnedFd file = sparseFile(posix, 4_096, 0, 0);
        OwnedFd again = file.duplicate();
        try (Region ours = mapped(file, 4_096);
                Region peers = mapped(again, 4_096);
                Region another = sparse(4_096)) {
            put(ours, 0, 17, 42);
            assertEquals(42, at(peers, 0, 17));
            assertEquals(ours.id(), peers.id());
            assertFalse(ours.id().equals(another.id()));
        }
    }

    @Test
    void interruptedThreadMapsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try (Region region = sparse(4_096)) {
            put(region, 0, 17, 42);
            assertEquals(42, at(region, 0, 17));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void largestSingleWindow() {
        try (Region region = sparse(Region.LONGEST_WINDOW)) {
            assertEquals(1, region.windows().size());
            put(region, 0, Region.LONGEST_WINDOW - 1, 1);
        }
    }

    @Test
    void windowsOverTwoGibibytesOverlap() {
        long size = Region.LONGEST_WINDOW + 1L;
        try (Region region = sparse(size)) {
            assertEquals(2, region.windows().size());
            put(region, 0, GIB + 5, 1);
            assertEquals(1, at(region, 1, GIB + 5));
            put(region, 1, size - 1, 2);
            assertEquals(2, at(region, 1, size - 1));
            assertEquals(size - GIB, region.windows().get(1).capacity());
        }
    }

    @Test
    void everythingADescriptorCanNameLiesWhollyInTheWindowItsOffsetPicks() {
        try (Region region = sparse(5 * GIB)) {
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
    void sliceIsWhereItsOffsetSays() {
        try (Region region = sparse(3 * GIB)) {
            put(region, 0, 2 * GIB - HUGE - 1, 1);
            put(region, 1, 2 * GIB, 2);
            assertEquals(1, region.slice(2 * GIB - HUGE - 1, 1).get(0));
            assertEquals(2, region.slice(2 * GIB, 8).get(0));
            assertThrows(IndexOutOfBoundsException.class, () -> region.slice(3 * GIB - 7, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> region.slice(-1, 8));
        }
    }

    @Test
    void ringMayLieAtTheEndAndNotBehind() {
        int length = Protocol.ringLength(3, 64);
        try (Region region = sparse(3 * GIB)) {
            region.ring(3 * GIB - length, 3, 64).initialise(0);
            assertEquals(RingLayout.COOKIE, region.ring(3 * GIB - length, 3, 64).cookie());
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> region.ring(3 * GIB - length + 4, 3, 64));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4_096, 5_000, 3 * GIB})
    void fileIsFreeAtOnceAndLateReadsAreZeros(long size) {
        int before = ProcessTables.sharedMappings().size();
        Region region = sparse(size);
        List<ByteBuffer> kept = region.windows();
        put(region, 0, 0, 1);
        assertTrue(ProcessTables.sharedMappings().size() > before);
        region.close();
        region.close();
        assertEquals(before, ProcessTables.sharedMappings().size());
        for (ByteBuffer window : kept) {
            assertEquals(0, window.get(0));
            window.put(window.capacity() - 1, (byte) 1);
        }
        assertThrows(IllegalStateException.class, region::windows);
        assertThrows(IllegalStateException.class, () -> region.slice(0, 1));
    }

    @Test
    void memoryStaysAsLongAsOneLinkUsesIt() {
        Region region = sparse(4_096);
        ByteBuffer buffer = region.windows().get(0);
        buffer.put(0, (byte) 7);
        RegionTable one = new RegionTable(List.of(region), RegionTest::fail, Runnable::run);
        RegionTable two = new RegionTable(List.of(region), RegionTest::fail, Runnable::run);
        region.close();
        assertThrows(
                UnixException.class,
                () -> new RegionTable(List.of(region), RegionTest::fail, Runnable::run));
        one.close();
        one.close();
        assertEquals(7, buffer.get(0));
        two.close();
        assertEquals(0, buffer.get(0));
    }

    private static void fail(RuntimeException e) {
        throw e;
    }

    @Test
    void tableThatCannotRetainOneRetainsNone() {
        Region open = sparse(4_096);
        Region closed = sparse(4_096);
        ByteBuffer buffer = open.windows().get(0);
        buffer.put(0, (byte) 7);
        closed.close();
        UnixException e =
                assertThrows(
                        UnixException.class,
                        () ->
                                new RegionTable(
                                        List.of(open, closed), RegionTest::fail, Runnable::run));
        assertEquals("region 0 has been closed by its owner", e.getMessage());
        assertEquals(7, buffer.get(0));
        open.close();
        assertEquals(0, buffer.get(0));
    }

    @Test
    void whatIsNoMemoryFileCannotBeMapped() {
        int flags = DescriptorCalls.EFD_CLOEXEC | DescriptorCalls.EFD_NONBLOCK;
        OwnedFd event = OwnedFd.adopt(posix, posix.descriptors().eventfd(0, flags), "an eventfd");
        UnixException e = assertThrows(UnixException.class, () -> mapped(event, 4_096));
        assertTrue(e.getMessage().contains("not a memory file"), e.getMessage());
    }

    @Test
    void descriptorThatCannotBeWrittenIsSaid() {
        Posix refusing = Posix.open(call -> call == SystemCall.MMAP ? -Errno.EACCES : 0);
        OwnedFd file = sparseFile(refusing, 4_096, 0, 0);
        UnixException e = assertThrows(UnixException.class, () -> mapped(file, 4_096));
        assertTrue(e.getMessage().contains("not open for reading and writing"), e.getMessage());
    }

    @Test
    void failureOfALaterWindowReleasesTheEarlierOnes() {
        AtomicInteger maps = new AtomicInteger();
        Posix failing =
                Posix.open(
                        call ->
                                call == SystemCall.MMAP && maps.incrementAndGet() == 2
                                        ? -Errno.ENOMEM
                                        : 0);
        int before = ProcessTables.sharedMappings().size();
        long bytes = Mappings.OF_PROCESS.bytes();
        int count = Mappings.OF_PROCESS.count();
        OwnedFd file = sparseFile(failing, 3 * GIB, 0, 0);
        UnixException e = assertThrows(UnixException.class, () -> mapped(file, 3 * GIB));
        assertTrue(
                e.getMessage()
                        .startsWith(
                                "cannot map 2145386496 bytes of region 0: Cannot allocate memory"),
                e.getMessage());
        assertEquals(before, ProcessTables.sharedMappings().size());
        assertEquals(bytes, Mappings.OF_PROCESS.bytes());
        assertEquals(count, Mappings.OF_PROCESS.count());
    }

    /** Otherwise one peer could forbid writable mappings, and no later link would come up. */
    @Test
    void nobodyCanAddSealsToASharedRegion() {
        FileCalls files = posix.files();
        int raw = files.memfdCreate("memif-shared", FileCalls.MFD_ALLOW_SEALING);
        assertEquals(0, files.ftruncate(raw, 4096));
        OwnedFd file = OwnedFd.adopt(posix, raw, "shared");
        assertEquals(0, files.addSeals(raw, FileCalls.F_SEAL_SHRINK));
        for (int links = 0; links < 2; links++) {
            try (Region region = Region.adopt("shared", file.duplicate(), 4096, false)) {
                assertEquals(-Errno.EPERM, files.addSeals(raw, FUTURE_WRITE), region.toString());
            }
        }
        file.close();
    }

    @Test
    void createdFileIsSealedAgainstShrinkingAndHasItsSize() {
        FileCalls files = posix.files();
        try (Region region = Region.create(posix, "memif-a", 10_000, Pages.ORDINARY)) {
            int number = region.file().acquire();
            try {
                FileStatus status = new FileStatus();
                assertEquals(0, files.fileStatus(number, status));
                assertEquals(10_000, status.size());
                assertEquals(-Errno.EPERM, files.ftruncate(number, 9_999));
                assertEquals(-Errno.EPERM, files.addSeals(number, FUTURE_WRITE));
                assertEquals(
                        DescriptorCalls.FD_CLOEXEC, posix.descriptors().descriptorFlags(number));
            } finally {
                region.file().release();
            }
            assertTrue(region.sealed());
            assertEquals(10_000, region.size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MEMFD_CREATE, EMFILE, cannot create, raise the limit (ulimit -n",
        "MEMFD_CREATE, ENFILE, cannot create, raise fs.file-max",
        "MEMFD_CREATE, ENOMEM, cannot create, not enough shared memory",
        "FTRUNCATE, ENOMEM, cannot size, not enough shared memory",
        "FALLOCATE, ENOSPC, cannot allocate, not enough shared memory",
        "FALLOCATE, ENOMEM, cannot allocate, not enough shared memory",
        "ADD_SEALS, EPERM, cannot seal, EPERM"
    })
    void eachFailureIsExplainedAndLeavesNothing(
            SystemCall failing, String errno, String what, String hint) {
        int number =
                switch (errno) {
                    case "EMFILE" -> Errno.EMFILE;
                    case "ENFILE" -> Errno.ENFILE;
                    case "ENOMEM" -> Errno.ENOMEM;
                    case "ENOSPC" -> Errno.ENOSPC;
                    default -> Errno.EPERM;
                };
        Posix broken = Posix.open(call -> call == failing ? -number : 0);
        UnixException e =
                assertThrows(
                        UnixException.class,
                        () -> Region.create(broken, "memif-a", 8_192, Pages.ORDINARY));
        assertTrue(
                e.getMessage().startsWith(what + " region memif-a of 8192 bytes: "),
                e.getMessage());
        assertTrue(e.getMessage().contains(" (" + errno + ")"), e.getMessage());
        assertTrue(e.getMessage().contains(hint), e.getMessage());
    }

    /** Announced sizes that are not whole pages: munmap of exactly that many bytes is EINVAL. */
    @ParameterizedTest
    @ValueSource(longs = {1, 8_192, HUGE, HUGE + 4_096, 3 * HUGE - 1})
    void hugepagesComeBackWhateverSizeWasAnnounced(long size) throws Exception {
        try (Hugepages pages = Hugepages.reserve(4)) {
            assumeTrue(pages != null, "hugepages cannot be reserved here: not tested");
            long free = Hugepages.free();
            long whole = Region.wholePages(size, HUGE);
            OwnedFd file = sparseFile(posix, whole, FileCalls.F_SEAL_SHRINK, FileCalls.MFD_HUGETLB);
            Region region = mapped(file, size);
            assertEquals(HUGE, region.pageSize());
            assertTrue(region.sealed());
            ByteBuffer buffer = region.windows().get(0);
            assertEquals(size, buffer.capacity());
            for (long at = 0; at < size; at += HUGE) {
                buffer.put((int) at, (byte) 1);
            }
            assertEquals(free - whole / HUGE, Hugepages.free());
            region.close();
            assertEquals(free, Hugepages.free(), "free at once");
            assertEquals(0, buffer.get(0));
        }
    }

    @Test
    void noFreeHugepageIsSaid() throws Exception {
        try (Hugepages pages = Hugepages.reserve(2)) {
            assumeTrue(pages != null, "hugepages cannot be reserved here: not tested");
            long size = (Hugepages.free() + 1) * HUGE;
            OwnedFd file = sparseFile(posix, size, FileCalls.F_SEAL_SHRINK, FileCalls.MFD_HUGETLB);
            UnixException e = assertThrows(UnixException.class, () -> mapped(file, size));
            assertTrue(e.getMessage().contains("not enough free hugepages"), e.getMessage());
        }
    }
}
