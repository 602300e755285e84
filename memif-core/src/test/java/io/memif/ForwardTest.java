package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Held packets that are passed on, from where they lie or copied. */
@Timeout(60)
class ForwardTest {
    private static final int BUFFER = 64;
    static final Region.Id COMMON = new Region.Id(4, 4);

    /**
     * Two links of one slave whose buffers lie in one region: M2S of the first, S2M of the other.
     */
    static final class Through {
        final ByteBuffer common = ByteBuffer.allocateDirect(1 << 16);
        final QueueCounters sent = new QueueCounters();
        final MasterTx source;
        final SlaveRx in;
        final SlaveTx out;
        final MasterRx sink;

        Through(int log2In, int log2Out, int outBuffer) {
            Ring first = ring(log2In);
            Ring second = ring(log2Out);
            Region region = Region.over(common.capacity(), List.of(common), true, COMMON);
            RegionTable table = RegionTable.of(region);
            source = new MasterTx(first, table, () -> {}, new QueueCounters(), fault -> {});
            OwnBuffers here = new OwnBuffers(0, 0, 192, BUFFER);
            in = new SlaveRx(first, table, here, new QueueCounters(), fault -> {});
            in.start();
            OwnBuffers there = new OwnBuffers(0, 1 << 15, outBuffer);
            out = new SlaveTx(second, table, there, () -> {}, sent, fault -> {});
            sink = new MasterRx(second, table, new QueueCounters(), fault -> {});
        }

        private static Ring ring(int log2) {
            Ring ring = new Ring(ByteBuffer.allocateDirect(4096), 0, log2, 64);
            ring.initialise(RingLayout.MASK_INT);
            return ring;
        }

        void send(byte[] packet) {
            assertTrue(source.offer(packet, 0, packet.length) > 0);
            source.flush();
        }
    }

    @Test
    void aFillerMustNotForwardOnItsOwnQueue() {
        Through way = new Through(4, 4, BUFFER);
        byte[] packet = PacketPattern.packet(1, 40);
        way.send(packet);
        ReceivedBurst burst = new ReceivedBurst(16);
        assertEquals(1, way.in.hold(burst));
        PacketFiller filler = (buffer, at, most) -> way.out.forward(burst, 0);
        assertThrows(IllegalStateException.class, () -> way.out.fill(filler, BUFFER, 4));
        assertEquals(0, way.out.flush());
        assertEquals(1, way.out.forward(burst, 0));
        assertEquals(1, way.out.flush());
        List<byte[]> got = PacketPattern.drain(way.sink, 64);
        assertEquals(1, got.size());
        assertArrayEquals(packet, got.get(0));
    }

    @Test
    void packetsOfManyShapesArriveWholeWithoutACopy() {
        Through way = new Through(4, 4, BUFFER);
        Random random = new Random(5);
        ReceivedBurst burst = new ReceivedBurst(16);
        int chains = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] packet = PacketPattern.packet(round, 1 + random.nextInt(4 * BUFFER));
            way.send(packet);
            int buffers = way.in.hold(burst);
            assertEquals(buffers, burst.buffersOfPacket(0));
            assertEquals(buffers, way.out.forward(burst, 0));
            assertTrue(way.out.wentInPlace);
            chains += buffers > 1 ? 1 : 0;
            way.out.flush();
            // Written behind the sender's back: the receiver sees it, so nobody copied.
            burst.buffer(0).put(burst.offset(0), (byte) ~packet[0]);
            packet[0] = (byte) ~packet[0];
            List<byte[]> got = PacketPattern.drain(way.sink, 64);
            assertEquals(1, got.size());
            assertArrayEquals(packet, got.get(0));
            assertEquals(way.out.staged(), way.out.taken());
            way.in.release(buffers);
        }
        assertTrue(chains > 500, "chains were among them");
        assertEquals(2000, way.sent.get(Counter.IN_PLACE));
        assertEquals(0, way.sent.get(Counter.FORWARD_COPIES));
    }

    @Test
    void buffersAreKeptUntilTheNextPeerHasTakenThem() {
        Through way = new Through(3, 3, BUFFER);
        for (int i = 0; i < 8; i++) {
            way.send(PacketPattern.packet(i, 20));
        }
        ReceivedBurst burst = new ReceivedBurst(8);
        assertEquals(8, way.in.hold(burst));
        for (int i = 0; i < 8; i++) {
            assertEquals(1, way.out.forward(burst, i));
        }
        way.out.flush();
        assertEquals(TxQueue.BACK_PRESSURED, way.source.offer(new byte[1], 0, 1));
        List<Integer> seen = new ArrayList<>();
        way.sink.poll((b, o, l, f) -> seen.add((int) b.get(o)), 3);
        assertEquals(3, way.out.taken());
        way.in.release(3);
        for (int i = 8; i < 11; i++) {
            way.send(PacketPattern.packet(i, 20));
        }
        way.sink.poll((b, o, l, f) -> seen.add((int) b.get(o)), 64);
        for (int i = 0; i < 8; i++) {
            assertEquals(PacketPattern.packet(i, 20)[0], seen.get(i).byteValue(), "packet " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void memoryOfOthersIsCopiedOnce(Pair.Way way) {
        Pair from = new Pair(way, 4, BUFFER);
        ReceivedBurst burst = new ReceivedBurst(16);
        for (Pair.Way onward : Pair.Way.values()) {
            Pair to = new Pair(onward, 4, 100);
            for (int length : new int[] {1, 63, 64, 65, 100, 101, 300, 700}) {
                byte[] packet = PacketPattern.packet(length, length);
                from.tx.offer(packet, 0, length);
                from.tx.flush();
                int buffers = from.rx.hold(burst);
                assertEquals((length + 63) / 64, buffers);
                assertEquals((length + 99) / 100, to.tx.forward(burst, 0));
                assertFalse(to.tx.wentInPlace);
                from.rx.release(buffers);
                to.tx.flush();
                List<byte[]> got = PacketPattern.drain(to.rx, 64);
                assertEquals(1, got.size());
                assertArrayEquals(packet, got.get(0));
            }
            assertEquals(8, to.sent.get(Counter.FORWARD_COPIES));
            assertEquals(0, to.sent.get(Counter.IN_PLACE));
        }
    }

    @Test
    void buffersLongerThanTheNextPeerTakesAreCopiedInPieces() {
        Through way = new Through(3, 4, 32);
        byte[] packet = PacketPattern.packet(3, 60);
        way.send(packet);
        ReceivedBurst burst = new ReceivedBurst(8);
        assertEquals(1, way.in.hold(burst));
        assertEquals(2, way.out.forward(burst, 0));
        assertFalse(way.out.wentInPlace);
        way.out.flush();
        assertArrayEquals(packet, PacketPattern.drain(way.sink, 8).get(0));
    }

    @Test
    void fullRingTakesNothingAndTheSamePacketGoesLater() {
        Through way = new Through(3, 1, BUFFER);
        way.send(PacketPattern.packet(1, 100));
        way.send(PacketPattern.packet(2, 100));
        way.send(PacketPattern.packet(3, 150));
        ReceivedBurst burst = new ReceivedBurst(8);
        assertEquals(7, way.in.hold(burst));
        assertEquals(2, way.out.forward(burst, 0));
        assertEquals(TxQueue.BACK_PRESSURED, way.out.forward(burst, 2));
        assertFalse(way.out.wentInPlace);
        assertArrayEquals(PacketPattern.packet(1, 100), PacketPattern.drain(way.sink, 8).get(0));
        assertEquals(2, way.out.forward(burst, 2));
        way.out.flush();
        assertArrayEquals(PacketPattern.packet(2, 100), PacketPattern.drain(way.sink, 8).get(0));
        assertEquals(TxQueue.TOO_LONG, way.out.forward(burst, 4), "three buffers, two slots");
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void burstsCutNoPacketTheyHaveSpaceFor(Pair.Way way) {
        Pair from = new Pair(way, 4, BUFFER);
        for (int length : new int[] {60, 120, 60, 300}) {
            from.tx.offer(PacketPattern.packet(length, length), 0, length);
        }
        from.tx.flush();
        ReceivedBurst burst = new ReceivedBurst(2);
        Pair to = new Pair(Pair.Way.S2M, 4, BUFFER);
        assertEquals(1, from.rx.hold(burst), "the second packet has two buffers");
        assertEquals(2, from.rx.hold(burst));
        assertTrue(burst.isWhole(0));
        assertEquals(1, from.rx.hold(burst));
        assertEquals(2, from.rx.hold(burst), "too long for any burst: in parts");
        assertFalse(burst.isWhole(0));
        assertEquals(TxQueue.TOO_LONG, to.tx.forward(burst, 0));
        assertEquals(2, burst.buffersOfPacket(0));
        assertEquals(2, from.rx.hold(burst));
        assertEquals(1, from.rx.hold(burst));
        assertFalse(burst.isWhole(0), "the end of a packet is no packet");
        assertEquals(TxQueue.TOO_LONG, to.tx.forward(burst, 0));
        from.rx.release(9);
        assertEquals(0, from.rx.held());
    }
}
