package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The counts that share a word; what they are for is tested with the engines. */
@Timeout(60)
class FaultsTest {
    private static final int WRAP = 1 << 16;

    @Test
    void caughtFaultsWrapAndAreNoEndings() {
        long before = Faults.state();
        for (int i = 0; i <= WRAP; i++) {
            Faults.countCaught();
        }
        assertTrue(Faults.someCaught(before));
        assertFalse(Faults.someEnded(before));
        assertEquals((int) before, (int) Faults.state(), "mappings");
    }

    @Test
    void endingsWrapAndAreNoCaughtFaults() {
        long before = Faults.state();
        for (int i = 0; i <= WRAP; i++) {
            Faults.mapped();
            Faults.ended();
        }
        assertTrue(Faults.someEnded(before));
        assertFalse(Faults.someCaught(before));
        assertEquals((int) before, (int) Faults.state(), "mappings");
    }

    /** What could fault may have, although it is gone. */
    @Test
    void memoryThatCameAndWentCouldFault() {
        long before = Faults.state();
        long calm = Faults.calm(before);
        Faults.mapped();
        assertTrue(Faults.possibleSince(before));
        long meanwhile = Faults.state();
        Faults.ended();
        assertTrue(Faults.possibleSince(before));
        assertTrue(Faults.possibleSince(meanwhile));
        assertNotEquals(Faults.calm(meanwhile), Faults.state());
        assertNotEquals(calm, Faults.state());
        assertFalse(Faults.someCaught(calm));
    }
}
