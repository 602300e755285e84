package io.memif.examples.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.examples.CommandRun;
import io.memif.examples.pcap.CaptureFiles;
import io.memif.examples.pcap.CaptureReader;
import io.memif.examples.pcap.CapturedPacket;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Capture as an end of a link, and in the middle of two. Some 3 seconds. */
@Timeout(120)
class OwnCaptureTest {
    @TempDir Path directory;

    private Path path(String name) {
        return directory.resolve(name);
    }

    /** A packet of a file: its bytes, its length on the wire, its link type. */
    private record Found(String bytes, long original, int type) {}

    private static List<Found> read(Path file) throws IOException {
        List<Found> all = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            CapturedPacket packet = new CapturedPacket();
            while (reader.next(packet)) {
                byte[] bytes = Arrays.copyOf(packet.bytes().array(), packet.length());
                all.add(
                        new Found(
                                Arrays.toString(bytes),
                                packet.originalLength(),
                                packet.linkType()));
            }
        }
        return all;
    }

    /** Replays a file into a capture that ends with the last packet. */
    private void copy(Path from, Path to, int packets, String options) throws Exception {
        String socket = " --socket " + path("s") + options;
        try (CommandRun capture =
                        CommandRun.startWords(
                                "capture --role master -c %d -w %s%s"
                                        .formatted(packets, to, socket));
                CommandRun replay =
                        CommandRun.startWords("replay " + from + " --topspeed" + socket)) {
            assertEquals(0, capture.exitCode(), () -> capture.transcript() + replay.transcript());
            assertTrue(
                    capture.err().contains(packets + " packets captured\n"), capture::transcript);
            replay.exitCode();
            assertTrue(
                    replay.out().contains(packets + " packets read, " + packets + " sent with "),
                    replay::transcript);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ethernet", "ip"})
    void captureAndReplayAreARoundTrip(String mode) throws Exception {
        int type = mode.equals("ip") ? 101 : 1;
        CaptureFiles original = new CaptureFiles().section().itf(type, 6, 0);
        List<byte[]> packets =
                IntStream.range(0, 500)
                        .mapToObj(i -> TestPackets.pattern(i, i == 77 ? 92_000 : 1 + i * 7))
                        .toList();
        packets.forEach(packet -> original.packet(0, 1000, packet, packet.length));
        Path first = Files.write(path("first"), original.toBytes());
        copy(first, path("second"), packets.size(), " --mode " + mode);
        copy(path("second"), path("third"), packets.size(), " --mode " + mode);
        assertEquals(read(first), read(path("second")));
        assertEquals(read(first), read(path("third")));
    }

    @Test
    void keepsNoMoreThanTheSnapLength() throws Exception {
        byte[] packet = TestPackets.pattern(1, 200);
        byte[] file = new CaptureFiles().pcap(0xa1b2c3d4, 1).record(0, 0, packet, 200).toBytes();
        Path in = Files.write(path("in"), file);
        String socket = " --socket " + path("s");
        try (CommandRun capture =
                        CommandRun.startWords(
                                "capture --role master -c 1 -s 64 -w " + path("cut") + socket);
                CommandRun replay = CommandRun.startWords("replay " + in + socket)) {
            assertEquals(0, capture.exitCode(), capture::transcript);
            replay.exitCode();
        }
        String start = Arrays.toString(Arrays.copyOf(packet, 64));
        assertEquals(List.of(new Found(start, 200, 1)), read(path("cut")));
    }

    /** A peer of ours, as slave. */
    private MemifInterface peer(MemifSocket socket) throws InterruptedException {
        MemifInterface itf =
                socket.addInterface(InterfaceConfig.builder().role(Role.SLAVE).build());
        assertTrue(itf.awaitConnected(Duration.ofSeconds(20)));
        return itf;
    }

    private MemifSocket socket(String name) {
        return MemifSocket.open(SocketConfig.builder().address(path(name).toString()).build());
    }

    @Test
    void passesOnBothWaysAndKeepsBoth() throws Exception {
        Path file = path("between");
        try (CommandRun capture =
                        CommandRun.startWords(
                                ("capture --between %s,role=master %s,role=master,ring-size=64"
                                                + " --json -w %s")
                                        .formatted(path("a"), path("b"), file));
                MemifSocket a = socket("a");
                MemifSocket b = socket("b")) {
            MemifInterface atA = peer(a);
            MemifInterface atB = peer(b);
            Await.soon(
                    "both links as the capture sees them",
                    () ->
                            capture.err().contains("A: link up: ")
                                    && capture.err().contains("B: link up: "));
            List<byte[]> there = new ArrayList<>();
            List<byte[]> back = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                there.add(TestPackets.pattern(i, 60 + i * 20));
                back.add(TestPackets.pattern(1000 + i, 60 + i));
                TestPackets.send(atA.txQueue(0), there.get(i));
                TestPackets.send(atB.txQueue(0), back.get(i));
                assertArrayEquals(there.get(i), TestPackets.receive(atB.rxQueue(0)));
                assertArrayEquals(back.get(i), TestPackets.receive(atA.rxQueue(0)));
            }
            assertEquals(0, capture.stop().exitCode(), capture::transcript);
            assertTrue(
                    capture.err()
                            .contains(
                                    "A: 300 packets passed, 0 of them missed\n"
                                            + "B: 300 packets passed, 0 of them missed\n"
                                            + "600 packets captured\n"),
                    capture::transcript);
            assertTrue(
                    capture.out().matches("\\{\"packets\":600,.*\"name\":\"B\".*\\}\n"),
                    capture::transcript);
            List<String> found = read(file).stream().map(Found::bytes).toList();
            List<Integer> interfaces = interfaces(file);
            assertEquals(strings(there), of(0, found, interfaces));
            assertEquals(strings(back), of(1, found, interfaces));
        }
    }

    private static List<String> strings(List<byte[]> packets) {
        return packets.stream().map(Arrays::toString).toList();
    }

    private static List<String> of(int number, List<String> packets, List<Integer> interfaces) {
        return IntStream.range(0, packets.size())
                .filter(i -> interfaces.get(i) == number)
                .mapToObj(packets::get)
                .toList();
    }

    /** The interface of each packet block. */
    private static List<Integer> interfaces(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> all = new ArrayList<>();
        for (int at = 0; at < bytes.limit(); at += bytes.getInt(at + 4)) {
            if (bytes.getInt(at) == 6) {
                all.add(bytes.getInt(at + 8));
            }
        }
        return all;
    }

    @Test
    void printsALineForEachWithoutAFile() throws Exception {
        byte[] file =
                new CaptureFiles()
                        .pcap(0xa1b2c3d4, 1)
                        .record(0, 0, TestPackets.pattern(1, 60), 60)
                        .toBytes();
        String socket = " --socket " + path("s");
        Path in = Files.write(path("in"), file);
        try (CommandRun capture = CommandRun.startWords("capture --role master -c 1" + socket);
                CommandRun replay = CommandRun.startWords("replay " + in + socket)) {
            assertEquals(0, capture.exitCode(), capture::transcript);
            replay.exitCode();
            assertTrue(capture.out().contains("memif0: "), capture::transcript);
            assertTrue(capture.out().endsWith(", length 60\n"), capture::transcript);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsOneSentence() throws Exception {
        String file = directory.resolve("none/file").toString();
        try (CommandRun capture =
                CommandRun.start("capture", "--socket", path("s").toString(), "-w", file)) {
            assertEquals(1, capture.exitCode(), capture::transcript);
            assertEquals(1, capture.err().lines().count(), capture::transcript);
            assertTrue(capture.err().contains("cannot write " + file), capture::transcript);
            assertFalse(Files.exists(path("s")));
        }
    }
}
