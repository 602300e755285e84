package io.memif.examples.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifPair;
import io.memif.Mode;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.pcap.CaptureReader;
import io.memif.examples.pcap.CapturedPacket;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The samples do what they say, and are short. Some 3 seconds. */
@Timeout(120)
class SamplesTest {
    @TempDir Path directory;

    /** What a sample does until its interface is closed. */
    @FunctionalInterface
    private interface Serving {
        void run() throws InterruptedException;
    }

    /** A pair whose slave a sample serves, in a thread that ends with the pair. */
    private static final class Served implements AutoCloseable {
        final MemifPair pair;
        private final Thread[] threads;

        Served(MemifPair pair, Serving... serving) {
            this.pair = pair;
            threads = Stream.of(serving).map(Served::start).toArray(Thread[]::new);
        }

        private static Thread start(Serving serving) {
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    serving.run();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            },
                            "sample");
            thread.start();
            return thread;
        }

        @Override
        public void close() {
            pair.close();
            for (Thread thread : threads) {
                try {
                    thread.join(TestPackets.SOON / 1_000_000);
                } catch (InterruptedException e) {
                    throw new AssertionError("interrupted while the sample ends", e);
                }
                assertFalse(thread.isAlive(), "the sample ends with its interface");
            }
        }
    }

    private static MemifPair pair(Mode mode, int queues) {
        return MemifPair.open(
                InterfaceConfig.builder().role(Role.MASTER).mode(mode).queues(queues).build(),
                InterfaceConfig.builder().role(Role.SLAVE).mode(mode).queues(queues).build());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] frame(int destination, int source, int length) {
        byte[] frame = TestPackets.pattern(source, length);
        ByteBuffer.wrap(frame)
                .putShort((short) 0x0200)
                .putInt(destination)
                .putShort((short) 0x0200)
                .putInt(source);
        return frame;
    }

    /** A frame too many would be found in place of the next one that a port gets. */
    @Test
    void theBridgeLearns() throws InterruptedException {
        try (MemifPair two = MemifPair.open();
                MemifPair three = MemifPair.open();
                Served one = bridged(MemifPair.open(), two, three)) {
            List<MemifInterface> at = List.of(one.pair.master(), two.master(), three.master());
            byte[] first = frame(2, 1, 60);
            passes(at, 0, first, 1, 2);
            byte[] answer = frame(1, 2, 5000);
            passes(at, 1, answer, 0);
            passes(at, 0, first, 1);
            // Station 1 moves.
            passes(at, 2, first, 1);
            passes(at, 1, answer, 2);
            // Station 3 is beside station 2.
            passes(at, 1, frame(2, 3, 60));
            byte[] broadcast = frame(0, 3, 60);
            Arrays.fill(broadcast, 0, 6, (byte) 0xff);
            passes(at, 1, broadcast, 0, 2);
            passes(at, 0, frame(3, 4, 60), 1);
        }
    }

    private static Served bridged(MemifPair one, MemifPair two, MemifPair three) {
        List<MemifInterface> ports = List.of(one.slave(), two.slave(), three.slave());
        return new Served(
                one,
                () -> {
                    try (LearningBridge bridge = new LearningBridge(ports)) {
                        while (!one.slave().isClosed()) {
                            bridge.turn(100_000_000);
                        }
                    }
                });
    }

    private static void passes(List<MemifInterface> at, int from, byte[] frame, int... to)
            throws InterruptedException {
        TestPackets.send(at.get(from).txQueue(0), frame);
        for (int port : to) {
            assertArrayEquals(frame, TestPackets.receive(at.get(port).rxQueue(0)));
        }
    }

    @Test
    void theRewriterRewritesInPlace() throws InterruptedException {
        MemifPair pair = pair(Mode.ETHERNET, 2);
        try (Served served =
                new Served(
                        pair,
                        () -> HeaderRewriter.serve(pair.slave(), 0),
                        () -> HeaderRewriter.serve(pair.slave(), 1))) {
            MemifInterface peer = served.pair.master();
            String addresses = "020000000001 020000000002 0800";
            for (int queue = 0; queue < 2; queue++) {
                // Time to live 1: not answered.
                byte[] last =
                        hex(
                                addresses
                                        + "4500001c 00000000 0111 0000 c0a80101 c0a80102"
                                        + "00".repeat(8));
                TestPackets.send(peer.txQueue(queue), last);
                for (int i = 2; i < 256; i += 23) {
                    byte[] sent =
                            hex(
                                    addresses
                                            + "4500001c %04x0000 %02x11 0000 c0a80101 c0a80102"
                                                    .formatted(i * queue * 200, i)
                                            + "00".repeat(8));
                    setIpChecksum(sent);
                    TestPackets.send(peer.txQueue(queue), sent);
                    byte[] expected = sent.clone();
                    System.arraycopy(sent, 0, expected, 6, 6);
                    System.arraycopy(sent, 6, expected, 0, 6);
                    expected[22]--;
                    setIpChecksum(expected);
                    assertArrayEquals(expected, TestPackets.receive(peer.rxQueue(queue)));
                }
                long inPlace = pair.slave().txQueue(queue).counters().get(Counter.IN_PLACE);
                assertEquals(12, inPlace, "packets that were not copied");
            }
        }
    }

    private static void setIpChecksum(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame).putShort(24, (short) 0);
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        bytes.putShort(24, (short) ~((sum & 0xffff) + (sum >>> 16)));
    }

    @Test
    void udpComesBackAndArpIsAnswered() throws InterruptedException {
        MemifPair pair = pair(Mode.ETHERNET, 1);
        IpPrefix own = IpPrefix.parse("192.168.1.2/24");
        try (Served served = new Served(pair, () -> new UdpEcho(pair.slave(), own).serve())) {
            MemifInterface peer = served.pair.master();
            byte[] arp =
                    hex(
                            "ffffffffffff 020000000001 0806 0001 0800 0604 0001"
                                    + "020000000001 c0a80101 000000000000 c0a80102");
            TestPackets.send(peer.txQueue(0), arp);
            assertEquals(2, TestPackets.receive(peer.rxQueue(0))[21], "an ARP reply");
            String datagram = " 000c 1234 68656c6c";
            byte[] sent =
                    hex(
                            "02fec0a80102 020000000001 0800 45000020 00000000 4011 abcd c0a80101"
                                    + "c0a80102 1388 0007"
                                    + datagram);
            TestPackets.send(peer.txQueue(0), sent);
            byte[] expected =
                    hex(
                            "020000000001 02fec0a80102 0800 45000020 00000000 4011 abcd c0a80102"
                                    + "c0a80101 0007 1388"
                                    + datagram);
            assertArrayEquals(expected, TestPackets.receive(peer.rxQueue(0)));
        }
    }

    @Test
    void udpComesBackInIpMode() throws InterruptedException {
        MemifPair pair = pair(Mode.IP, 1);
        IpPrefix own = IpPrefix.parse("10.0.0.2/32");
        try (Served served = new Served(pair, () -> new UdpEcho(pair.slave(), own).serve())) {
            MemifInterface peer = served.pair.master();
            String start = "4500001d 00000000 4011 0000 ";
            TestPackets.send(
                    peer.txQueue(0), hex(start + "0a000001 0a000002 0101 0202 0009 0000 aa"));
            assertArrayEquals(
                    hex(start + "0a000002 0a000001 0202 0101 0009 0000 aa"),
                    TestPackets.receive(peer.rxQueue(0)));
        }
    }

    @Test
    void requestsAreAnswered() throws InterruptedException {
        MemifPair pair = MemifPair.open();
        try (Served served = new Served(pair, () -> new RequestResponse(pair.master()).serve())) {
            RequestResponse client = new RequestResponse(served.pair.slave());
            for (int i = 0; i < 20; i++) {
                assertEquals("REQUEST " + i, client.ask("request " + i, TestPackets.SOON));
            }
        }
    }

    @Test
    void nobodyAnswers() throws InterruptedException {
        try (MemifPair pair = MemifPair.open()) {
            assertNull(new RequestResponse(pair.slave()).ask("hello", 1_000_000));
        }
    }

    @Test
    void twoJvmsTalk() throws InterruptedException {
        String socket = "@memif-sample-" + ProcessHandle.current().pid();
        String name = RequestResponse.class.getName();
        try (ChildProcess server =
                        ChildProcess.java(ExitWithInput.class, name, "server", socket).start();
                ChildProcess client =
                        ChildProcess.java(RequestResponse.class, "client", socket, "good morning")
                                .start()) {
            assertEquals(0, client.exitCode(), client::toString);
            assertEquals("GOOD MORNING\n", client.out(), server::toString);
        }
    }

    @Test
    void theFileHasThePackets() throws Exception {
        Path file = directory.resolve("c.pcapng");
        try (MemifPair pair = MemifPair.open()) {
            List<byte[]> packets =
                    List.of(TestPackets.pattern(1, 60), TestPackets.pattern(2, 5000));
            packets.forEach(packet -> TestPackets.send(pair.master().txQueue(0), packet));
            try (CaptureToFile capture = new CaptureToFile(file, pair.slave())) {
                capture.write(pair.slave().rxQueue(0), packets.size());
            }
            try (CaptureReader reader = CaptureReader.open(file)) {
                CapturedPacket found = new CapturedPacket();
                for (byte[] packet : packets) {
                    assertTrue(reader.next(found));
                    byte[] bytes = Arrays.copyOf(found.bytes().array(), found.length());
                    assertArrayEquals(packet, bytes);
                }
                assertFalse(reader.next(found));
            }
        }
    }

    @Test
    void eachIsShort() throws IOException {
        Path sources =
                Path.of("src/main/java", SamplesTest.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                long lines = Files.readAllLines(file).size();
                assertTrue(lines < 100, file + " has " + lines + " lines");
            }
        }
    }
}
