package io.memif.tests.hostile;

import static io.memif.tests.hostile.ReceiveMethod.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.tests.hostile.FakeSlave.Step;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our master receives from a hostile slave: it owns head and every word of every descriptor. */
class MasterReceiveTest extends MasterCase {
    private static final int SLOTS = FakeSlave.SLOTS;

    private TestedInterface ours;
    private FakeSlave slave;

    @BeforeEach
    void linkUp() throws InterruptedException {
        ours = TestedInterface.master(address());
        slave = connect().through(Step.CONNECT);
        ours.expectEvent("up raw slave raw0");
    }

    /** Whatever happened: the link is up, nothing was reported, and packets pass. */
    @AfterEach
    void stillHealthy() throws InterruptedException {
        try (TestedInterface first = ours;
                FakeSlave second = slave) {
            second.s2m.head(second.s2m.tail());
            assertEquals(List.of(), ReceiveMethod.POLL.all(first.itf.rxQueue(0)));
            expectTraffic(first, second);
            assertEquals(second.s2m.head(), second.s2m.tail(), "every slot went back");
            first.expectQuiet();
        }
    }

    /** Writes a sound descriptor; the caller publishes. */
    private void stage(int slot, int flags, int length) {
        slave.region.bytes(FakeSlave.buffer(true, slot), packet(slot + 1, length));
        slave.s2m.descriptor(slot, flags, 0, length, FakeSlave.buffer(true, slot));
    }

    /** What no descriptor of a packet may say. */
    private record Bad(int region, long offset, long length) {}

    private static final List<Bad> BAD =
            List.of(
                    new Bad(1, 0, 8),
                    new Bad(255, 0, 8),
                    new Bad(65535, 0, 8),
                    new Bad(0, FakeSlave.SIZE, 1),
                    new Bad(0, FakeSlave.SIZE - 1, 2),
                    new Bad(0, FakeSlave.SIZE - 8, 9),
                    new Bad(0, 0xffffffffL, 1),
                    new Bad(0, 0xffffffffL, 0xffffffffL),
                    new Bad(0, 0xfffffff0L, 0x20),
                    new Bad(0, 1024, 0),
                    new Bad(0, 1024, 65536),
                    new Bad(0, 0, FakeSlave.SIZE + 1),
                    new Bad(0, 1024, 0x80000000L),
                    new Bad(0, 1024, 0xffffffffL));

    private void stage(int slot, int flags, Bad bad) {
        slave.s2m.descriptor(slot, flags, bad.region, bad.length, bad.offset);
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void badDescriptorIsDroppedAndCounted(ReceiveMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            rounds++;
            int base = slave.s2m.head();
            stage(base, 0, 40);
            stage(base + 1, 0, bad);
            stage(base + 2, 0, 50);
            slave.s2m.head(base + 3);
            method.expect(ours.itf.rxQueue(0), packet(base + 1, 40), packet(base + 3, 50));
            assertEquals(rounds, ours.received(Counter.BAD_DESCRIPTORS), bad::toString);
            assertEquals(base + 3, slave.s2m.tail());
        }
    }

    /** A bad part drops its packet as one; what follows is not taken for the next packet. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void badDescriptorInAChainDropsTheChain(ReceiveMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            for (int at = 0; at < 3; at++) {
                rounds++;
                int base = slave.s2m.head();
                for (int part = 0; part < 3; part++) {
                    stage(base + part, part < 2 ? RawRing.NEXT : 0, 30);
                }
                stage(base + at, at < 2 ? RawRing.NEXT : 0, bad);
                stage(base + 3, 0, 50);
                slave.s2m.head(base + 4);
                method.expect(ours.itf.rxQueue(0), packet(base + 4, 50));
                assertEquals(rounds, ours.received(Counter.BAD_DESCRIPTORS), bad::toString);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void lastByteOfTheRegionIsGood(ReceiveMethod method) {
        slave.s2m.descriptor(0, 0, 0, 1, FakeSlave.SIZE - 1);
        slave.s2m.descriptor(1, 0xfffe, 0, 8, FakeSlave.SIZE - 8);
        slave.s2m.head(2);
        assertEquals(2, method.all(ours.itf.rxQueue(0)).size());
        assertEquals(0, ours.received(Counter.BAD_DESCRIPTORS));
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void unfinishedChainWaitsForItsRest(ReceiveMethod method) {
        stage(0, RawRing.NEXT, 30);
        stage(1, RawRing.NEXT, 30);
        slave.s2m.head(2);
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
            assertEquals(0, slave.s2m.tail(), "its slots are still the slave's to finish");
        }
        stage(2, 0, 30);
        slave.s2m.head(3);
        List<byte[]> got = method.all(ours.itf.rxQueue(0));
        assertEquals(1, got.size());
        assertEquals(90, got.get(0).length);
        assertEquals(3, slave.s2m.tail());
    }

    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void nextThroughTheWholeRingIsDropped(ReceiveMethod method) {
        for (int round = 1; round <= 3; round++) {
            int base = slave.s2m.head();
            for (int i = 0; i < SLOTS; i++) {
                stage(base + i, RawRing.NEXT, 30);
            }
            slave.s2m.head(base + SLOTS);
            assertEquals(List.of(), method.all(ours.itf.rxQueue(0)));
            assertEquals(round, ours.received(Counter.ENDLESS_CHAINS));
            assertEquals(slave.s2m.head(), slave.s2m.tail());
        }
    }

    /** A flag that the sender never clears must not glue the next packets together. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void nextIsClearedBehindAChain(ReceiveMethod method) {
        stage(0, RawRing.NEXT, 30);
        stage(1, 0, 30);
        slave.s2m.head(2);
        assertEquals(1, method.all(ours.itf.rxQueue(0)).size());
        assertEquals(0, slave.s2m.descriptorFlags(0));
    }

    /**
     * However far the index jumps: at most one ring is taken, the jump is counted, life goes on.
     */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void indexJumpIsBounded(ReceiveMethod method) {
        for (int i = 0; i < SLOTS; i++) {
            stage(i, 0, 20 + i);
        }
        int jumps = 0;
        for (int by : new int[] {-1, -5, SLOTS + 1, 5000, 32768, 65535, -SLOTS}) {
            jumps++;
            int head = slave.s2m.head() + by & 0xffff;
            slave.s2m.head(head);
            assertEquals(SLOTS, method.all(ours.itf.rxQueue(0)).size());
            assertEquals(jumps, ours.received(Counter.INDEX_JUMPS));
            assertEquals(head, slave.s2m.tail());
            slave.s2m.head(head + 5);
            assertEquals(5, method.all(ours.itf.rxQueue(0)).size());
        }
    }

    /** What is ours is never read back: the slave may write there what it likes. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void ourOwnWordsInItsMemoryMeanNothing(ReceiveMethod method) {
        for (int i = 0; i < 100; i++) {
            slave.s2m.tail(i * 7919 & 0xffff);
            slave.s2m.flags(i * 31 & 0xffff);
            slave.s2m.cookie(i);
            stage(i, 0, 30);
            slave.s2m.head(i + 1);
            method.expect(ours.itf.rxQueue(0), packet(i + 1, 30));
            assertEquals(i + 1, slave.s2m.tail());
        }
        assertEquals(0, ours.received(Counter.INDEX_JUMPS));
    }

    /** Legal by every check, though it makes the ring itself the packet. */
    @ParameterizedTest
    @EnumSource(ReceiveMethod.class)
    void packetMayLieAnywhereInTheRegion(ReceiveMethod method) {
        for (int i = 0; i < SLOTS; i++) {
            slave.s2m.descriptor(i, 0, 0, FakeSlave.SIZE - 64L * i, 64L * i);
        }
        slave.s2m.head(SLOTS);
        List<byte[]> got = method.all(ours.itf.rxQueue(0));
        assertEquals(SLOTS, got.size());
        assertEquals(FakeSlave.SIZE, got.get(0).length);
        assertTrue(ours.itf.isConnected());
    }
}
