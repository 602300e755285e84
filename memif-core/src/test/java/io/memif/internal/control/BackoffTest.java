package io.memif.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pauses between attempts to connect. */
class BackoffTest {
    private static final long MS = 1_000_000;

    @Test
    void pausesGrowFromTheShortestToTheLongestAndStayWithin() {
        for (int seed = 0; seed < 200; seed++) {
            Backoff backoff = new Backoff(100 * MS, 2_000 * MS, new Random(seed));
            long before = 0;
            for (int i = 0; i < 20; i++) {
                long pause = backoff.nextNs();
                assertTrue(pause >= 100 * MS && pause <= 2_000 * MS, "pause " + pause);
                assertTrue(i >= 5 || pause > before, i + ": " + pause + " after " + before);
                assertTrue(i < 5 || pause >= 1_500 * MS, i + ": " + pause);
                before = pause;
            }
        }
    }

    @Test
    void pausesAfterALossStayBelowASecond() {
        Backoff backoff = new Backoff(100 * MS, 2_000 * MS, new Random(1));
        backoff.lost();
        long longest = 0;
        for (int i = 0; i < 20; i++) {
            longest = Math.max(longest, backoff.nextNs());
        }
        assertTrue(longest > 700 * MS && longest <= 800 * MS, "longest " + longest);
        backoff.reset();
        for (int i = 0; i < 20; i++) {
            longest = Math.max(longest, backoff.nextNs());
        }
        assertTrue(longest > 1_500 * MS, "longest " + longest);
    }

    @Test
    void aLongerShortestPauseHoldsAfterALossToo() {
        Backoff backoff = new Backoff(1_000 * MS, 2_000 * MS, new Random(1));
        backoff.lost();
        assertTrue(backoff.nextNs() >= 1_000 * MS);
    }

    @Test
    void everyPauseIsSpread() {
        for (int i = 0; i < 8; i++) {
            Set<Long> seen = new HashSet<>();
            for (int seed = 0; seed < 100; seed++) {
                Backoff backoff = new Backoff(100 * MS, 2_000 * MS, new Random(seed));
                long pause = 0;
                for (int k = 0; k <= i; k++) {
                    pause = backoff.nextNs();
                }
                seen.add(pause / MS);
            }
            assertTrue(seen.size() > 15, "pause " + i + ": " + seen);
        }
    }

    @Test
    void beginsAnewAfterASuccess() {
        Backoff backoff = new Backoff(100 * MS, 2_000 * MS, new Random(1));
        for (int i = 0; i < 10; i++) {
            backoff.nextNs();
        }
        backoff.reset();
        assertTrue(backoff.nextNs() < 134 * MS);
    }

    @Test
    void oneLengthAndOverflowAreHandled() {
        assertEquals(5, new Backoff(5, 5, new Random(1)).nextNs());
        Backoff longest = new Backoff(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2, new Random(1));
        for (int i = 0; i < 5; i++) {
            assertEquals(Long.MAX_VALUE / 2, longest.nextNs());
        }
    }
}
