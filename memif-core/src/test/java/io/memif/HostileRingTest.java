package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a peer may write into a ring, and what we make of it: never more than a dropped packet. */
@Timeout(60)
class HostileRingTest {
    private static final byte[] GOOD = PacketPattern.packet(7, 40);

    /** As master: the slave writes every word of its S2M descriptors. */
    @ParameterizedTest
    @CsvSource({
        "1, 33024, 40", // no such region
        "65535, 33024, 40",
        "0, 4294967295, 4294967295",
        "0, 4294967295, 1",
        "0, 0, 4294967295",
        "0, 0, 65536", // longer than any packet
        "0, 0, 0",
        "0, LAST, 2" // one byte past the end
    })
    void masterDropsBadDescriptorAndNothingElse(int region, String at, long length) {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        long offset = "LAST".equals(at) ? pair.memory.capacity() - 1 : Long.parseLong(at);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.flush();
        pair.ring.descriptor(1, length << 32 | (long) region << 16, offset);
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(2, packets.size());
        assertArrayEquals(GOOD, packets.get(1));
        assertEquals(1, pair.received.get(Counter.BAD_DESCRIPTORS));
        assertEquals(3, pair.ring.tailAcquire(), "the bad slot went back as well");
    }

    @Test
    void lastByteOfARegionIsUsable() {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        pair.ring.descriptor(0, 1L << 32, pair.memory.capacity() - 1);
        pair.ring.headRelease(1);
        assertEquals(1, PacketPattern.drain(pair.rx, 64).size());
    }

    /** Each packet is looked for in its own region, wherever the one before it was. */
    @Test
    void masterReceivesFromSeveralRegions() {
        Ring ring = new Ring(ByteBuffer.allocateDirect(Protocol.ringLength(5, 64)), 0, 5, 64);
        ring.initialise(RingLayout.MASK_INT);
        ByteBuffer[] memory = new ByteBuffer[3];
        Arrays.setAll(memory, index -> ByteBuffer.allocateDirect(2000 - index * 400));
        RegionTable table =
                RegionTable.of(Arrays.stream(memory).map(Region::over).toArray(Region[]::new));
        QueueCounters counters = new QueueCounters();
        MasterRx rx = new MasterRx(ring, table, counters, reason -> {});
        int[] regions = {0, 0, 0, 1, 2, 1, 0, 2, 2, 0};
        for (int slot = 0; slot < 30; slot++) {
            int region = regions[slot % 10];
            int offset = slot * 40;
            if (isBad(slot)) {
                // One byte too far for this region, and not for the larger one of earlier slots.
                offset = memory[region].capacity() - 39;
            } else {
                memory[region].put(offset, PacketPattern.packet(slot, 40));
            }
            ring.descriptor(slot, Ring.low(0, region, 40), offset);
        }
        ring.headRelease(30);
        List<byte[]> packets = PacketPattern.drain(rx, 64);
        assertEquals(24, packets.size());
        for (int slot = 0, i = 0; slot < 30; slot++) {
            if (!isBad(slot)) {
                assertArrayEquals(PacketPattern.packet(slot, 40), packets.get(i++), "slot " + slot);
            }
        }
        assertEquals(6, counters.get(Counter.BAD_DESCRIPTORS));
        assertEquals(24, counters.get(Counter.PACKETS));
        assertEquals(24, counters.get(Counter.BUFFERS));
        assertEquals(24 * 40, counters.get(Counter.BYTES));
        assertEquals(30, ring.tailAcquire(), "the bad slots went back as well");
        table.close();
    }

    /** One just after a packet in another region, and one just after a packet in its own. */
    private static boolean isBad(int slot) {
        return slot % 10 == 3 || slot % 10 == 8;
    }

    @Test
    void badDescriptorInAChainDropsTheWholeChainOnly() {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        byte[] chained = PacketPattern.packet(1, 3 * 64);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.offer(chained, 0, chained.length);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.flush();
        pair.ring.descriptor(2, Ring.low(RingLayout.NEXT, 9, 64), 0);
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(2, packets.size());
        assertArrayEquals(GOOD, packets.get(1));
        assertEquals(1, pair.received.get(Counter.BAD_DESCRIPTORS));
        assertEquals(5, pair.ring.tailAcquire());
    }

    @Test
    void unfinishedChainWaitsForItsRest() {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        byte[] chained = PacketPattern.packet(1, 2 * 64);
        pair.tx.offer(chained, 0, chained.length);
        pair.tx.publish(1);
        assertEquals(0, pair.rx.poll((b, o, l, f) -> {}, 64));
        assertEquals(0, pair.ring.tailAcquire());
        pair.tx.publish(2);
        assertArrayEquals(chained, PacketPattern.drain(pair.rx, 64).get(0));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void nextThroughTheWholeRingIsDropped(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        for (int i = 0; i < 16; i++) {
            pair.ring.descriptor(i, Ring.low(RingLayout.NEXT, 0, 64), 512);
        }
        pair.tx.publish(16);
        assertEquals(0, pair.rx.poll((b, o, l, f) -> {}, 64));
        assertEquals(1, pair.received.get(Counter.ENDLESS_CHAINS));
        pair.tx.descriptors.pass(16);
        pair.tx.refresh();
        assertEquals(16, pair.tx.free(), "every slot came back");
    }

    @ParameterizedTest
    @CsvSource({"S2M, 65535", "S2M, 5000", "S2M, 17", "M2S, 65535", "M2S, 5000", "M2S, 17"})
    void indexFarAheadIsBounded(Pair.Way way, int index) {
        Pair pair = new Pair(way, 4, 64);
        for (int i = 0; i < 16; i++) {
            pair.ring.descriptor(i, Ring.low(0, 0, 8), 512);
        }
        pair.tx.publish(index);
        int got = pair.rx.poll((b, o, l, f) -> {}, 1_000_000);
        assertTrue(got <= 65536, "got " + got);
        assertTrue(pair.received.get(Counter.INDEX_JUMPS) > 0);
    }

    @Test
    void masterGoesOnAfterALostCount() {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        for (int i = 0; i < 16; i++) {
            pair.ring.descriptor(i, Ring.low(0, 0, 8), 512);
        }
        pair.ring.headRelease(5000);
        assertEquals(16, pair.rx.poll((b, o, l, f) -> {}, 64));
        assertEquals(5000, pair.ring.tailAcquire());
        pair.ring.headRelease(5001);
        assertEquals(1, pair.rx.poll((b, o, l, f) -> {}, 64));
    }

    /** As slave: what the master writes back decides nothing but flags and a checked length. */
    @Test
    void slaveReadsWhereItPostedWhateverTheMasterWrote() {
        Pair pair = new Pair(Pair.Way.M2S, 4, 64);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.flush();
        pair.ring.descriptor(0, Ring.low(0, 0, GOOD.length), 0xffffffffL);
        assertArrayEquals(GOOD, PacketPattern.drain(pair.rx, 64).get(0));
    }

    @ParameterizedTest
    @CsvSource({"0, 65", "0, 0", "0, 4294967295", "1, 40", "65535, 40"})
    void slaveDropsBadLengthAndRegion(int region, long length) {
        Pair pair = new Pair(Pair.Way.M2S, 4, 64);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.offer(GOOD, 0, GOOD.length);
        pair.tx.flush();
        pair.ring.descriptorLow(0, length << 32 | (long) region << 16);
        assertEquals(1, PacketPattern.drain(pair.rx, 64).size());
        assertEquals(1, pair.received.get(Counter.BAD_DESCRIPTORS));
        assertEquals(18, pair.ring.headAcquire(), "both slots were posted again");
        assertEquals(64, Ring.length(pair.ring.descriptorLow(16)), "with their full capacity");
        assertEquals(0, Ring.region(pair.ring.descriptorLow(16)));
    }

    /** As master: buffers the slave posted are checked before we write into them. */
    @ParameterizedTest
    @CsvSource({"3, 0, 64", "0, 4294967295, 64", "0, LAST, 64", "0, 0, 0", "0, 0, 4294967295"})
    void masterNeverWritesIntoABadPosting(int region, String at, long length) {
        Pair pair = new Pair(Pair.Way.M2S, 4, 64);
        long offset = "LAST".equals(at) ? pair.memory.capacity() - 63 : Long.parseLong(at);
        pair.ring.descriptor(1, length << 32 | (long) region << 16, offset);
        for (int i = 0; i < 3; i++) {
            assertEquals(1, pair.tx.offer(GOOD, 0, GOOD.length));
        }
        pair.tx.flush();
        assertEquals(4, pair.ring.tailAcquire(), "the bad slot went back empty");
        assertEquals(0, Ring.length(pair.ring.descriptorLow(1)));
        assertEquals(1, pair.sent.get(Counter.BAD_DESCRIPTORS));
        assertEquals(3, PacketPattern.drain(pair.rx, 64).size());
    }

    @Test
    void masterSkipsABadPostingInTheMiddleOfAChain() {
        Pair pair = new Pair(Pair.Way.M2S, 4, 64);
        pair.ring.descriptor(1, Ring.low(0, 3, 64), 0);
        byte[] chained = PacketPattern.packet(1, 3 * 64);
        assertEquals(3, pair.tx.offer(chained, 0, chained.length));
        pair.tx.flush();
        List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
        assertEquals(1, packets.size());
        assertArrayEquals(chained, packets.get(0));
    }

    @Test
    void stalePostedLengthNeverShrinksOurOwnBuffers() {
        Pair pair = new Pair(Pair.Way.S2M, 2, 64);
        for (int i = 0; i < 9; i++) {
            pair.tx.offer(new byte[] {1}, 0, 1);
            pair.tx.flush();
            PacketPattern.drain(pair.rx, 64);
        }
        assertEquals(1, pair.tx.offer(new byte[64], 0, 64), "a slot still takes a whole buffer");
    }

    @Test
    void masterClearsNextSoThatStaleFlagsDoNotGluePackets() {
        Pair pair = new Pair(Pair.Way.S2M, 2, 64);
        pair.tx.offer(new byte[200], 0, 200);
        pair.tx.flush();
        PacketPattern.drain(pair.rx, 64);
        for (int i = 0; i < 4; i++) {
            assertEquals(0, Ring.flags(pair.ring.descriptorLow(i)), "slot " + i);
        }
    }
}
