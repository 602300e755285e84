package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.TxQueue;
import io.memif.tests.hostile.FakeSlave.Step;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our master sends into buffers that a hostile slave has posted: nothing is written but there. */
class MasterTransmitTest extends MasterCase {
    private static final int SLOTS = FakeSlave.SLOTS;
    private static final byte[] PACKET = new byte[100];

    private TestedInterface ours;
    private FakeSlave slave;
    private TxQueue tx;

    @BeforeEach
    void linkUp() throws InterruptedException {
        Arrays.fill(PACKET, (byte) 0x55);
        ours = TestedInterface.master(address());
        slave = connect().through(Step.CONNECT);
        ours.expectEvent("up raw slave raw0");
        tx = ours.itf.txQueue(0);
    }

    @AfterEach
    void stillHealthy() throws InterruptedException {
        try (TestedInterface first = ours;
                FakeSlave second = slave) {
            second.m2s.head(second.m2s.tail());
            second.postAll();
            expectTraffic(first, second);
            first.expectQuiet();
        }
    }

    private long counted(Counter counter) {
        return tx.counters().get(counter);
    }

    /** Region, length and offset that no buffer of ours may have. */
    private record Bad(int region, long offset, long length) {}

    private static final List<Bad> BAD =
            List.of(
                    new Bad(1, 0, 256),
                    new Bad(255, 0, 256),
                    new Bad(65535, 0, 256),
                    new Bad(0, FakeSlave.SIZE, 256),
                    new Bad(0, FakeSlave.SIZE - 255, 256),
                    new Bad(0, 0xffffffffL, 256),
                    new Bad(0, 0xffffffffL, 0xffffffffL),
                    new Bad(0, 0xffffff00L, 0x200),
                    new Bad(0, 0, 0),
                    new Bad(0, 0, 65536),
                    new Bad(0, 0, FakeSlave.SIZE + 1),
                    new Bad(0, 0, 0x80000000L),
                    new Bad(0, 0, 0xffffffffL));

    private void post(int index, Bad bad) {
        slave.m2s.descriptor(index, 0, bad.region, bad.length, bad.offset);
    }

    private void post(int index, int capacity) {
        slave.m2s.descriptor(index, 0, 0, capacity, FakeSlave.buffer(false, index));
    }

    /** The slot goes back empty and is counted; the packet takes the next. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void badPostingIsSkippedAndCounted(SendMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            rounds++;
            int base = slave.m2s.tail();
            for (int i = 0; i < 4; i++) {
                post(base + i, FakeSlave.BUFFER);
            }
            post(base + 1, bad);
            slave.m2s.head(base + 3);
            byte[] before = slave.region.bytes(0, (int) FakeSlave.BUFFERS_AT);
            assertEquals(1, method.send(tx, PACKET), bad::toString);
            assertEquals(1, method.send(tx, PACKET), bad::toString);
            tx.flush();
            assertEquals(base + 3, slave.m2s.tail(), bad::toString);
            assertArrayEquals(PACKET, slave.packet(base));
            assertArrayEquals(PACKET, slave.packet(base + 2));
            assertEquals(0, slave.m2s.descriptorLength(base + 1), "empty");
            assertEquals(bad.region, slave.m2s.descriptorRegion(base + 1), "as posted");
            assertEquals(bad.offset, slave.m2s.descriptorOffset(base + 1), "as posted");
            assertEquals(rounds, counted(Counter.BAD_DESCRIPTORS), bad::toString);
            assertEquals(2L * rounds, counted(Counter.PACKETS), bad::toString);
            expectOnlyOursWritten(before, base);
        }
    }

    /** Tail and the three descriptors are ours to write; nothing else in front of the buffers. */
    private void expectOnlyOursWritten(byte[] before, int base) {
        byte[] after = slave.region.bytes(0, (int) FakeSlave.BUFFERS_AT);
        int tail = (int) FakeSlave.M2S_AT + RawRing.LINE;
        for (int i = 0; i < before.length; i++) {
            int slot = (i - tail - RawRing.LINE) / 16;
            boolean inSlots = i >= tail + RawRing.LINE && (slot - base & SLOTS - 1) < 3;
            boolean inTail = i == tail || i == tail + 1;
            if (!inSlots && !inTail) {
                assertEquals(before[i], after[i], "byte " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void nothingButBadPostings(SendMethod method) {
        int rounds = 0;
        for (Bad bad : BAD) {
            rounds++;
            int base = slave.m2s.tail();
            for (int i = 0; i < SLOTS; i++) {
                post(base + i, bad);
            }
            slave.m2s.head(base + SLOTS);
            assertEquals(TxQueue.BACK_PRESSURED, method.send(tx, PACKET), bad::toString);
            tx.flush();
            assertEquals(base + SLOTS & 0xffff, slave.m2s.tail(), "all went back");
            assertEquals((long) rounds * SLOTS, counted(Counter.BAD_DESCRIPTORS));
        }
        assertEquals(0, counted(Counter.PACKETS));
    }

    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void headFarAheadIsBounded(SendMethod method) {
        for (int i = 0; i < SLOTS; i++) {
            slave.m2s.descriptor(i, 0, 0, FakeSlave.BUFFER, FakeSlave.buffer(false, i));
        }
        for (int head : new int[] {65535, 5000, SLOTS + 1, 32768}) {
            slave.m2s.head(head);
            int sent = 0;
            while (sent < 2 * SLOTS && method.send(tx, PACKET) > 0) {
                sent++;
            }
            tx.flush();
            assertTrue(sent > 0 && sent <= 2 * SLOTS, "sent " + sent);
            assertTrue(counted(Counter.INDEX_JUMPS) > 0);
        }
    }

    /** A chain needs several postings; a bad one in the middle spoils none but itself. */
    @ParameterizedTest
    @EnumSource(names = {"OFFER_ARRAY", "OFFER_BUFFER"})
    void badPostingInTheMiddleOfAChain(SendMethod method) {
        byte[] packet = new byte[200];
        Arrays.fill(packet, (byte) 0x66);
        int rounds = 0;
        for (Bad bad : BAD) {
            rounds++;
            int base = slave.m2s.tail();
            for (int i = 0; i < 8; i++) {
                post(base + i, 64);
            }
            post(base + 2, bad);
            slave.m2s.head(base + 8);
            assertEquals(4, method.send(tx, packet), bad::toString);
            tx.flush();
            assertEquals(base + 7, slave.m2s.tail());
            long total = 0;
            for (int i = 0; i < 7; i++) {
                total += slave.m2s.descriptorLength(base + i);
                int next = i >= 3 && i < 6 ? RawRing.NEXT : 0;
                assertEquals(next, slave.m2s.descriptorFlags(base + i));
                assertEquals(i < 3, slave.m2s.descriptorLength(base + i) == 0);
            }
            assertEquals(200, total);
            assertEquals(rounds, counted(Counter.BAD_DESCRIPTORS));
            assertEquals(1, method.send(tx, new byte[64]), "the last posting is still ours");
            tx.flush();
        }
    }

    /** Postings that lie over the rings are within the region: the slave harms itself alone. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void postingsOverTheRingsHarmTheSlaveAlone(SendMethod method) throws Exception {
        for (int i = 0; i < SLOTS; i++) {
            slave.m2s.descriptor(i, 0, 0, FakeSlave.BUFFER, 16L * i);
        }
        slave.m2s.head(SLOTS);
        for (int i = 0; i < 3 * SLOTS; i++) {
            method.send(tx, PACKET);
            tx.flush();
        }
        assertTrue(ours.itf.isConnected());
        // Its rings are beyond use now: it comes anew.
        slave.close();
        ours.expectEvent("down: peer closed the connection (end of file) while connected");
        slave = connect().through(Step.CONNECT);
        ours.expectEvent("up raw slave raw0");
    }

    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void capacityOfOneByteEach(SendMethod method) {
        for (int i = 0; i < SLOTS; i++) {
            slave.m2s.descriptor(i, 0, 0, 1, FakeSlave.buffer(false, i));
        }
        slave.m2s.head(SLOTS);
        assertEquals(TxQueue.TOO_LONG, method.send(tx, PACKET));
        assertEquals(0, tx.flush());
        assertEquals(0, slave.m2s.tail());
    }
}
