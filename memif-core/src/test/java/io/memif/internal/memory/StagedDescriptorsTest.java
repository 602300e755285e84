package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.protocol.Protocol;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StagedDescriptorsTest {
    private static final int LOG2 = 3;
    private static final long UNTOUCHED = 0x7777_7777_7777_7777L;

    private final Ring ring =
            new Ring(ByteBuffer.allocateDirect(Protocol.ringLength(LOG2, 64)), 0, LOG2, 64);

    StagedDescriptorsTest() {
        for (int slot = 0; slot < ring.size(); slot++) {
            ring.descriptor(slot, UNTOUCHED, UNTOUCHED);
        }
    }

    private void assertSlot(int slot, long low, long high) {
        assertEquals(low, ring.descriptorLow(slot), "first word of slot " + slot);
        assertEquals(high, ring.descriptorHigh(slot), "second word of slot " + slot);
    }

    @Test
    void nothingIsWrittenBeforeItIsAskedFor() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, true);
        staged.keep(1, 64, 60);
        staged.keep(2, 128, 1500);
        assertSlot(0, UNTOUCHED, UNTOUCHED);
        assertEquals(1560, staged.write());
        assertSlot(0, Ring.low(0, 1, 60), 64);
        assertSlot(1, Ring.low(0, 2, 1500), 128);
        assertSlot(2, UNTOUCHED, UNTOUCHED);
        assertEquals(0, staged.write());
        staged.keep(3, 192, 9);
        assertEquals(9, staged.write());
        assertSlot(2, Ring.low(0, 3, 9), 192);
        assertSlot(3, UNTOUCHED, UNTOUCHED);
    }

    @Test
    void largestNumbers() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, true);
        staged.keep(0xffff, 0xffff_ffffL, RingLayout.MAX_BUFFER_LENGTH);
        // A position beyond 2 GiB, as an int.
        staged.keep(0, 0x8000_0040, 1);
        staged.write();
        assertSlot(0, Ring.low(0, 0xffff, RingLayout.MAX_BUFFER_LENGTH), 0xffff_ffffL);
        assertSlot(1, Ring.low(0, 0, 1), 0x8000_0040L);
    }

    @Test
    void offsetsOfThePeerStay() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, false);
        staged.keep(5, 60);
        staged.write();
        assertSlot(0, Ring.low(0, 5, 60), UNTOUCHED);
    }

    @Test
    void whatOthersWroteStays() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, true);
        staged.keep(1, 64, 60);
        ring.descriptor(1, Ring.low(RingLayout.NEXT, 9, 2048), 4096);
        ring.descriptor(2, Ring.low(0, 9, 100), 8192);
        staged.write();
        staged.pass(3);
        staged.keep(1, 128, 61);
        staged.write();
        assertSlot(0, Ring.low(0, 1, 60), 64);
        assertSlot(1, Ring.low(RingLayout.NEXT, 9, 2048), 4096);
        assertSlot(2, Ring.low(0, 9, 100), 8192);
        assertSlot(3, Ring.low(0, 1, 61), 128);
    }

    @Test
    void indexesWrap() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, true);
        staged.pass(0xfffe);
        for (int i = 0; i < 4; i++) {
            staged.keep(i, 64L * i, 60 + i);
        }
        staged.write();
        for (int i = 0; i < 4; i++) {
            assertSlot(0xfffe + i & 0xffff, Ring.low(0, i, 60 + i), 64L * i);
        }
    }

    @Test
    void aRingWithFewerSlots() {
        StagedDescriptors staged = new StagedDescriptors(ring, 256, true);
        staged.pass(5);
        for (int i = 5; i < 13; i++) {
            staged.keep(i, 64L * i, 60 + i);
        }
        assertEquals(8 * 60 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12, staged.write());
        for (int i = 5; i < 13; i++) {
            assertSlot(i, Ring.low(0, i, 60 + i), 64L * i);
        }
    }

    @Test
    void whatALoopHasWrittenIsKeptWhenItSaysSo() {
        StagedDescriptors staged = new StagedDescriptors(ring, 4, true);
        staged.keep(0, 64, 60);
        long[] words = staged.words();
        int entry = staged.entry();
        for (int i = 0; i < 3; i++) {
            words[entry + 2 * i] = Ring.low(0, 2, 61 + i);
            words[entry + 2 * i + 1] = 128 + 64L * i;
        }
        assertEquals(1, staged.next());
        staged.keepUpTo(entry + 4);
        assertEquals(3, staged.next());
        assertEquals(60 + 61 + 62, staged.write());
        assertSlot(0, Ring.low(0, 0, 60), 64);
        assertSlot(1, Ring.low(0, 2, 61), 128);
        assertSlot(2, Ring.low(0, 2, 62), 192);
        assertSlot(3, UNTOUCHED, UNTOUCHED);
    }
}
