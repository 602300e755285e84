package io.memif.examples.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Positions go on where indexes wrap, and say when that may have gone unseen. 1 s. */
class SlotCounterTest {
    private static final long MS = 1_000_000;

    @Test
    void goesOnBehindTheWrap() {
        SlotCounter counter = new SlotCounter(65_530, 0);
        assertEquals(65_536, counter.look(0, MS));
        assertEquals(65_636, counter.look(100, 2 * MS));
        assertEquals(131_171, counter.look(99, 3 * MS));
        assertFalse(counter.mayHaveWrapped());
    }

    @Test
    void slowLinksMayBeSeenSeldom() {
        SlotCounter counter = new SlotCounter(0, 0);
        for (int i = 1; i < 100; i++) {
            assertEquals(i, counter.look(i, i * 30 * MS));
        }
        assertFalse(counter.mayHaveWrapped());
    }

    @Test
    void fastLinksMayNot() {
        SlotCounter counter = new SlotCounter(0, 0);
        for (int i = 1; i <= 10; i++) {
            counter.look(i * 5000 & 0xffff, i * MS);
        }
        assertFalse(counter.mayHaveWrapped());
        assertEquals(53_000, counter.look(53_000, 12 * MS));
        assertFalse(counter.mayHaveWrapped(), "two milliseconds are too short");
        counter.look(54_000, 20 * MS);
        assertTrue(counter.mayHaveWrapped(), "eight are not");
        assertFalse(counter.mayHaveWrapped(), "told once");
    }

    /** A burst that is published at once is no rate. */
    @Test
    void burstsAreNoRates() {
        SlotCounter counter = new SlotCounter(0, 0);
        counter.look(1000, 100);
        counter.look(1000, MS);
        assertEquals(1000, counter.look(1000, 10 * MS));
        assertFalse(counter.mayHaveWrapped());
    }
}
