package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rings of one and two slots, which peers may ask for: full and empty are one step apart. */
@Timeout(60)
class SmallRingTest {
    /** Close to the wrap of the indexes. */
    private static final int START = 65_531;

    static Stream<Arguments> rings() {
        return Stream.of(Pair.Way.values())
                .flatMap(way -> IntStream.of(0, 1).mapToObj(log2 -> Arguments.of(way, log2)));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void fullAndEmptyAreToldApartOverTheWrap(Pair.Way way, int log2) {
        Pair pair = new Pair(way, log2, 64, START);
        int sequence = 0;
        int expected = 0;
        long full = pair.sent.get(Counter.RING_FULL);
        long empty = pair.received.get(Counter.EMPTY_POLLS);
        for (int round = 0; round < 20; round++) {
            while (pair.tx.offer(PacketPattern.packet(sequence, 50), 0, 50) > 0) {
                sequence++;
            }
            assertEquals(pair.ring.size(), sequence - expected, "a ring full each round");
            List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
            assertEquals(pair.ring.size(), packets.size(), "back pressure has published it");
            for (byte[] packet : packets) {
                assertArrayEquals(PacketPattern.packet(expected++, 50), packet);
            }
        }
        assertEquals(full + 20, pair.sent.get(Counter.RING_FULL));
        assertEquals(empty + 20, pair.received.get(Counter.EMPTY_POLLS));
        assertEquals(0, pair.sent.get(Counter.INDEX_JUMPS));
        assertEquals(0, pair.received.get(Counter.INDEX_JUMPS));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void chainTakesTheWholeRingAndNoMore(Pair.Way way, int log2) {
        Pair pair = new Pair(way, log2, 64, START);
        int longest = 64 << log2;
        for (int round = 0; round < 5; round++) {
            byte[] packet = PacketPattern.packet(round, longest);
            assertEquals(1 << log2, pair.tx.offer(packet, 0, longest));
            assertEquals(TxQueue.BACK_PRESSURED, pair.tx.offer(packet, 0, 1));
            assertArrayEquals(packet, PacketPattern.drain(pair.rx, 1).get(0));
            byte[] over = PacketPattern.packet(round, longest + 1);
            assertEquals(TxQueue.TOO_LONG, pair.tx.offer(over, 0, longest + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void heldBuffersBlockTheSenderUntilReleased(Pair.Way way, int log2) {
        Pair pair = new Pair(way, log2, 64, START);
        ReceivedBurst burst = new ReceivedBurst(8);
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < pair.ring.size(); i++) {
                assertEquals(1, pair.tx.offer(PacketPattern.packet(i, 30), 0, 30));
            }
            pair.tx.flush();
            assertEquals(pair.ring.size(), pair.rx.hold(burst));
            assertEquals(0, pair.rx.hold(new ReceivedBurst(1)));
            assertEquals(TxQueue.BACK_PRESSURED, pair.tx.offer(new byte[1], 0, 1));
            byte[] last = new byte[30];
            burst.buffer(burst.count() - 1).get(burst.offset(burst.count() - 1), last);
            assertArrayEquals(PacketPattern.packet(pair.ring.size() - 1, 30), last);
            pair.rx.release(burst.count());
        }
        assertEquals(1, pair.tx.offer(new byte[1], 0, 1));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void claimsAreFilledAbortedAndSentAgain(Pair.Way way, int log2) {
        Pair pair = new Pair(way, log2, 64, START);
        PacketClaim claim = new PacketClaim();
        for (int round = 0; round < 20; round++) {
            assertEquals(1, pair.tx.tryClaim(64, claim));
            claim.abort();
            for (int i = 0; i < pair.ring.size(); i++) {
                assertEquals(1, pair.tx.tryClaim(40, claim));
                claim.buffer().put(claim.offset(), PacketPattern.packet(round + i, 40));
                assertEquals(1, claim.commit());
            }
            assertEquals(TxQueue.BACK_PRESSURED, pair.tx.tryClaim(1, claim));
            List<byte[]> packets = PacketPattern.drain(pair.rx, 64);
            assertEquals(pair.ring.size(), packets.size());
            assertArrayEquals(PacketPattern.packet(round, 40), packets.get(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void unfinishedChainInTheOnlySlotIsEndless(Pair.Way way) {
        Pair pair = new Pair(way, 0, 64, START);
        pair.tx.offer(new byte[8], 0, 8);
        long low = pair.ring.descriptorLow(START);
        pair.ring.descriptorLow(START, low | RingLayout.NEXT);
        pair.tx.flush();
        assertFalse(pair.rx.mask(false));
        assertEquals(1, pair.received.get(Counter.ENDLESS_CHAINS));
        assertEquals(1, pair.tx.offer(new byte[8], 0, 8), "its slot came back");
        pair.tx.flush();
        assertTrue(pair.rx.mask(false));
        assertEquals(8, pair.rx.receive(ByteBuffer.allocate(8)));
    }
}
