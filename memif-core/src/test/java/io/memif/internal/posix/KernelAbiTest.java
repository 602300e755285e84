package io.memif.internal.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What differs by processor, for both, whichever of them this machine has. */
class KernelAbiTest {
    private static final Path PAGE = Path.of("docs", "platforms.md");

    private static final Map<KernelAbi, String> STAT =
            Map.of(
                    KernelAbi.X86_64,
                    "long dev, long ino, long nlink, int mode, int uid, int gid, int pad,"
                            + " long rdev, long size, long blksize, long blocks",
                    KernelAbi.AARCH64,
                    "long dev, long ino, int mode, int nlink, int uid, int gid, long rdev,"
                            + " long pad, long size, int blksize, int pad2, long blocks");

    /** Packed on x86-64, so that 32-bit programs have the same. */
    private static final Map<KernelAbi, String> EPOLL_EVENT =
            Map.of(
                    KernelAbi.X86_64,
                    "int events, int dataLow, int dataHigh",
                    KernelAbi.AARCH64,
                    "int events, long data");

    /** Where C puts the members of a structure on 64-bit Linux: each at a multiple of its size. */
    private static Map<String, Integer> layout(String members) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        int at = 0;
        int largest = 1;
        for (String member : members.split(", ")) {
            int bytes = member.startsWith("long") ? 8 : 4;
            at = (at + bytes - 1) / bytes * bytes;
            offsets.put(member.split(" ")[1], at);
            at += bytes;
            largest = Math.max(largest, bytes);
        }
        offsets.put("size of all", (at + largest - 1) / largest * largest);
        return offsets;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @EnumSource
    void fileStatusIsReadWhereTheKernelWritesIt(KernelAbi abi) {
        Map<String, Integer> at = layout(STAT.get(abi));
        ByteBuffer stat = little(FileStatus.BYTES);
        stat.putLong(at.get("dev"), 11L << 32).putLong(at.get("ino"), 12L << 32);
        stat.putInt(at.get("mode"), 0x81a4).putInt(at.get("uid"), 14).putInt(at.get("gid"), 15);
        stat.putLong(at.get("size"), 16L << 32).putInt(at.get("blksize"), 65_536);
        FileStatus status = new FileStatus();
        status.fill(stat, abi);
        assertEquals(11L << 32, status.device());
        assertEquals(12L << 32, status.inode());
        assertEquals(0x81a4, status.mode());
        assertTrue(status.isRegularFile());
        assertEquals(14, status.uid());
        assertEquals(15, status.gid());
        assertEquals(16L << 32, status.size());
        assertEquals(65_536, status.blockSize());
    }

    @ParameterizedTest
    @EnumSource
    void eventsAreReadAndWrittenWhereTheKernelHasThem(KernelAbi abi) {
        PollCalls calls = new PollCalls(abi, null);
        Map<String, Integer> at = layout(EPOLL_EVENT.get(abi));
        int size = at.get("size of all");
        int data = at.getOrDefault("data", at.get("dataLow"));
        PollEvents events = calls.newEvents(3);
        assertEquals(3 * size, events.memory().buffer.capacity());
        long cookie = 0x7edc_ba98_7654_3210L;
        ByteBuffer memory = events.memory().buffer.order(ByteOrder.LITTLE_ENDIAN);
        memory.putInt(2 * size, PollCalls.READABLE).putLong(2 * size + data, cookie);
        assertEquals(PollCalls.READABLE, events.readiness(2));
        assertEquals(cookie, events.data(2));
        ByteBuffer one = little(16);
        calls.putEvent(one, PollCalls.WRITABLE, cookie);
        assertEquals(PollCalls.WRITABLE, one.getInt(0));
        assertEquals(cookie, one.getLong(data));
    }

    @ParameterizedTest
    @EnumSource
    void pageOfPlatformsHasTheSameNumbers(KernelAbi abi) throws IOException {
        assertEquals(Integer.toString(abi.epollEventBytes), page(abi, "size of `epoll_event`"));
        assertEquals(Integer.toString(abi.epollDataOffset), page(abi, "its `data`"));
        assertEquals(Integer.toString(abi.statMode), page(abi, "`st_mode` in `stat`"));
        assertEquals(Integer.toString(abi.statUid), page(abi, "`st_uid`"));
        assertEquals(Integer.toString(abi.newfstatat), page(abi, "`newfstatat`"));
        assertEquals(Integer.toString(abi.membarrier), page(abi, "`membarrier`"));
        assertEquals(Integer.toString(abi.ioSetup), page(abi, "`io_setup`"));
        assertEquals(Integer.toString(abi.ioGetevents), page(abi, "`io_getevents`"));
        assertEquals(Integer.toString(abi.ioSubmit), page(abi, "`io_submit`"));
        assertEquals("0x" + Integer.toHexString(abi.noFollow), page(abi, "`O_NOFOLLOW`"));
    }

    /** A cell of the page's table; its columns are in the order of the enumeration. */
    private static String page(KernelAbi abi, String row) throws IOException {
        Pattern line =
                Pattern.compile("^\\| " + Pattern.quote(row) + "[^|]*\\|(.*)", Pattern.MULTILINE);
        Matcher found = line.matcher(Files.readString(PAGE));
        assertTrue(found.find(), () -> "no row for " + row + " in " + PAGE);
        return found.group(1).split("\\|")[abi.ordinal()].strip();
    }

    @Test
    void bothProcessorsAreKnown() {
        ByteOrder little = ByteOrder.LITTLE_ENDIAN;
        assertEquals(KernelAbi.X86_64, KernelAbi.of("Linux", "amd64", little));
        assertEquals(KernelAbi.AARCH64, KernelAbi.of("Linux", "aarch64", little));
        assertEquals(List.of(KernelAbi.values()), List.of(KernelAbi.X86_64, KernelAbi.AARCH64));
    }

    @ParameterizedTest
    @CsvSource({
        "Mac OS X, aarch64, LITTLE_ENDIAN, this is Mac OS X on aarch64",
        "Windows 11, amd64, LITTLE_ENDIAN, this is Windows 11 on amd64",
        "FreeBSD, amd64, LITTLE_ENDIAN, this is FreeBSD on amd64",
        "Linux, i386, LITTLE_ENDIAN, this is Linux on i386",
        "Linux, arm, LITTLE_ENDIAN, this is Linux on arm",
        "Linux, riscv64, LITTLE_ENDIAN, this is Linux on riscv64",
        "Linux, s390x, BIG_ENDIAN, 'this is Linux on s390x, big-endian'",
        "Linux, aarch64, BIG_ENDIAN, 'this is Linux on aarch64, big-endian'"
    })
    void othersAreRefusedInOneSentence(String os, String arch, String order, String told) {
        ByteOrder endian = order.startsWith("B") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        UnsupportedOperationException e =
                assertThrows(
                        UnsupportedOperationException.class, () -> KernelAbi.of(os, arch, endian));
        assertEquals(
                "memif works on 64-bit little-endian Linux with glibc, on x86-64 and aarch64; "
                        + told,
                e.getMessage());
    }
}
