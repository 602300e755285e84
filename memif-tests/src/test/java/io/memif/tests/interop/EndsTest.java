package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.examples.Memif;
import io.memif.examples.pcap.CaptureReader;
import io.memif.examples.pcap.CapturedPacket;
import io.memif.examples.pcap.LinkType;
import io.memif.examples.pcap.PcapngWriter;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that are an end of a link, with testpmd at the other. Some 12 seconds. */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(180)
class EndsTest {
    private static final int PACKETS = 3000;
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir Path directory;

    private String socket(String name) {
        return directory.resolve(name).toString();
    }

    private static ChildProcess memif(String words) {
        return ChildProcess.java(ChildProcess.SMALL_JVM, Memif.class, words.split(" "))
                .withoutInput()
                .start();
    }

    @Test
    void testpmdAnswersPing() throws InterruptedException {
        try (Testpmd testpmd =
                Testpmd.memif(socket("s"), "role=server")
                        .options("--forward-mode=icmpecho")
                        .start()) {
            testpmd.command("start");
            try (ChildProcess ping =
                    memif(
                            "ping 10.1.1.1 -c 50 -i 0.01 -s 1400 --role slave --socket "
                                    + socket("s"))) {
                assertEquals(0, ping.exitCode(), ping::toString);
                assertTrue(
                        ping.out()
                                .startsWith(
                                        "PING 10.1.1.1 (10.1.1.1) 1400(1428) bytes of data.\n"));
                assertTrue(
                        ping.out()
                                .contains(
                                        "\n50 packets transmitted, 50 received, 0% packet loss, time "),
                        ping::toString);
                assertEquals("", ping.err());
            }
        }
    }

    /**
     * Packets of up to 9000 bytes, and one that is due an hour later, so that the link stays up:
     * testpmd forgets its counts with the link.
     */
    private long writeFile(Path file) throws IOException {
        long bytes = 0;
        try (PcapngWriter writer =
                new PcapngWriter(
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        "test")) {
            writer.addInterface(LinkType.ETHERNET, 0, "test", "");
            for (int i = 0; i < PACKETS; i++) {
                byte[] packet = TestPackets.pattern(i, 60 + i * 3 % 9000);
                writer.packet(0, 1000L * i, ByteBuffer.wrap(packet), packet.length, 0);
                bytes += packet.length;
            }
            writer.packet(0, HOUR_NS, ByteBuffer.allocate(60), 60, 0);
        }
        return bytes;
    }

    @Test
    void aListeningTestpmdCountsWhatIsReplayed() throws Exception {
        Path file = directory.resolve("file");
        long bytes = writeFile(file);
        try (Testpmd testpmd = counting("role=server").start();
                ChildProcess replay = memif("replay " + file + " --socket " + socket("s"))) {
            counts(testpmd, replay, bytes);
        }
    }

    @Test
    void aConnectingTestpmdCountsWhatIsReplayed() throws Exception {
        Path file = directory.resolve("file");
        long bytes = writeFile(file);
        String words = "replay " + file + " --role master --wait 60 --socket " + socket("s");
        try (ChildProcess replay = memif(words)) {
            replay.awaitText("waiting for the link");
            try (Testpmd testpmd = counting("role=client").start()) {
                counts(testpmd, replay, bytes);
            }
        }
    }

    private Testpmd.Builder counting(String role) {
        return Testpmd.memif(socket("s"), role).options("--forward-mode=rxonly", "--auto-start");
    }

    private static void counts(Testpmd testpmd, ChildProcess replay, long bytes)
            throws InterruptedException {
        assertEquals(PACKETS, receivedBy(testpmd, PACKETS), replay::toString);
        assertEquals(bytes, testpmd.statistics().rxBytes());
        replay.signal("TERM");
        assertEquals(0, replay.exitCode(), replay::toString);
        String sent = PACKETS + 1 + " packets read, " + PACKETS + " sent with " + bytes + " bytes";
        assertTrue(replay.out().contains(sent), replay::toString);
    }

    /** Slave of both: the packets stay in memory that both testpmds see. */
    @Test
    void aBridgeBetweenTwoTestpmdsPassesEveryPacketOn() throws Exception {
        String words = "bridge %s %s --json".formatted(socket("a"), socket("b"));
        try (Testpmd sender = listening("a", "txonly").start();
                Testpmd receiver = listening("b", "rxonly").start();
                ChildProcess bridge = memif(words)) {
            Await.soon(
                    "both links: " + bridge,
                    () ->
                            bridge.err().contains("A: link up: ")
                                    && bridge.err().contains("B: link up: "));
            receiver.command("start");
            sender.command("start");
            assertTrue(receivedBy(receiver, PACKETS) >= PACKETS, bridge::toString);
            sender.command("stop");
            long sent = sender.statistics().txPackets();
            assertEquals(sent, receivedBy(receiver, sent), bridge::toString);
            bridge.signal("TERM");
            assertEquals(0, bridge.exitCode(), bridge::toString);
            String there =
                    "\"aToB\":{\"received\":%d,\"packets\":%d,\"bytes\":%d,\"dropped\":0,\"inPlace\":%d}"
                            .formatted(sent, sent, 64 * sent, sent);
            assertTrue(bridge.out().contains(there), bridge::toString);
        }
    }

    private Testpmd.Builder listening(String name, String mode) {
        return Testpmd.memif(socket(name), "role=server").options("--forward-mode=" + mode);
    }

    /** Waits for so many packets, but not for ever; how many there are. */
    private static long receivedBy(Testpmd testpmd, long least) throws InterruptedException {
        long deadline = System.nanoTime() + Testpmd.SOON_NS;
        long found = testpmd.statistics().rxPackets();
        while (found < least && System.nanoTime() - deadline < 0) {
            found = testpmd.statistics().rxPackets();
        }
        return found;
    }

    private Testpmd.Builder peer(String name, String mode, String option) {
        return Testpmd.memif(socket(name), "role=client").options("--forward-mode=" + mode, option);
    }

    /** One testpmd sends, the other receives, and neither knows who is between them. */
    @Test
    void capturesBetweenTwoTestpmds() throws Exception {
        Path file = directory.resolve("between");
        String words =
                "capture --between %s,role=master %s,role=master -c %d -w %s"
                        .formatted(socket("a"), socket("b"), PACKETS, file);
        try (ChildProcess capture = memif(words)) {
            Await.soon("capture listens: " + capture, () -> capture.err().contains("and B: "));
            try (Testpmd receiver = peer("b", "rxonly", "--auto-start").start();
                    Testpmd sender = peer("a", "txonly", "--txpkts=200,100").start()) {
                sender.command("start");
                assertEquals(0, capture.exitCode(), () -> capture + "\n" + receiver);
            }
        }
        try (CaptureReader reader = CaptureReader.open(file)) {
            CapturedPacket packet = new CapturedPacket();
            for (int i = 0; i < PACKETS; i++) {
                assertTrue(reader.next(packet));
                assertEquals(300, packet.length());
                GeneratedPacket.check(packet.bytes(), 0, 300, new int[] {200, 100});
            }
        }
    }
}
