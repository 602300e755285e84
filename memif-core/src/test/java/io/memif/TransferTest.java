package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of both kinds of ring: what goes in comes out, whole, once and in order. */
@Timeout(60)
class TransferTest {
    private static final int LOG2 = 8;
    private static final int RING = 1 << LOG2;

    static Stream<Arguments> bursts() {
        int[] bursts = {1, 31, 32, 33, 255, 256, 257, RING - 1, RING, RING + 1};
        return Stream.of(Pair.Way.values())
                .flatMap(way -> IntStream.of(bursts).mapToObj(burst -> Arguments.of(way, burst)));
    }

    @ParameterizedTest
    @MethodSource("bursts")
    void everyBurstSizeArrivesOverTheIndexWrap(Pair.Way way, int burst) {
        Pair pair = new Pair(way, LOG2, 64, 65536 - RING - 3);
        int sequence = 0;
        for (int round = 0; round < 8; round++) {
            int taken = 0;
            for (int i = 0; i < burst; i++) {
                int code = pair.tx.offer(PacketPattern.packet(sequence + i, 60), 0, 60);
                if (i < RING) {
                    assertEquals(1, code, "packet " + i);
                    taken++;
                } else {
                    assertEquals(TxQueue.BACK_PRESSURED, code);
                }
            }
            pair.tx.flush();
            List<byte[]> packets = PacketPattern.drain(pair.rx, burst);
            assertEquals(taken, packets.size());
            for (byte[] packet : packets) {
                assertArrayEquals(PacketPattern.packet(sequence++, 60), packet);
            }
        }
        assertTrue(pair.faults.isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void randomLengthsAndLimitsWithChains(Pair.Way way) {
        long seed = 20261121L;
        Random random = new Random(seed);
        Pair pair = new Pair(way, 5, 64, 65500);
        List<byte[]> expected = new ArrayList<>();
        int sequence = 0;
        for (int round = 0; round < 20_000; round++) {
            int length = 1 + random.nextInt(random.nextBoolean() ? 64 : 32 * 64);
            byte[] packet = PacketPattern.packet(sequence, length);
            int code = pair.tx.offer(packet, 0, length);
            if (code > 0) {
                assertEquals((length + 63) / 64, code, "seed " + seed);
                expected.add(packet);
                sequence++;
            } else {
                assertEquals(TxQueue.BACK_PRESSURED, code, "seed " + seed);
            }
            if (code < 0 || random.nextInt(4) == 0) {
                pair.tx.flush();
                List<byte[]> got = PacketPattern.drain(pair.rx, 1 + random.nextInt(40));
                assertEquals(expected.size(), got.size(), "seed " + seed + " round " + round);
                for (int i = 0; i < got.size(); i++) {
                    assertArrayEquals(expected.get(i), got.get(i), "seed " + seed);
                }
                expected.clear();
            }
        }
        assertEquals(0, pair.received.get(Counter.BAD_DESCRIPTORS));
        assertEquals(
                pair.sent.get(Counter.BYTES), pair.received.get(Counter.BYTES), "seed " + seed);
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void chainThatDoesNotFitIsNotSentAtAll(Pair.Way way) {
        Pair pair = new Pair(way, 3, 64);
        byte[] packet = PacketPattern.packet(1, 5 * 64);
        assertEquals(5, pair.tx.offer(packet, 0, packet.length));
        assertEquals(TxQueue.BACK_PRESSURED, pair.tx.offer(packet, 0, packet.length));
        assertEquals(3, pair.tx.offer(packet, 0, 3 * 64), "the three free slots are still free");
        pair.tx.flush();
        assertEquals(2, PacketPattern.drain(pair.rx, 64).size());
        byte[] over = PacketPattern.packet(2, 8 * 64 + 1);
        assertEquals(TxQueue.TOO_LONG, pair.tx.offer(over, 0, over.length));
        assertEquals(8, pair.tx.offer(over, 0, 8 * 64), "exactly the whole ring");
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void nothingIsVisibleBeforeTheFlush(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        pair.tx.offer(new byte[] {1, 2, 3}, 0, 3);
        assertEquals(0, PacketPattern.drain(pair.rx, 8).size());
        assertEquals(1, pair.tx.flush());
        assertEquals(0, pair.tx.flush());
        assertEquals(1, PacketPattern.drain(pair.rx, 8).size());
    }

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void oneSignalABatchAndNoneWhenMasked(Pair.Way way) {
        Pair pair = new Pair(way, 4, 64);
        pair.tx.offer(new byte[8], 0, 8);
        pair.tx.flush();
        assertEquals(0, pair.signals, "masked");
        assertTrue(pair.rx.mask(false), "a packet is waiting");
        pair.tx.offer(new byte[8], 0, 8);
        pair.tx.offer(new byte[8], 0, 8);
        pair.tx.flush();
        assertEquals(1, pair.signals);
    }
}
