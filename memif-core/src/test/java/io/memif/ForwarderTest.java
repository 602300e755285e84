package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A complete forwarder between two links: order, content, back pressure, and links that come and
 * go.
 */
@Timeout(120)
class ForwarderTest {
    private static final int SLOTS = 16;
    private static final int BUFFER = 256;

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private static InterfaceConfig.Builder config(Role role, int id) {
        return TwoLinks.config(role, id, SLOTS, BUFFER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void packetsOfAllLengthsPassInOrderThroughSmallRings(boolean inPlace) throws Exception {
        try (TwoLinks links = new TwoLinks(directory, SLOTS, BUFFER, inPlace)) {
            links.connect();
            TxQueue next = links.out.txQueue(0);
            Forwarder forwarder = new Forwarder(links.in.rxQueue(0), next, 8);
            Exchange exchange = new Exchange(links.left.txQueue(0), links.right.rxQueue(0));
            long end = System.nanoTime() + SOON;
            while (exchange.received < 5000) {
                exchange.send(5000);
                forwarder.doWork();
                exchange.receive();
                assertTrue(System.nanoTime() < end, "received " + exchange.received);
            }
            forwarder.doWork();
            assertEquals(0, forwarder.underway());
            assertEquals(0, forwarder.dropped());
            Counter way = inPlace ? Counter.IN_PLACE : Counter.FORWARD_COPIES;
            assertEquals(5000, next.counters().get(way));
        }
    }

    /** Sends numbered packets and checks that what arrives is the next one, whole. */
    private static final class Exchange {
        private final TxQueue tx;
        private final RxQueue rx;
        private final Random random = new Random(8);
        private final ByteBuffer target = ByteBuffer.allocate(1 << 16);
        private final int[] sizes = new int[10_000];
        int sent;
        int received;

        Exchange(TxQueue tx, RxQueue rx) {
            this.tx = tx;
            this.rx = rx;
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = 1 + random.nextInt(i % 3 == 0 ? 1000 : 256);
            }
        }

        void send(int limit) {
            while (sent < limit && random.nextInt(8) > 0) {
                byte[] packet = pattern(sent, sizes[sent]);
                if (tx.offer(packet, 0, packet.length) < 0) {
                    break;
                }
                sent++;
            }
            tx.flush();
        }

        void receive() {
            for (int i = random.nextInt(6); i > 0; i--) {
                int length = rx.receive(target.clear());
                if (length <= 0) {
                    return;
                }
                byte[] got = Arrays.copyOf(target.array(), length);
                assertArrayEquals(pattern(received, sizes[received]), got, "packet " + received);
                received++;
            }
        }
    }

    @Test
    void eitherLinkMayEndAndComeBackWithPacketsUnderWay() throws Exception {
        try (TwoLinks links = new TwoLinks(directory, SLOTS, BUFFER, true)) {
            MemifInterface in = links.in;
            TxQueue source = links.left.txQueue(0);
            RxQueue sink = links.right.rxQueue(0);
            Forwarder forwarder = new Forwarder(in.rxQueue(0), links.out.txQueue(0), 64);
            assertEquals(0, forwarder.doWork(), "no link at all");
            for (int round = 0; round < 6; round++) {
                links.connect();
                drain(forwarder, sink);
                for (int i = 0; i < SLOTS; i++) {
                    send(source, pattern(i, 100));
                }
                assertTrue(in.rxQueue(0).await(SOON));
                assertTrue(forwarder.doWork() > 0);
                assertTrue(forwarder.underway() > 0, "the next peer takes nothing yet");
                MemifInterface ends = round % 2 == 0 ? in : links.out;
                ends.setAdminUp(false);
                forwarder.doWork();
                assertEquals(0, forwarder.underway(), "nobody takes them any more");
                ends.setAdminUp(true);
                links.connect();
                drain(forwarder, sink);
                Exchange exchange = new Exchange(source, sink);
                long end = System.nanoTime() + SOON;
                while (exchange.received < 300) {
                    exchange.send(300);
                    forwarder.doWork();
                    exchange.receive();
                    assertTrue(System.nanoTime() < end, "received " + exchange.received);
                }
            }
        }
    }

    private static void drain(Forwarder forwarder, RxQueue sink) {
        int idle = 0;
        while (idle < 3) {
            int work = forwarder.doWork() + sink.poll((buffer, offset, length, flags) -> {}, 100);
            idle = work == 0 ? idle + 1 : 0;
        }
        assertEquals(0, forwarder.underway());
    }

    /** The hook sees each packet once, although the small rings are full again and again. */
    @Test
    void aHookRewritesRoutesAndDrops() throws Exception {
        int packets = 600;
        InterfaceConfig.Builder west = config(Role.SLAVE, 0);
        InterfaceConfig.Builder east = config(Role.SLAVE, 1).ringSize(4);
        try (MemifRegion region = MemifRegion.builder().createForBuffersOf(west, east);
                MemifSocket socket = TwoLinks.socket(directory, errors);
                MemifInterface left = socket.addInterface(config(Role.MASTER, 0).build());
                MemifInterface right = socket.addInterface(config(Role.MASTER, 1).build());
                MemifInterface third = socket.addInterface(config(Role.MASTER, 2).build());
                MemifInterface in = socket.addInterface(west.build());
                MemifInterface inPlace = socket.addInterface(east.build());
                MemifInterface copied = socket.addInterface(config(Role.SLAVE, 2).build())) {
            connect(in, left);
            connect(inPlace, right);
            connect(copied, third);
            Forwarder forwarder =
                    new Forwarder(
                            in.rxQueue(0),
                            List.of(inPlace.txQueue(0), copied.txQueue(0)),
                            64,
                            ForwarderTest::markAndRoute);
            assertEquals(west.build().bufferMemory(), east.build().bufferOffset());
            assertTrue(region.isSealed());
            List<Integer> sides = new ArrayList<>();
            List<Integer> thirds = new ArrayList<>();
            int sent = 0;
            long end = System.nanoTime() + SOON;
            for (int turn = 0; sides.size() + thirds.size() < packets * 2 / 3; turn++) {
                if (sent < packets) {
                    ByteBuffer packet = ByteBuffer.allocate(300).putInt(0, sent);
                    sent += left.txQueue(0).offer(packet, 0, 300) > 0 ? 1 : 0;
                    left.txQueue(0).flush();
                }
                forwarder.doWork();
                if (turn % 50 == 0) {
                    take(right.rxQueue(0), sides);
                    take(third.rxQueue(0), thirds);
                }
                assertTrue(System.nanoTime() < end, "sent " + sent + ", received " + sides);
            }
            drain(forwarder, right.rxQueue(0));
            assertEquals(every(packets, 0), sides);
            assertEquals(every(packets, 1), thirds);
            assertEquals(0, forwarder.dropped());
            QueueCounters full = inPlace.txQueue(0).counters();
            assertTrue(full.get(Counter.RING_FULL) > 0, "the ring was full at times");
            assertTrue(full.get(Counter.IN_PLACE) == packets / 3, "no copy in one region");
        }
        assertEquals(List.of(), errors);
    }

    /** Counts in byte 4, so that a second call for a packet would be seen. */
    private static int markAndRoute(ReceivedBurst burst, int first) {
        ByteBuffer buffer = burst.buffer(first);
        int at = burst.offset(first);
        buffer.put(at + 4, (byte) (buffer.get(at + 4) + 1));
        int number = Byte.toUnsignedInt(buffer.get(at + 2)) << 8 | buffer.get(at + 3) & 0xff;
        return number % 3 == 2 ? Forwarder.DROP : number % 3;
    }

    private static void take(RxQueue rx, List<Integer> numbers) {
        ByteBuffer target = ByteBuffer.allocate(512);
        while (rx.receive(target.clear()) > 0) {
            assertEquals(1, target.get(4), "rewritten once");
            numbers.add(target.getInt(0));
        }
    }

    private static List<Integer> every(int packets, int remainder) {
        return IntStream.range(0, packets).filter(i -> i % 3 == remainder).boxed().toList();
    }

    @Test
    void oddCapacityIsRefused() {
        Forwarder.Hook hook = (burst, first) -> 0;
        for (int underway : new int[] {0, 12}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Forwarder(null, List.of(), underway, hook));
        }
    }
}
