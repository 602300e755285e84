package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.TxQueue;
import io.memif.tests.hostile.FakeMaster.Step;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our slave sends to a hostile master, which may write any word of the ring and of our buffers. */
class SlaveTransmitTest extends SlaveCase {
    private static final int SLOTS = FakeSlave.SLOTS;
    private static final byte[] PACKET = new byte[100];

    private TestedInterface ours;
    private FakeMaster.Link link;
    private RawRing ring;
    private TxQueue tx;

    /** Packets sent so far: where head has to be. */
    private int sent;

    @BeforeEach
    void linkUp() throws InterruptedException {
        Arrays.fill(PACKET, (byte) 0x55);
        ours = slave();
        link = master.accept().through(Step.CONNECTED);
        ours.expectEvent("up raw master raw0");
        ring = link.s2m;
        tx = ours.itf.txQueue(0);
        assertEquals(0, ring.head());
    }

    @AfterEach
    void stillHealthy() throws InterruptedException {
        try (TestedInterface first = ours;
                FakeMaster.Link second = link) {
            ring.head(sent);
            ring.tail(sent);
            expectTraffic(first, second);
            first.expectQuiet();
        }
    }

    private void expectSent(SendMethod method) {
        assertEquals(1, method.send(tx, PACKET));
        assertEquals(1, tx.flush());
        int slot = sent++;
        assertEquals(sent & 0xffff, ring.head());
        assertEquals(0, ring.descriptorFlags(slot));
        assertEquals(0, ring.descriptorRegion(slot));
        assertEquals(PACKET.length, ring.descriptorLength(slot));
        byte[] got = link.region.bytes(ring.descriptorOffset(slot), PACKET.length);
        assertArrayEquals(PACKET, got);
    }

    /** Nothing is ever read back: each descriptor is written whole. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void overwritingOurWordsMeansNothing(SendMethod method) {
        for (int i = 0; i < 100; i++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                ring.descriptor(slot, i * 7, i * 31 & 0xffff, 0xffffffffL - i, i * 7919L);
            }
            ring.head(i * 104729 & 0xffff);
            ring.cookie(i);
            expectSent(method);
            ring.tail(sent);
        }
        assertEquals(0, tx.counters().get(Counter.INDEX_JUMPS));
        assertEquals(0, tx.counters().get(Counter.BAD_DESCRIPTORS));
    }

    /** A tail that cannot be: the ring counts as full until it is right again. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void impossibleTailMeansFull(SendMethod method) {
        for (int round = 0; round < 3; round++) {
            while (method.send(tx, PACKET) > 0) {
                sent++;
            }
            tx.flush();
            assertEquals(sent & 0xffff, ring.head());
            long jumps = tx.counters().get(Counter.INDEX_JUMPS);
            for (int ahead : new int[] {1, 5, 5000, 32768, 65535 - SLOTS}) {
                ring.tail(sent + ahead);
                assertEquals(TxQueue.BACK_PRESSURED, method.send(tx, PACKET), "ahead " + ahead);
                assertEquals(0, tx.flush());
            }
            assertEquals(jumps + 5, tx.counters().get(Counter.INDEX_JUMPS));
            ring.tail(sent);
            expectSent(method);
            ring.tail(sent);
        }
    }

    /** Tail goes back to where it has been: no more than the ring is ever written. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void tailThatGoesBackFreesNoSlotTwice(SendMethod method) {
        for (int i = 0; i < 40; i++) {
            expectSent(method);
            ring.tail(sent);
        }
        ring.tail(sent - 1);
        int more = 0;
        while (more <= SLOTS && method.send(tx, PACKET) > 0) {
            more++;
        }
        tx.flush();
        sent += more;
        assertTrue(more <= SLOTS, "sent " + more);
        assertEquals(TxQueue.BACK_PRESSURED, method.send(tx, PACKET));
    }

    /** The mask is the master's word; whatever its value, only its lowest bit counts. */
    @ParameterizedTest
    @EnumSource(SendMethod.class)
    void anyFlagsWord(SendMethod method) {
        long signals = tx.counters().get(Counter.SIGNALS);
        for (int flags : new int[] {0, 1, 0xfffe, 0xffff, 0x8000}) {
            ring.flags(flags);
            expectSent(method);
            ring.tail(sent);
        }
        assertEquals(signals + 3, tx.counters().get(Counter.SIGNALS));
    }
}
