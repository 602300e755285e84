package io.memif.tests.hostile;

import static io.memif.tests.hostile.ReceiveMethod.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.tests.hostile.FakeMaster.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our slave receives from a hostile master: it owns tail and may write any word of the ring. */
class SlaveReceiveTest extends SlaveCase {
    private static final int SLOTS = FakeSlave.SLOTS;
    private static final int CAPACITY = FakeSlave.BUFFER;

    private TestedInterface ours;
    private FakeMaster.Link link;
    private RawRing ring;
    private final long[] offsets = new long[SLOTS];

    @BeforeEach
    void linkUp() throws InterruptedException {
        ours = slave();
        link = master.accept().through(Step.CONNECTED);
        ours.expectEvent("up raw master raw0");
        ring = link.m2s;
        assertEquals(SLOTS, ring.head(), "all buffers are posted");
        for (int i = 0; i < SLOTS; i++) {
            offsets[i] = ring.descriptorOffset(i);
        }
    }

    /** Whatever happened: the link is up, every buffer is posted as it should be, packets pass. */
    @AfterEach
    void stillHealthy() throws InterruptedException {
        try (TestedInterface first = ours;
                FakeMaster.Link second = link) {
            settle(ReceiveMethod.POLL);
            expectPosted();
            expectTraffic(first, second);
            first.expectQuiet();
        }
    }

    /** Follows with tail until what the queue had seen of a jump is used up. */
    private void settle(ReceiveMethod method) {
        int taken = 1;
        for (int i = 0; i < 3 * SLOTS && taken > 0; i++) {
            ring.tail(ring.head() - SLOTS);
            taken = method.receive(ours.itf.rxQueue(0), new ArrayList<>());
        }
        assertEquals(0, taken);
    }

    private void expectPosted() {
        for (int i = 0; i < SLOTS; i++) {
            assertEquals(0, ring.descriptorFlags(i), "flags of slot " + i);
            assertEquals(0, ring.descriptorRegion(i), "region of slot " + i);
            assertEquals(CAPACITY, ring.descriptorLength(i), "length of slot " + i);
            assertEquals(offsets[i], ring.descriptorOffset(i), "offset of slot " + i);
        }
    }

    /** Fills a posted buffer; the caller publishes. */
    private void stage(int slot, int flags, int length) {
        link.region.bytes(offsets[slot & SLOTS - 1], packet(slot + 1, length));
        ring.descriptorLength(slot, length);
        ring.descriptorFlags(slot, flags);
    }

    /** What a master must not make of a posting. */
    private record Bad(int region, long length) {}

    private static final List<Bad> BAD =
            List.of(
                    new Bad(1, 40),
                    new Bad(65535, 40),
                    new Bad(0, 0),
                    new Bad(0, CAPACITY + 1),
                    new Bad(0, 65535),
                    new Bad(0, 65536),
                    new Bad(0, 0x80000000L),
                    new Bad(0, 0xffffffffL));

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void badDescriptorIsDroppedAndCounted(ReceiveMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            rounds++;
            int base = ring.tail();
            stage(base, 0, 40);
            ring.descriptor(base + 1, 0, bad.region, bad.length, 0);
            stage(base + 2, 0, 50);
            ring.tail(base + 3);
            method.expect(ours.itf.rxQueue(0), packet(base + 1, 40), packet(base + 3, 50));
            assertEquals(rounds, ours.received(Counter.BAD_DESCRIPTORS), bad::toString);
            assertEquals(base + 3 + SLOTS, ring.head(), "posted again");
            expectPosted();
        }
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void badDescriptorInAChainDropsTheChain(ReceiveMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            for (int at = 0; at < 3; at++) {
                rounds++;
                int base = ring.tail();
                for (int part = 0; part < 3; part++) {
                    stage(base + part, part < 2 ? RawRing.NEXT : 0, 30);
                }
                int flags = at < 2 ? RawRing.NEXT : 0;
                ring.descriptor(base + at, flags, bad.region, bad.length, 0);
                stage(base + 3, 0, 50);
                ring.tail(base + 4);
                method.expect(ours.itf.rxQueue(0), packet(base + 4, 50));
                assertEquals(rounds, ours.received(Counter.BAD_DESCRIPTORS), bad::toString);
            }
        }
    }

    /** The data is where we posted it, whatever the master writes there. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void offsetOfThePeerMeansNothing(ReceiveMethod method) {
        for (long offset : new long[] {0, 64, 0xffffffffL, 0x80000000L, FakeSlave.SIZE}) {
            int base = ring.tail();
            stage(base, 0, 40);
            ring.descriptor(base, 0xfffe, 0, 40, offset);
            ring.tail(base + 1);
            method.expect(ours.itf.rxQueue(0), packet(base + 1, 40));
            expectPosted();
        }
        assertEquals(0, ours.received(Counter.BAD_DESCRIPTORS));
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void unfinishedChainWaitsForItsRest(ReceiveMethod method) {
        stage(0, RawRing.NEXT, CAPACITY);
        stage(1, RawRing.NEXT, 30);
        ring.tail(2);
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
            assertEquals(SLOTS, ring.head());
        }
        stage(2, 0, 30);
        ring.tail(3);
        List<byte[]> got = method.all(ours.itf.rxQueue(0));
        assertEquals(1, got.size());
        assertEquals(CAPACITY + 60, got.get(0).length);
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void nextThroughTheWholeRingIsDropped(ReceiveMethod method) {
        for (int round = 1; round <= 3; round++) {
            int base = ring.tail();
            for (int i = 0; i < SLOTS; i++) {
                stage(base + i, RawRing.NEXT, 30);
            }
            ring.tail(base + SLOTS);
            assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
            assertEquals(round, ours.received(Counter.ENDLESS_CHAINS));
            assertEquals(ring.tail() + SLOTS & 0xffff, ring.head());
        }
    }

    /** Tail ahead of head, or gone back: never more than what is posted is taken at a time. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void tailBeyondWhatIsPostedIsBounded(ReceiveMethod method) {
        List<byte[]> packets = new ArrayList<>();
        for (int by : new int[] {SLOTS + 1, -1, -5, 5000, 32768, 65535}) {
            long before = ours.received(Counter.INDEX_JUMPS);
            ring.tail(ring.head() - SLOTS + by);
            for (int i = 0; i < 5; i++) {
                packets.clear();
                method.receive(ours.itf.rxQueue(0), packets);
                assertTrue(packets.size() <= SLOTS, "took " + packets.size());
                packets.forEach(packet -> assertTrue(packet.length <= CAPACITY));
            }
            assertTrue(ours.received(Counter.INDEX_JUMPS) > before, "counted");
            settle(method);
        }
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void ourOwnWordsMeanNothing(ReceiveMethod method) {
        for (int i = 0; i < 100; i++) {
            ring.head(i * 7919 & 0xffff);
            ring.flags(i * 31 & 0xffff);
            ring.cookie(i);
            stage(i, 0, 30);
            ring.tail(i + 1);
            method.expect(ours.itf.rxQueue(0), packet(i + 1, 30));
            assertEquals(i + 1 + SLOTS, ring.head(), "published anew");
        }
        assertEquals(0, ours.received(Counter.INDEX_JUMPS));
    }

    /** A hole punched into our file reads as zeros: the ring starts over with nothing in it. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void everyWordOfTheRingIsZeroed(ReceiveMethod method) {
        stage(0, 0, 30);
        ring.tail(1);
        assertEquals(1, method.all(ours.itf.rxQueue(0)).size());
        link.region.bytes(ring.base(), new byte[RawRing.bytes(ring.log2())]);
        ring.tail(3);
        assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
        assertEquals(2, ours.received(Counter.BAD_DESCRIPTORS), "of length 0");
        // Go through the rest of the ring, which has not been posted anew yet.
        ring.tail(1 + SLOTS);
        assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
        assertEquals(SLOTS, ours.received(Counter.BAD_DESCRIPTORS));
        expectPosted();
    }
}
