package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeping off the ring: at a high rate only, and no longer than it takes to fill it. */
class RingPauseTest {
    private static final int SLOTS = 1024;

    /** A peer that fills the ring at a steady rate; what the last of many visits found. */
    private static int visit(double packetsPerUs, int visits) {
        RingPause pause = new RingPause(SLOTS, 0);
        long now = 0;
        int found = 0;
        long passed = 1_000;
        for (int i = 0; i < visits; i++) {
            found = (int) Math.min(SLOTS, passed * packetsPerUs / 1_000);
            now += passed;
            passed = pause.lengthNs(found, now) + 1_000;
        }
        return found;
    }

    @Test
    void atAHighRateAGoodPartOfTheRingIsReady() {
        int found = visit(40, 100);
        assertTrue(found >= SLOTS * 5 / 8 && found < SLOTS, "found " + found);
    }

    @Test
    void aPauseHasALimit() {
        int found = visit(5, 100);
        assertEquals(5 * 21, found);
    }

    @Test
    void atALowRateNobodyWaits() {
        assertEquals(3, visit(3.5, 100));
        RingPause pause = new RingPause(SLOTS, 0);
        assertEquals(0, pause.lengthNs(1, 1_000));
    }

    @Test
    void longPacketsInBurstsAreAHighRate() {
        RingPause pause = new RingPause(SLOTS, 0);
        // 3.2 a microsecond: 32 packets of 1500 bytes at 38 Gbit/s.
        assertTrue(pause.lengthNs(32, 10_000) > 0);
        assertEquals(0, pause.lengthNs(32, 30_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, SLOTS})
    void answersThatComeAloneAreNoBurst(int slots) {
        RingPause pause = new RingPause(slots, 0);
        assertEquals(0, pause.lengthNs(1, 310));
        assertEquals(0, pause.lengthNs(7, 2_500));
        assertEquals(0, new RingPause(16 * SLOTS, 0).lengthNs(16, 5_000), "one of each ring");
    }

    @Test
    void theFirstSlowVisitEndsThePauses() {
        RingPause pause = new RingPause(SLOTS, 0);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            now += 2_000;
            pause.lengthNs(64, now);
        }
        assertTrue(pause.lengthNs(64, now + 2_000) > 0);
        assertEquals(0, pause.lengthNs(1, now + 4_000));
    }
}
