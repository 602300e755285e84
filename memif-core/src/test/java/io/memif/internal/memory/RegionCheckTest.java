package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.FileStatus;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.ChildProcess;
import io.memif.testing.TestSockets;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files may be a region, and which may not. */
@Timeout(60)
class RegionCheckTest {
    private static final int SEALABLE = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    private OwnedFd memoryFile(long size, int flags, int seals) {
        FileCalls files = posix.files();
        OwnedFd file = OwnedFd.adopt(posix, files.memfdCreate("memif check test", flags), "file");
        int number = file.acquire();
        try {
            assertEquals(0, files.ftruncate(number, size));
            if (seals != 0) {
                assertEquals(0, files.addSeals(number, seals));
            }
        } finally {
            file.release();
        }
        return file;
    }

    /** Why a file is refused as a region, or null. */
    private static String refusal(OwnedFd file, int index, long size) {
        try {
            Region.announced(index, file, size).check();
            return null;
        } catch (UnixException e) {
            return e.getMessage();
        }
    }

    private static boolean sealed(OwnedFd file) {
        Region region = Region.announced(0, file, 64);
        region.check();
        return region.sealed();
    }

    /** A descriptor of our own for something that the JDK opened, found by what it refers to. */
    private OwnedFd duplicateOf(Path opened) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                if (Files.exists(entry) && Files.isSameFile(entry, opened)) {
                    int number = Integer.parseInt(entry.getFileName().toString());
                    return OwnedFd.adopt(
                            posix, posix.descriptors().duplicate(number), opened.toString());
                }
            }
        }
        throw new AssertionError(opened + " is not open");
    }

    @Test
    void fileAsLongAsAnnouncedOrLongerIsTaken() {
        try (OwnedFd file = memoryFile(8_192, SEALABLE, 0)) {
            assertNull(refusal(file, 0, 1));
            assertNull(refusal(file, 0, 8_192));
        }
    }

    @Test
    void shorterFileIsRefusedWithBothSizes() {
        try (OwnedFd file = memoryFile(8_192, SEALABLE, 0)) {
            assertEquals(
                    "region 3: size 8193 announced, but its file has 8192",
                    refusal(file, 3, 8_193));
            assertEquals(
                    "region 255: size 9223372036854775807 announced, but its file has 8192",
                    refusal(file, 255, Long.MAX_VALUE));
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        OwnedFd[] sockets = TestSockets.pair(posix, SocketCalls.SOCK_SEQPACKET);
        int event = posix.descriptors().eventfd(0, DescriptorCalls.EFD_CLOEXEC);
        try (OwnedFd left = sockets[0];
                OwnedFd right = sockets[1];
                OwnedFd eventfd = OwnedFd.adopt(posix, event, "eventfd");
                FileInputStream device = new FileInputStream("/dev/null");
                OwnedFd nullDevice = duplicateOf(Path.of("/dev/null"));
                DirectoryStream<Path> listing = Files.newDirectoryStream(directory);
                OwnedFd folder = duplicateOf(directory)) {
            assertEquals(-1, device.read());
            assertFalse(listing.iterator().hasNext());
            for (OwnedFd fd : new OwnedFd[] {left, right, eventfd, nullDevice, folder}) {
                assertEquals(
                        "region 1: its descriptor is not a memory file (memfd, tmpfs or hugetlbfs)",
                        refusal(fd, 1, 64));
            }
        }
    }

    @Test
    void failureToLookIsSaid() {
        Posix failing = Posix.open(call -> call == SystemCall.FSTAT ? -Errno.EACCES : 0);
        OwnedFd named =
                OwnedFd.adopt(
                        failing, failing.files().memfdCreate("memif check test", SEALABLE), "f");
        try (OwnedFd file = named) {
            String refusal = refusal(file, 2, 64);
            assertTrue(
                    refusal.startsWith(
                            "region 2: cannot look at its file: Permission denied (EACCES)"),
                    refusal);
        }
    }

    @Test
    void onlyTheShrinkSealCounts() throws IOException {
        try (OwnedFd none = memoryFile(64, SEALABLE, 0);
                OwnedFd grow = memoryFile(64, SEALABLE, FileCalls.F_SEAL_GROW);
                OwnedFd shrink = memoryFile(64, SEALABLE, FileCalls.F_SEAL_SHRINK);
                OwnedFd unsealable = memoryFile(64, FileCalls.MFD_CLOEXEC, 0)) {
            assertFalse(sealed(none));
            assertFalse(sealed(grow));
            assertTrue(sealed(shrink));
            assertFalse(sealed(unsealable));
        }
    }

    /**
     * Its pages come from a disk, or from whoever the peer had mounted there: they may never come.
     */
    @Test
    void fileThatKnowsNoSealsIsRefused() throws IOException {
        Path path = Files.write(Path.of("target", "memif-file"), new byte[64]);
        try (FileInputStream stream = new FileInputStream(path.toFile());
                OwnedFd plain = duplicateOf(path)) {
            assertEquals(0, stream.read());
            assertEquals(
                    "region 0: its descriptor is not a memory file (memfd, tmpfs or hugetlbfs)",
                    refusal(plain, 0, 64));
        } finally {
            Files.delete(path);
        }
    }

    /**
     * A tmpfs that may use transparent hugepages prefers blocks of their size. Its pages are
     * limited by no pool of the kernel, so they count as a peer's memory like any other.
     */
    @Test
    void transparentHugepagesAreOrdinaryPages() throws Exception {
        String mounted = directory.toString();
        List<String> mount =
                List.of("mount", "-t", "tmpfs", "-o", "huge=always,size=8m", "none", mounted);
        assumeTrue(ChildProcess.run(mount).exitCode() == 0, "no tmpfs can be mounted: not tested");
        try {
            Path path = Files.write(directory.resolve("file"), new byte[8_192]);
            try (FileInputStream stream = new FileInputStream(path.toFile());
                    OwnedFd file = duplicateOf(path)) {
                assertEquals(0, stream.read());
                FileStatus status = new FileStatus();
                assertEquals(0, posix.files().fileStatus(path.toString(), status));
                assertTrue(status.blockSize() > posix.memory().pageSize(), "it says so");
                Region region = Region.announced(0, file, 8_192);
                region.check();
                assertFalse(region.isHuge());
                assertEquals(posix.memory().pageSize(), region.pageSize());
                Mappings mappings = new Mappings();
                mappings.admit(List.of(region), MappingLimits.OF_MACHINE);
                assertEquals(8_192, mappings.peerMemory());
            }
        } finally {
            ChildProcess.run(List.of("umount", "-l", mounted));
        }
    }
}
