package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Ring;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that are cut short: by exceptions, flushes, full batches, limits and bad postings. */
@Timeout(60)
class InterruptedWorkTest {
    private static final PacketHandler NOTHING = (buffer, offset, length, flags) -> {};

    private static void send(Pair pair, int packets, int length) {
        for (int i = 0; i < packets; i++) {
            assertTrue(pair.tx.offer(PacketPattern.packet(i, length), 0, length) > 0);
        }
        pair.tx.flush();
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void noLimitIsTheLargestLimit(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        send(pair, 5, 60);
        send(pair, 2, 150);
        assertEquals(11, pair.rx.poll(NOTHING, Integer.MAX_VALUE));
        send(pair, 1, 60);
        assertEquals(0, pair.rx.poll(NOTHING, 0));
        assertEquals(1, pair.rx.poll(NOTHING, Integer.MAX_VALUE - 1));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void handlerThatThrowsInsideAChainGetsTheRestOfItNextTime(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64, 65_530);
        long packets = pair.received.get(Counter.PACKETS);
        long buffers = pair.received.get(Counter.BUFFERS);
        send(pair, 2, 4 * 64);
        List<Integer> flags = new ArrayList<>();
        PacketHandler handler =
                (buffer, offset, length, flag) -> {
                    flags.add(flag);
                    if (flags.size() == 2) {
                        throw new IllegalArgumentException("mine");
                    }
                };
        assertThrows(IllegalArgumentException.class, () -> pair.rx.poll(handler, 64));
        pair.tx.refresh();
        assertEquals(10, pair.tx.free(), "the two parts it saw went back");
        assertEquals(6, pair.rx.poll(handler, 64));
        int both = PacketHandler.NEXT | PacketHandler.CONTINUATION;
        int last = PacketHandler.CONTINUATION;
        assertEquals(List.of(PacketHandler.NEXT, both, both, last), flags.subList(0, 4));
        assertEquals(flags.subList(0, 4), flags.subList(4, 8));
        assertEquals(2, pair.received.get(Counter.PACKETS) - packets);
        assertEquals(8, pair.received.get(Counter.BUFFERS) - buffers);
        pair.tx.refresh();
        assertEquals(16, pair.tx.free());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void packetSeenWhileGoingToSleepIsPolledNext(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64, 65_534);
        send(pair, 3, 100);
        assertTrue(pair.rx.mask(false));
        assertTrue(pair.rx.mask(true));
        List<byte[]> packets = PacketPattern.drain(pair.rx, 1);
        assertEquals(3, packets.size());
        assertArrayEquals(PacketPattern.packet(0, 100), packets.get(0));
        assertFalse(pair.rx.mask(false));
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void flushLeavesAnOpenClaimAlone(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64, 65_533);
        PacketClaim claim = new PacketClaim();
        for (int round = 0; round < 40; round++) {
            byte[] first = PacketPattern.packet(round, 20);
            byte[] second = PacketPattern.packet(round, 33);
            assertEquals(1, pair.tx.offer(first, 0, 20));
            assertEquals(1, pair.tx.tryClaim(40, claim));
            pair.tx.flush();
            assertThrows(IllegalStateException.class, () -> pair.tx.offer(first, 0, 20));
            claim.buffer().put(claim.offset(), second);
            assertArrayEquals(first, PacketPattern.drain(pair.rx, 8).get(0));
            assertEquals(1, claim.commit(33));
            assertEquals(0, pair.rx.poll(NOTHING, 8), "staged only");
            assertEquals(1, pair.tx.flush());
            assertArrayEquals(second, PacketPattern.drain(pair.rx, 8).get(0));
        }
    }

    /** With single slots and with chains the batch is published when it is full, not later. */
    @ParameterizedTest
    @CsvSource({"S2M, 60", "M2S, 60", "S2M, 100", "M2S, 100"})
    void fullBatchGoesOutByItself(Pair.Way way, int length) {
        Pair pair = new Pair(way, 10, 64, 65_000);
        int slots = (length + 63) / 64;
        PacketClaim claim = new PacketClaim();
        int staged = 0;
        while (staged < TxEngine.BATCH) {
            if (slots == 1 && staged % 3 == 0) {
                assertEquals(1, pair.tx.tryClaim(length, claim));
                assertEquals(1, claim.commit());
            } else {
                assertEquals(slots, pair.tx.offer(new byte[length], 0, length));
            }
            staged += slots;
        }
        pair.tx.offer(new byte[length], 0, length);
        assertEquals(TxEngine.BATCH, pair.rx.poll(NOTHING, 1000));
        pair.tx.flush();
        assertEquals(slots, pair.rx.poll(NOTHING, 1000));
    }

    @Test
    void claimSkipsWhatWasPostedBadly() {
        Pair pair = new Pair(Pair.Way.M2S, 2, 64);
        pair.ring.descriptor(0, Ring.low(0, 9, 64), 0);
        pair.ring.descriptor(1, Ring.low(0, 0, 0), 0);
        PacketClaim claim = new PacketClaim();
        byte[] packet = PacketPattern.packet(1, 40);
        assertEquals(1, pair.tx.tryClaim(40, claim));
        claim.buffer().put(claim.offset(), packet);
        assertEquals(1, claim.commit());
        assertEquals(3, pair.tx.flush(), "the two bad slots go back empty");
        assertEquals(2, pair.sent.get(Counter.BAD_DESCRIPTORS));
        assertEquals(1, pair.sent.get(Counter.PACKETS));
        assertArrayEquals(packet, PacketPattern.drain(pair.rx, 8).get(0));
        pair.tx.refresh();
        assertEquals(4, pair.tx.free(), "all are posted again, well");
    }

    /** The posted descriptor changes between the look for space and the claim. */
    @Test
    void claimOnlyPostingsThatHoldAll() {
        Pair pair = new Pair(Pair.Way.M2S, 2, 64);
        for (int i = 0; i < 4; i++) {
            long high = pair.ring.descriptorHigh(i);
            pair.ring.descriptor(i, Ring.low(0, 0, i == 0 ? 20 : 64), high);
        }
        PacketClaim claim = new PacketClaim();
        assertEquals(
                TxQueue.TOO_LONG,
                pair.tx.tryClaim(40, claim),
                "20 here, the rest in the next buffer");
        byte[] packet = PacketPattern.packet(1, 40);
        assertEquals(2, pair.tx.offer(packet, 0, 40), "offered it is chained");
        pair.tx.flush();
        assertArrayEquals(packet, PacketPattern.drain(pair.rx, 8).get(0));
    }
}
