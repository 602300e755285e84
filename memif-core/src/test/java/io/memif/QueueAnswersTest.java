package io.memif;

import static io.memif.testing.TestPackets.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What queues return: closed, released twice, no space yet; and what handlers may do to buffers.
 */
@Timeout(60)
class QueueAnswersTest {
    private static final String ADDRESS = "@memif-answers-" + ProcessHandle.current().pid();
    private static final long SECOND_NS = 1_000_000_000L;

    private static void send(Pair pair, int packets) {
        for (int i = 0; i < packets; i++) {
            assertEquals(1, pair.tx.offer(PacketPattern.packet(i, 60), 0, 60));
        }
        pair.tx.flush();
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void handlersMayMovePositionAndLimit(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        List<byte[]> seen = new ArrayList<>();
        PacketHandler relative =
                (buffer, offset, length, flags) -> {
                    byte[] packet = new byte[length];
                    buffer.position(offset).limit(offset + length);
                    buffer.get(packet);
                    buffer.limit(1).order(ByteOrder.LITTLE_ENDIAN);
                    seen.add(packet);
                };
        for (int round = 0; round < 20; round++) {
            send(pair, 8);
            assertEquals(7, pair.rx.poll(relative, 7));
            ByteBuffer copy = ByteBuffer.allocate(64);
            assertEquals(60, pair.rx.receive(copy));
            assertEquals(ByteBuffer.wrap(PacketPattern.packet(7, 60)), copy.flip());
            send(pair, 1);
            assertEquals(1, pair.rx.poll(relative, 64));
            byte[] chained = PacketPattern.packet(round, 100);
            assertEquals(2, pair.tx.offer(chained, 0, 100));
            pair.tx.flush();
            ByteBuffer whole = ByteBuffer.allocate(100);
            assertEquals(100, pair.rx.receive(whole));
            assertEquals(ByteBuffer.wrap(chained), whole.flip());
            send(pair, 1);
            ReceivedBurst burst = new ReceivedBurst(1);
            assertEquals(1, pair.rx.hold(burst));
            assertEquals(burst.buffer(0).capacity(), burst.buffer(0).limit());
            burst.buffer(0).limit(0);
            assertEquals(1, pair.rx.release(burst));
        }
        assertEquals(160, seen.size());
        assertEquals(ByteBuffer.wrap(PacketPattern.packet(6, 60)), ByteBuffer.wrap(seen.get(158)));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void whoWritesInPlaceMayMovePositionAndLimit(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        PacketClaim claim = new PacketClaim();
        for (int round = 0; round < 20; round++) {
            byte[] packet = PacketPattern.packet(round, 60);
            assertEquals(
                    1,
                    pair.tx.fill(
                            (buffer, offset, length) -> {
                                buffer.position(offset).limit(offset + 60);
                                buffer.put(packet).limit(0);
                                return 60;
                            },
                            64,
                            1));
            assertEquals(1, pair.tx.tryClaim(60, claim));
            claim.buffer().position(claim.offset()).put(packet).limit(0);
            assertEquals(1, claim.commit());
            assertEquals(1, pair.tx.offer(packet, 0, 60));
            pair.tx.flush();
            List<byte[]> got = PacketPattern.drain(pair.rx, 8);
            assertEquals(3, got.size());
            got.forEach(each -> assertEquals(ByteBuffer.wrap(packet), ByteBuffer.wrap(each)));
        }
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void burstsGoBackOnceAndInOrder(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 12);
        ReceivedBurst first = new ReceivedBurst(4);
        ReceivedBurst second = new ReceivedBurst(4);
        assertEquals(4, pair.rx.hold(first));
        assertEquals(4, pair.rx.hold(second));
        assertThrows(IllegalStateException.class, () -> pair.rx.release(second));
        assertThrows(IllegalStateException.class, () -> pair.rx.hold(first), "not the newest");
        assertEquals(8, pair.rx.held());
        assertEquals(1, pair.rx.release(first, 1));
        assertThrows(IllegalArgumentException.class, () -> pair.rx.release(first, 4));
        assertEquals(3, pair.rx.release(first));
        assertEquals(0, pair.rx.release(first), "twice");
        assertEquals(4, pair.rx.held());
        assertEquals(4, pair.rx.hold(second), "keeps the ones before");
        assertEquals(8, pair.rx.release(second));
        assertEquals(0, pair.rx.release(second));
        assertEquals(0, pair.rx.held());
        assertEquals(0, pair.rx.release(new ReceivedBurst(1)));
        Pair other = new Pair(way, 4, 64);
        send(other, 1);
        assertEquals(1, other.rx.hold(second));
        assertEquals(0, pair.rx.release(second), "another queue's");
        assertEquals(1, other.rx.release(second));
    }

    @Test
    void closedQueuesSaySoAndWaitsEnd() throws Exception {
        try (MemifSocket socket =
                MemifSocket.open(SocketConfig.builder().address(ADDRESS).build())) {
            MemifInterface master =
                    socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
            MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
            connect(master, slave);
            RxQueue rx = slave.rxQueue(0);
            TxQueue tx = slave.txQueue(0);
            byte[] packet = new byte[60];
            assertTrue(tx.awaitSpace(Integer.MAX_VALUE, SECOND_NS));
            while (tx.offer(packet, 0, 60) > 0) {
                continue;
            }
            assertFalse(tx.awaitSpace(1, 2_000_000), "nobody takes them");
            while (master.rxQueue(0).poll((b, o, l, f) -> {}, 64) > 0) {
                continue;
            }
            assertTrue(tx.awaitSpace(1, SECOND_NS));
            assertFalse(rx.isClosed() || tx.isClosed());
            assertTrue(rx.toString().startsWith("receive queue 0 of "), rx.toString());
            assertTrue(tx.toString().startsWith("transmit queue 0 of "), tx.toString());
            slave.close();
            assertTrue(rx.isClosed() && tx.isClosed());
            assertEquals(RxQueue.CLOSED, rx.poll((b, o, l, f) -> {}, 1));
            assertEquals(RxQueue.CLOSED, rx.receive(ByteBuffer.allocate(64)));
            assertEquals(RxQueue.CLOSED, rx.receive(ByteBuffer.allocate(64), new int[1]));
            assertEquals(RxQueue.CLOSED, rx.hold(new ReceivedBurst(1)));
            assertFalse(rx.await(Long.MAX_VALUE));
            assertEquals(TxQueue.CLOSED, tx.offer(packet, 0, 60));
            assertFalse(tx.awaitSpace(1, Long.MAX_VALUE));
            assertEquals("CLOSED", TxQueue.resultName(TxQueue.CLOSED));
            assertEquals("OK", TxQueue.resultName(Long.MAX_VALUE));
            assertEquals("unknown result -77", TxQueue.resultName(-77));
        }
    }
}
