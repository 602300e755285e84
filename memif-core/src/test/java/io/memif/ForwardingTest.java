package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Mappings;
import io.memif.testing.Await;
import io.memif.unix.OwnedFd;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Received packets that are passed on to another interface, over real links. */
@Timeout(120)
class ForwardingTest {
    private static final int[] LENGTHS = {1, 60, 512, 513, 1500, 5000};

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket() {
        return TwoLinks.socket(directory, errors);
    }

    private static InterfaceConfig.Builder config(Role role, int id) {
        return TwoLinks.config(role, id, 64, 512);
    }

    /** Takes one packet, passes it on, and releases it when the rules allow it. */
    private static long pass(RxQueue from, TxQueue to, ReceivedBurst burst)
            throws InterruptedException {
        assertTrue(from.await(SOON));
        int buffers = from.hold(burst);
        assertTrue(buffers > 0);
        assertEquals(buffers, burst.buffersOfPacket(0));
        long position = to.forward(burst, 0);
        assertTrue(position >= 0, "forward answers " + position);
        to.flush();
        return position;
    }

    private static void awaitTaken(TxQueue tx, long position) throws InterruptedException {
        assertTrue(tx.awaitTaken(position, SOON), "taken " + tx.taken() + " of " + position);
    }

    private static void run(TxQueue source, RxQueue in, TxQueue out, RxQueue sink, boolean inPlace)
            throws InterruptedException {
        ReceivedBurst burst = new ReceivedBurst(64);
        int rounds = 50;
        for (int round = 0; round < rounds; round++) {
            for (int length : LENGTHS) {
                byte[] packet = pattern(round + length, length);
                send(source, packet);
                long position = pass(in, out, burst);
                assertEquals(inPlace, position > 0);
                assertArrayEquals(packet, receive(sink));
                awaitTaken(out, position);
                in.release(burst);
            }
        }
        long all = (long) rounds * LENGTHS.length;
        assertEquals(inPlace ? all : 0, out.counters().get(Counter.IN_PLACE));
        assertEquals(inPlace ? 0 : all, out.counters().get(Counter.FORWARD_COPIES));
        assertEquals(all, out.counters().get(Counter.PACKETS));
    }

    @Test
    void slavesWithBuffersInOneRegionPassPacketsOnWithoutACopy() throws Exception {
        try (TwoLinks links = new TwoLinks(directory, 64, 512, true)) {
            links.connect();
            assertEquals(2, links.in.details().link().regions().size(), "rings, and the region");
            bothWays(links, true);
        }
    }

    private static void bothWays(TwoLinks links, boolean inPlace) throws InterruptedException {
        run(
                links.left.txQueue(0),
                links.in.rxQueue(0),
                links.out.txQueue(0),
                links.right.rxQueue(0),
                inPlace);
        run(
                links.right.txQueue(0),
                links.out.rxQueue(0),
                links.in.txQueue(0),
                links.left.rxQueue(0),
                inPlace);
    }

    @Test
    void slaveReflectsWithoutACopyByItself() throws Exception {
        try (MemifSocket socket = socket();
                MemifInterface master = socket.addInterface(config(Role.MASTER, 0).build());
                MemifInterface slave =
                        socket.addInterface(config(Role.SLAVE, 0).headroom(64).build())) {
            connect(slave, master);
            run(master.txQueue(0), slave.rxQueue(0), slave.txQueue(0), master.rxQueue(0), true);
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void linksWithoutCommonMemoryCopyOnce() throws Exception {
        try (TwoLinks links = new TwoLinks(directory, 64, 512, false)) {
            links.connect();
            bothWays(links, false);
        }
    }

    /** Masters pass on what slaves sent, by a copy as well. */
    @Test
    void mastersCopyOnce() throws Exception {
        try (TwoLinks links = new TwoLinks(directory, 64, 512, false)) {
            links.connect();
            run(
                    links.in.txQueue(0),
                    links.left.rxQueue(0),
                    links.right.txQueue(0),
                    links.out.rxQueue(0),
                    false);
        }
    }

    /** Our master received from a slave whose packets lie in a file that we share onwards. */
    @Test
    void sameFileUnderTwoNamesIsRecognised() throws Exception {
        try (MemifRegion theirs = MemifRegion.builder().create(1 << 16);
                MemifRegion ours = MemifRegion.builder().adopt(copy(theirs), 1 << 16);
                MemifSocket socket = socket();
                MemifInterface in = socket.addInterface(config(Role.MASTER, 0).build());
                MemifInterface sink = socket.addInterface(config(Role.MASTER, 1).build());
                MemifInterface source =
                        socket.addInterface(config(Role.SLAVE, 0).region(theirs).build());
                MemifInterface out =
                        socket.addInterface(config(Role.SLAVE, 1).region(ours).build())) {
            connect(source, in);
            connect(out, sink);
            ReceivedBurst burst = new ReceivedBurst(8);
            byte[] packet = pattern(1, 300);
            theirs.buffer().put(777, packet);
            long first = source.txQueue(0).transmit(theirs, 777, 300);
            source.txQueue(0).flush();
            long second = pass(in.rxQueue(0), out.txQueue(0), burst);
            assertTrue(second > 0, "in place");
            theirs.buffer().put(777, (byte) ~packet[0]);
            packet[0] = (byte) ~packet[0];
            assertArrayEquals(packet, receive(sink.rxQueue(0)), "two links, no copy");
            awaitTaken(out.txQueue(0), second);
            assertTrue(source.txQueue(0).taken() < first, "still held by the one in between");
            in.rxQueue(0).release(burst);
            awaitTaken(source.txQueue(0), first);
            assertEquals(1, out.txQueue(0).counters().get(Counter.IN_PLACE));
        }
        assertEquals(List.of(), errors);
    }

    private static OwnedFd copy(MemifRegion region) {
        return region.descriptor().duplicate();
    }

    @Test
    void packetsOfALinkThatEndedAreDroppedNotThrown() throws Exception {
        try (MemifSocket socket = socket();
                MemifInterface right = socket.addInterface(config(Role.MASTER, 1).build());
                MemifInterface other = socket.addInterface(config(Role.SLAVE, 1).build())) {
            connect(other, right);
            int mappings = Mappings.OF_PROCESS.count();
            ReceivedBurst burst = new ReceivedBurst(8);
            try (MemifInterface left = socket.addInterface(config(Role.MASTER, 0).build());
                    MemifInterface one = socket.addInterface(config(Role.SLAVE, 0).build())) {
                connect(one, left);
                byte[] packet = pattern(1, 60);
                send(left.txQueue(0), packet);
                assertTrue(one.rxQueue(0).await(SOON));
                assertEquals(1, one.rxQueue(0).hold(burst));
            }
            TxQueue tx = other.txQueue(0);
            // A helper releases the memory of a link that has ended.
            Await.soon("memory goes", () -> Mappings.OF_PROCESS.count() == mappings);
            assertEquals(TxQueue.SOURCE_GONE, tx.forward(burst, 0));
            assertTrue(other.isConnected());
            byte[] next = pattern(2, 60);
            send(tx, next);
            assertArrayEquals(next, receive(right.rxQueue(0)));
            other.setAdminUp(false);
            assertEquals(TxQueue.NOT_CONNECTED, tx.forward(burst, 0));
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void buffersInARegionThatDoesNotHoldThemAreRefused() {
        InterfaceConfig.Builder slave = config(Role.SLAVE, 0);
        long needed = slave.build().bufferMemory();
        int page = 4096;
        assertEquals((65 * 512 + page - 1) / page * page + 64 * 512, needed);
        try (MemifRegion region = MemifRegion.builder().name("r").create(needed + 64)) {
            assertEquals(needed, slave.buffersIn(region, 64).build().bufferMemory());
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> slave.buffersIn(region, 128).build());
            assertTrue(e.getMessage().contains("region r of " + (needed + 64)), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> slave.buffersIn(region, 32).build());
            assertThrows(
                    IllegalArgumentException.class, () -> slave.buffersIn(region, -64).build());
        }
    }
}
