package io.memif.examples.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.TestPackets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made by hand, whole, cut and broken. Some 3 seconds. */
class CaptureReaderTest {
    private static final byte[] A = TestPackets.pattern(1, 60);
    private static final byte[] B = TestPackets.pattern(2, 61);
    private static final byte[] LARGE = TestPackets.pattern(3, 92_000);
    private static final byte[] NONE = {};

    /** What was read of a packet. */
    private record Read(int type, long original, boolean timed, long timeNs, String bytes) {
        static Read of(int type, long original, long timeNs, byte[] bytes) {
            return new Read(type, original, true, timeNs, Arrays.toString(bytes));
        }
    }

    private static List<Read> readAll(byte[] file, List<Long> offsets) throws IOException {
        List<Read> all = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file))) {
            CapturedPacket packet = new CapturedPacket();
            while (reader.next(packet)) {
                byte[] bytes = Arrays.copyOf(packet.bytes().array(), packet.length());
                offsets.add(packet.offset());
                all.add(
                        new Read(
                                packet.linkType(),
                                packet.originalLength(),
                                packet.isTimed(),
                                packet.timeNs(),
                                Arrays.toString(bytes)));
            }
        }
        return all;
    }

    private static List<Read> readAll(CaptureFiles file) throws IOException {
        return readAll(file.toBytes(), new ArrayList<>());
    }

    private static ByteOrder order(String name) {
        return name.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    @ParameterizedTest
    @CsvSource({
        "a1b2c3d4, big, 1000",
        "a1b2c3d4, little, 1000",
        "a1b23c4d, big, 1",
        "a1b23c4d, little, 1"
    })
    void readsPcap(String magic, String order, int nsPerTick) throws IOException {
        CaptureFiles file =
                new CaptureFiles()
                        .order(order(order))
                        .pcap((int) Long.parseLong(magic, 16), 1)
                        .record(1_700_000_000L, 999_999, A, 60)
                        .record(4_000_000_000L, 0, NONE, 0)
                        .record(5, 7, B, 1500)
                        .record(6, 0, LARGE, 10);
        assertEquals(
                List.of(
                        Read.of(1, 60, 1_700_000_000_000_000_000L + 999_999L * nsPerTick, A),
                        Read.of(1, 0, 4_000_000_000_000_000_000L, NONE),
                        Read.of(1, 1500, 5_000_000_000L + 7 * nsPerTick, B),
                        Read.of(1, 10, 6_000_000_000L, LARGE)),
                readAll(file));
    }

    /** The upper bits of a pcap link type say how long the check sequence is. */
    @Test
    void linkTypesStandInTheLowerBits() throws IOException {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 0x2400_0001).record(0, 0, A, 60);
        assertEquals(1, readAll(file).get(0).type);
    }

    private static CaptureFiles pcapng(ByteOrder first, ByteOrder second) {
        return new CaptureFiles()
                .order(first)
                .section()
                .itf(1, 0, NONE)
                .itf(101, 9, 0)
                .block(4, new byte[13])
                .itf(113, 0x8a, 100)
                .packet(0, 1_700_000_000_123_456L, A, 60)
                .packet(1, 1_700_000_000_123_456_789L, B, 99)
                .packet(2, 1024 * 7 + 512, LARGE, 92_000)
                .oldPacket(1, 5, A, 61)
                .order(second)
                .section()
                .itf(1, 20, NONE)
                .itf(228, 3, -1)
                .simplePacket(Arrays.copyOf(A, 20), 60)
                .block(0x4000_0bad, NONE)
                .packet(1, 1500, NONE, 0)
                .block(5, new byte[16]);
    }

    @ParameterizedTest
    @CsvSource({"big, little", "little, big", "little, little"})
    void readsPcapng(String first, String second) throws IOException {
        assertEquals(
                List.of(
                        Read.of(1, 60, 1_700_000_000_123_456_000L, A),
                        Read.of(101, 99, 1_700_000_000_123_456_789L, B),
                        Read.of(113, 92_000, 107_500_000_000L, LARGE),
                        Read.of(101, 61, 5, A),
                        new Read(1, 60, false, 0, Arrays.toString(Arrays.copyOf(A, 20))),
                        Read.of(228, 0, 500_000_000, NONE)),
                readAll(pcapng(order(first), order(second))));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 3000000000",
        "6, 1700000000123456, 1700000000123456000",
        "9, 1700000000123456789, 1700000000123456789",
        "12, 1700000000123456789, 1700000000123456",
        "19, 1700000000123456789, 170000000",
        "25, -1, 1844",
        "127, -1, 0",
        "128, 3, 3000000000",
        "160, 7301444403200000000, 1700000000000000000",
        "160, 7301444403200000001, 1700000000000000000",
        "162, 9223372036854775807, 536870911999999999",
        "191, -1, 1999999999",
        "192, -9223372036854775808, 500000000",
        "224, -1, 0",
        "255, -1, 0"
    })
    void unitsOfTime(int resolution, long ticks, long ns) {
        assertEquals(ns, new TimeUnits(resolution, 0).toNs(ticks));
        assertEquals(ns - 7_000_000_000L, new TimeUnits(resolution, -7).toNs(ticks));
    }

    /** However short the file was cut: the packets before, and where the rest begins. */
    @Test
    void aCutFileEndsWithItsOffset() throws IOException {
        CaptureFiles[] files = {
            pcapng(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN),
            new CaptureFiles().pcap(0xa1b2c3d4, 1).record(0, 0, A, 60).record(0, 0, B, 61)
        };
        for (CaptureFiles file : files) {
            byte[] whole = file.toBytes();
            List<Long> offsets = new ArrayList<>();
            List<Read> all = readAll(whole, offsets);
            for (int length = 0; length < whole.length; length = next(length, whole.length)) {
                byte[] cut = Arrays.copyOf(whole, length);
                List<Long> found = new ArrayList<>();
                try {
                    List<Read> packets = readAll(cut, found);
                    assertEquals(all.subList(0, packets.size()), packets);
                } catch (BrokenCaptureException e) {
                    assertTrue(e.offset() <= length, e.getMessage());
                    assertTrue(e.getMessage().startsWith("broken at offset " + e.offset() + ": "));
                    long next = found.size() < offsets.size() ? offsets.get(found.size()) : length;
                    assertTrue(e.offset() <= next, e.getMessage() + ", next packet at " + next);
                }
            }
        }
    }

    /** Every byte, but not of the long packet. */
    private static int next(int length, int end) {
        return length > 500 && length < end - 500 ? length + 997 : length + 1;
    }

    @Test
    void whateverIsWrongIsAnIoException() throws IOException {
        Random random = new Random(7);
        byte[] whole =
                new CaptureFiles()
                        .section()
                        .itf(1, 9, 3)
                        .packet(0, 1, A, 60)
                        .simplePacket(B, 61)
                        .oldPacket(0, 1, A, 60)
                        .toBytes();
        TreeSet<String> messages = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            byte[] broken = whole.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                broken[random.nextInt(broken.length)] = (byte) (random.nextInt(256) - 128);
            }
            try {
                readAll(broken, new ArrayList<>());
            } catch (BrokenCaptureException e) {
                messages.add(e.getMessage().replaceAll("[0-9a-f]*[0-9][0-9a-f]*", "N"));
            }
        }
        assertTrue(messages.size() >= 6, messages::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the file is empty|",
                "neither pcap nor pcapng begins with 1f8b0800|1f8b080000000000",
                "the file ends at 2, inside of what begins here|a1b2",
                "pcap version 3 is not read|a1b2c3d4 0003 0000 0000000000000000 0000ffff 00000001",
                "a section without byte-order magic|0a0d0d0a 0000001c 00000000",
                "pcapng version 2 is not read|0a0d0d0a 0000001c 1a2b3c4d 00020000 ffffffffffffffff 0000001c",
                "a block of 13 bytes|0a0d0d0a 0000000d 1a2b3c4d 00010000",
                "too short for its content|0a0d0d0a 0000000c 1a2b3c4d 00010000",
            })
    void headersThatAreRefused(String reason, String hex) {
        byte[] file = hex == null ? NONE : HexFormat.of().parseHex(hex.replace(" ", ""));
        BrokenCaptureException e =
                assertThrows(BrokenCaptureException.class, () -> readAll(file, new ArrayList<>()));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertEquals(0, e.offset());
    }

    @Test
    void packetsThatAreRefused() {
        int header = 24;
        refuses(
                header,
                "a packet of 4294967295 bytes",
                ByteBuffer.wrap(
                                new CaptureFiles()
                                        .pcap(0xa1b2c3d4, 1)
                                        .record(0, 0, A, 60)
                                        .toBytes())
                        .putInt(header + 8, -1));
        CaptureFiles nobody = new CaptureFiles().section().packet(0, 0, A, 60);
        refuses(
                28,
                "a packet of interface 0, which is not described",
                ByteBuffer.wrap(nobody.toBytes()));
        CaptureFiles wrongEnd = new CaptureFiles().section().itf(1, 0, NONE);
        refuses(
                28,
                "a block of 20 bytes ends with length 7",
                ByteBuffer.wrap(wrongEnd.toBytes()).put(wrongEnd.length() - 4, (byte) 7));
    }

    private static void refuses(long offset, String reason, ByteBuffer file) {
        BrokenCaptureException e =
                assertThrows(
                        BrokenCaptureException.class,
                        () -> readAll(file.array(), new ArrayList<>()));
        assertEquals("broken at offset " + offset + ": " + reason, e.getMessage());
    }

    @Test
    void linkTypesHaveNames() {
        assertEquals("LINUX_SLL (113)", LinkType.describe(113));
        assertEquals("number 4711", LinkType.describe(4711));
        assertEquals(LinkType.ETHERNET, LinkType.of(1));
        for (int raw : new int[] {12, 14, 101, 228, 229}) {
            assertEquals(LinkType.RAW, LinkType.of(raw));
        }
        assertFalse(LinkType.of(113) == LinkType.ETHERNET);
        assertEquals(null, LinkType.of(113));
    }
}
