package io.memif.examples.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.Mode;
import io.memif.examples.CommandRun;
import io.memif.examples.pcap.CaptureFiles;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What replay sends, what it counts, and when. Some 3 seconds. */
@Timeout(120)
class ReplayTest {
    private static final byte[] A = TestPackets.pattern(1, 60);
    private static final byte[] B = TestPackets.pattern(2, 1514);

    @TempDir Path directory;

    private String socket() {
        return directory.resolve("s").toString();
    }

    private Path write(CaptureFiles file) throws IOException {
        return Files.write(directory.resolve("file"), file.toBytes());
    }

    private CommandRun replay(Path file, String options) {
        return CommandRun.startWords(
                "replay " + file + " --topspeed --socket " + socket() + " " + options);
    }

    private static void assertPackets(List<byte[]> found, byte[]... expected) {
        assertEquals(expected.length, found.size(), "packets");
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], found.get(i), "packet " + i);
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] frame(String start, int length) {
        return Arrays.copyOf(hex("020000000001 020000000002" + start), length);
    }

    @Test
    void everyOddityIsCounted() throws Exception {
        byte[] tso = frame("0800 4500 0000", 5000);
        byte[] tso6 = frame("86dd 60000000 0000 06ff", 3000);
        byte[] tagged = frame("88a8 0001 8100 0002 0800 4500 0040", 82);
        byte[] large = TestPackets.pattern(3, 92_000);
        CaptureFiles file =
                new CaptureFiles()
                        .section()
                        .itf(1, 9, 0)
                        .packet(0, 5, A, 60)
                        .packet(0, 6, B, 4000)
                        .packet(0, 7, A, 50)
                        .packet(0, 8, new byte[0], 0)
                        .packet(0, 4, large, 92_000)
                        .packet(0, 9, tso, 5000)
                        .packet(0, 10, tso6, 3000)
                        .packet(0, 11, tagged, 82)
                        .simplePacket(B, 1514)
                        .packet(0, 12, TestPackets.pattern(4, 300_000), 300_000);
        InterfaceConfig.Builder config = InterfaceConfig.builder();
        try (ReceivingEnd end = new ReceivingEnd(socket(), config);
                CommandRun run =
                        CommandRun.startWords(
                                "replay %s --socket %s --ring-size 64 --json"
                                        .formatted(write(file), socket()))) {
            assertEquals(1, run.exitCode(), run::transcript);
            assertPackets(end.packets(), A, B, Arrays.copyOf(A, 50), large, tso, tso6, tagged, B);
            String json = run.out();
            assertTrue(json.startsWith("{\"read\":10,\"sent\":8,\"bytes\":103220,"), json);
            assertTrue(
                    json.endsWith(
                            "\"uncertain\":0,\"empty\":1,\"tooLong\":1,\"cut\":1,\"overlong\":1,"
                                    + "\"chained\":3,\"noIpLength\":2,\"vlan\":1,\"backwards\":1,\"untimed\":1}\n"),
                    json);
            assertTrue(
                    run.err().contains("not sent: 1 of length 0, 1 too long for the ring\n"),
                    run::transcript);
            assertTrue(
                    run.err()
                            .contains(
                                    "sent: 1 cut by a snap length, 1 with bytes beyond their end,"
                                            + " left out, 3 longer than a buffer, 2 with IP length 0,"
                                            + " 1 with VLAN tags, 1 with a time that runs backwards, 1"
                                            + " without a time\n"),
                    run::transcript);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--topspeed", "--rate 1M", "--bits 1G", "--realtime"})
    void oddTimesAreCountedAtAnyRate(String rate) throws Exception {
        CaptureFiles file =
                new CaptureFiles()
                        .section()
                        .itf(1, 9, 0)
                        .packet(0, 5, A, 60)
                        .packet(0, 4, B, 1514)
                        .simplePacket(A, 60);
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run =
                        CommandRun.startWords(
                                "replay %s --json --socket %s %s"
                                        .formatted(write(file), socket(), rate))) {
            assertEquals(0, run.exitCode(), run::transcript);
            assertPackets(end.packets(), A, B, A);
            assertTrue(run.out().endsWith("\"backwards\":1,\"untimed\":1}\n"), run::transcript);
        }
    }

    @Test
    void sendsRawInIpMode() throws Exception {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 101).record(1, 0, A, 60);
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.IP);
                CommandRun run = replay(write(file), "--mode ip --loop 3")) {
            assertEquals(0, run.exitCode(), run::transcript);
            assertPackets(end.packets(), A, A, A);
            assertTrue(run.out().contains("3 packets read, 3 sent with 180 bytes in "));
            assertEquals("", run.err());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "113|has link type LINUX_SLL (113): memif carries ETHERNET, or RAW in ip mode",
                "101|has link type RAW (101), which needs --mode ip",
                "4711|has link type number 4711"
            })
    void otherLinkTypesAreRefusedByName(int type, String reason) throws Exception {
        CaptureFiles file = new CaptureFiles().section().itf(1, 9, 0).packet(0, 1, A, 60);
        int offset = file.itf(type, 9, 0).length();
        file.packet(1, 1, B, 1514);
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run = replay(write(file), "")) {
            assertEquals(1, run.exitCode(), run::transcript);
            assertTrue(run.out().contains("2 packets read, 1 sent"), run::transcript);
            String said = "the packet at offset " + offset + " " + reason;
            assertTrue(run.err().contains(said), run::transcript);
            assertPackets(end.packets(), A);
        }
    }

    @Test
    void aBrokenFileIsSentUpToItsOffset() throws Exception {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 1).record(1, 0, A, 60);
        int offset = file.length();
        byte[] whole = file.record(1, 0, B, 1514).toBytes();
        Path path = Files.write(directory.resolve("b"), Arrays.copyOf(whole, whole.length - 1));
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run = replay(path, "")) {
            assertEquals(1, run.exitCode(), run::transcript);
            String said = path + ": broken at offset " + offset + ": the file ends at ";
            assertTrue(run.err().contains(said), run::transcript);
            assertPackets(end.packets(), A);
        }
    }

    @ParameterizedTest
    @CsvSource({"--rate 500, 198", "--bits 0.24M, 198", "--realtime, 198"})
    void keepsThePace(String option, long leastMs) throws Exception {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 1);
        for (int i = 0; i < 100; i++) {
            file.record(7, 2000 * i, A, 60);
        }
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run =
                        CommandRun.startWords(
                                "replay %s --json --socket %s %s"
                                        .formatted(write(file), socket(), option))) {
            assertEquals(0, run.exitCode(), run::transcript);
            assertEquals(100, end.packets().size());
            String seconds = run.out().replaceAll(".*\"seconds\":([0-9.]+),.*\n", "$1");
            double ms = Double.parseDouble(seconds) * 1000;
            assertTrue(ms >= leastMs, run::transcript);
            // On a busy machine it may take longer, but not because of a mistake of its own.
            assertTrue(ms < 50 * leastMs, run::transcript);
        }
    }

    @Test
    void aLinkThatGoesDownIsNoSilentLoss() throws Exception {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 1).record(1, 0, A, 60);
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run = replay(write(file), "--loop 0")) {
            Await.soon("packets", () -> end.packets().size() > 1000);
            end.itf().setAdminUp(false);
            assertEquals(1, run.exitCode(), run::transcript);
            assertTrue(run.out().contains(" may not have been taken by the peer"), run::transcript);
            assertTrue(run.err().contains("the link went down: "), run::transcript);
        }
    }

    @Test
    void endsWhenTold() throws Exception {
        CaptureFiles file = new CaptureFiles().pcap(0xa1b2c3d4, 1).record(1, 0, A, 60);
        try (ReceivingEnd end = new ReceivingEnd(socket(), Mode.ETHERNET);
                CommandRun run = replay(write(file), "--loop 0")) {
            Await.soon("packets", () -> !end.packets().isEmpty());
            assertEquals(0, run.stop().exitCode(), run::transcript);
            assertEquals("", run.err());
        }
    }
}
