package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets that are sent from where they lie, and what is known of the peer's progress. */
@Timeout(60)
class InPlaceTest {
    private static final int BUFFER = 64;
    private static final Region.Id HERE = new Region.Id(1, 2);
    private static final Region.Id ELSEWHERE = new Region.Id(1, 3);

    /** The S2M ring of a slave that shares one region of its application, and its master. */
    private static final class Shared {
        final ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16);
        final ByteBuffer ours = ByteBuffer.allocateDirect(1 << 16);
        final QueueCounters sent = new QueueCounters();
        final QueueCounters received = new QueueCounters();
        final Ring ring = new Ring(memory, 0, 3, 64);
        final SlaveTx tx;
        final MasterRx rx;

        Shared() {
            ring.initialise(RingLayout.MASK_INT);
            OwnBuffers own = new OwnBuffers(0, 4096, BUFFER);
            RegionTable table =
                    RegionTable.of(
                            Region.over(memory.capacity(), List.of(memory), true, ELSEWHERE),
                            Region.over(ours.capacity(), List.of(ours), true, HERE));
            tx = new SlaveTx(ring, table, own, () -> {}, sent, fault -> {});
            rx = new MasterRx(ring, table, received, fault -> {});
        }

        void put(int offset, byte[] packet) {
            ours.put(offset, packet);
        }
    }

    @Test
    void packetIsSeenWhereItLies() {
        Shared link = new Shared();
        byte[] packet = PacketPattern.packet(1, 50);
        link.put(1001, packet);
        assertEquals(1, link.tx.transmit(HERE, 1001, 50));
        assertEquals(1, link.tx.flush());
        // What is written after the call and before the peer reads is seen: nothing was copied.
        link.ours.put(1001, (byte) 99);
        packet[0] = 99;
        List<byte[]> got = PacketPattern.drain(link.rx, 8);
        assertEquals(1, got.size());
        assertArrayEquals(packet, got.get(0));
        assertEquals(1, link.sent.get(Counter.IN_PLACE));
    }

    @Test
    void copiesAndPlacesMixInOrderOverManyRounds() {
        Shared link = new Shared();
        for (int round = 0; round < 100; round++) {
            byte[] lying = PacketPattern.packet(round, 40);
            byte[] copied = PacketPattern.packet(round + 1000, 41);
            link.put(round * 64, lying);
            assertEquals(1, link.tx.transmit(HERE, round * 64, 40));
            assertEquals(1, link.tx.offer(copied, 0, 41));
            link.tx.flush();
            List<byte[]> got = PacketPattern.drain(link.rx, 8);
            assertArrayEquals(lying, got.get(0));
            assertArrayEquals(copied, got.get(1));
        }
        assertEquals(200, link.tx.taken());
        assertEquals(200, link.tx.staged());
        assertEquals(0, link.received.get(Counter.BAD_DESCRIPTORS));
    }

    @Test
    void longPacketGoesOutInPiecesThatPeersCanTake() {
        Shared link = new Shared();
        byte[] packet = PacketPattern.packet(7, 5 * BUFFER + 1);
        link.put(300, packet);
        assertEquals(6, link.tx.transmit(HERE, 300, packet.length));
        assertEquals(TxQueue.BACK_PRESSURED, link.tx.transmit(HERE, 300, 3 * BUFFER));
        link.tx.flush();
        List<byte[]> got = PacketPattern.drain(link.rx, 64);
        assertEquals(1, got.size());
        assertArrayEquals(packet, got.get(0));
        assertEquals(6, link.received.get(Counter.BUFFERS));
        assertEquals(6, link.tx.taken());
        assertEquals(TxQueue.TOO_LONG, link.tx.transmit(HERE, 0, 8 * BUFFER + 1));
    }

    @Test
    void whatThePeerDoesNotSeeIsRefused() {
        Shared link = new Shared();
        long end = link.ours.capacity();
        Region.Id unknown = new Region.Id(9, 9);
        assertThrows(IllegalArgumentException.class, () -> link.tx.transmit(unknown, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> link.tx.transmit(HERE, end - 9, 10));
        assertThrows(IllegalArgumentException.class, () -> link.tx.transmit(HERE, -1, 10));
        assertThrows(
                IllegalArgumentException.class, () -> link.tx.transmit(HERE, Long.MAX_VALUE, 10));
        assertThrows(IllegalArgumentException.class, () -> link.tx.transmit(HERE, 0, 0));
        assertEquals(1, link.tx.transmit(HERE, end - 10, 10));
        PacketClaim claim = new PacketClaim();
        assertEquals(1, link.tx.tryClaim(1, claim));
        assertThrows(IllegalStateException.class, () -> link.tx.transmit(HERE, 0, 10));
        claim.abort();
        Pair master = new Pair(Pair.Way.M2S, 3, BUFFER);
        assertThrows(IllegalArgumentException.class, () -> master.tx.transmit(HERE, 0, 1));
    }

    @Test
    void aFillerMustNotTransmitOnItsOwnQueue() {
        Shared link = new Shared();
        int[] calls = {0};
        PacketFiller filler =
                (buffer, at, most) -> {
                    if (++calls[0] == 2) {
                        link.tx.transmit(HERE, 0, 10);
                    }
                    buffer.put(at, (byte) calls[0]);
                    return 1;
                };
        assertThrows(IllegalStateException.class, () -> link.tx.fill(filler, 10, 4));
        assertEquals(1, link.tx.flush());
        List<byte[]> got = PacketPattern.drain(link.rx, 8);
        assertEquals(1, got.size());
        assertArrayEquals(new byte[] {1}, got.get(0));
        assertEquals(1, link.tx.transmit(HERE, 0, 10));
    }

    @Test
    void offsetsBeyondTwoGibibytesAreWrittenUnsigned() {
        ByteBuffer memory = ByteBuffer.allocateDirect(4096);
        Ring ring = new Ring(memory, 0, 3, 64);
        ring.initialise(RingLayout.MASK_INT);
        RegionTable table = RegionTable.of(Region.over(5L << 30, List.of(memory), true, HERE));
        SlaveTx tx =
                new SlaveTx(
                        ring,
                        table,
                        new OwnBuffers(0, 1024, BUFFER),
                        () -> {},
                        new QueueCounters(),
                        fault -> {});
        long far = (4L << 30) - 10;
        assertEquals(1, tx.transmit(HERE, far, 10));
        assertEquals(far, Ring.offset(ring.descriptorHigh(0)));
        assertThrows(IllegalArgumentException.class, () -> tx.transmit(HERE, far, 11));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void progressFollowsThePeer(Pair.Way way) {
        Pair pair = new Pair(way, 3, BUFFER);
        assertEquals(pair.tx.staged(), pair.tx.taken());
        for (int i = 0; i < 5; i++) {
            pair.tx.offer(PacketPattern.packet(i, 20), 0, 20);
        }
        assertTrue(pair.tx.taken() < pair.tx.staged(), "staged");
        pair.tx.flush();
        assertEquals(0, pair.tx.taken());
        ReceivedBurst burst = new ReceivedBurst(3);
        pair.rx.hold(burst);
        assertEquals(0, pair.tx.taken(), "held is not taken");
        pair.rx.release(2);
        assertEquals(2, pair.tx.taken());
        assertTrue(pair.tx.taken() < pair.tx.staged());
        pair.rx.release(1);
        PacketPattern.drain(pair.rx, 8);
        assertEquals(5, pair.tx.taken());
        assertEquals(pair.tx.staged(), pair.tx.taken());
        for (int i = 0; i < 100_000; i++) {
            pair.tx.offer(PacketPattern.packet(i, 20), 0, 20);
            pair.tx.flush();
            pair.rx.poll((b, o, l, f) -> {}, 1);
        }
        assertEquals(100_005, pair.tx.taken(), "over the wrap of 16 bits");
    }

    @Test
    void indexesThatLieMoveProgressNeitherBackNorBeyondWhatWasSent() {
        Shared link = new Shared();
        for (int i = 0; i < 4; i++) {
            link.tx.transmit(HERE, 0, 10);
        }
        link.tx.flush();
        link.ring.tailRelease(3);
        assertEquals(3, link.tx.taken());
        for (int lie : new int[] {0, 1, 2, 5, 9, 1000, 0x7fff, 0xffff}) {
            link.ring.tailRelease(lie);
            assertEquals(3, link.tx.taken(), "tail " + lie);
        }
        link.ring.tailRelease(4);
        assertEquals(4, link.tx.taken());
    }
}
