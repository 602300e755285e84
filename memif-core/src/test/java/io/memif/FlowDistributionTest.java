package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flows as they occur are spread evenly over any number of queues. */
@Timeout(60)
class FlowDistributionTest {
    private static final int FLOWS = 65_536;

    private static int hash(Flow flow) {
        byte[] packet = flow.ip(1);
        return FlowHash.of(Mode.IP, ByteBuffer.wrap(packet), 0, packet.length);
    }

    private static byte[] v4(int address) {
        return ByteBuffer.allocate(4).putInt(address).array();
    }

    private static byte[] v6(long low) {
        return ByteBuffer.allocate(16).putLong(0x20010db8_00000000L).putLong(low).array();
    }

    /** Pearson's statistic stays within what chance does to a perfect hash once in 10^6 times. */
    private static void assertEven(IntFunction<Flow> flows) {
        int[] hashes = new int[FLOWS];
        Set<Integer> different = new HashSet<>();
        for (int i = 0; i < FLOWS; i++) {
            hashes[i] = hash(flows.apply(i));
            different.add(hashes[i]);
        }
        assertTrue(different.size() > FLOWS - 10, "collisions: " + (FLOWS - different.size()));
        for (int queues : new int[] {2, 3, 4, 5, 6, 7, 8, 16, 64, 255}) {
            int[] counts = new int[queues];
            for (int hash : hashes) {
                counts[FlowHash.queue(hash, queues)]++;
            }
            double expected = (double) FLOWS / queues;
            double statistic = 0;
            for (int count : counts) {
                statistic += (count - expected) * (count - expected) / expected;
            }
            double freedom = queues - 1;
            double limit = freedom + 4.75 * Math.sqrt(2 * freedom) + 24;
            assertTrue(statistic < limit, queues + " queues: " + statistic + " of " + limit);
        }
    }

    @Test
    void randomFlows() {
        Random random = new Random(1);
        assertEven(i -> Flow.random(random, false, 17));
        assertEven(i -> Flow.random(random, true, 6));
    }

    @Test
    void oneClientManyPorts() {
        assertEven(i -> new Flow(false, v4(0x0a000001), v4(0x0a000002), 6, i, 443));
        assertEven(i -> new Flow(true, v6(1), v6(2), 6, 443, i));
    }

    @Test
    void neighbouringClientsOneServer() {
        assertEven(i -> new Flow(false, v4(0x0a000000 + i), v4(0xc0a80001), 6, 40_000, 80));
        assertEven(i -> new Flow(true, v6(i), v6(1L << 40), 17, 40_000, 53));
    }

    @Test
    void pairsOfNeighbouringNumbers() {
        assertEven(i -> new Flow(false, v4(i & 0xff), v4(0x100 + (i >>> 8)), 17, 7, 7));
        assertEven(i -> new Flow(false, v4(1), v4(2), 17, i & 0xff, 0x100 + (i >>> 8)));
        assertEven(i -> new Flow(false, v4(i), v4(i + 1), 17, i, i + 1));
    }

    @Test
    void pingsBetweenManyHosts() {
        assertEven(i -> new Flow(false, v4(0x0a000000 + i), v4(0x0a800000 - i), 1, 0, 0));
    }

    @Test
    void everyHashHasAQueue() {
        for (int queues = 1; queues <= 255; queues++) {
            assertEquals(0, FlowHash.queue(0, queues));
            assertEquals(queues - 1, FlowHash.queue(-1, queues));
            assertEquals(queues / 2, FlowHash.queue(Integer.MIN_VALUE, queues));
        }
        assertThrows(
                AssertionError.class,
                () -> assertEven(i -> new Flow(false, v4(i / 7), v4(2), 17, 1, 2)),
                "the check finds a bad spread");
    }
}
