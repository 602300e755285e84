package io.memif.tests.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.memif.QueueHandles;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A counter read by another thread than the queue's is never torn and never runs backwards. */
public final class Counters {
    /** Both halves of the number change at once. */
    private static final long STEP = 0x1_0000_0001L;

    private Counters() {}

    /** Our counters. The two names for them keep the compiler from folding the loads by itself. */
    @JCStressTest
    @Outcome(
            id = {
                "0, 0, 0",
                "0, 0, 4294967297",
                "0, 4294967297, 4294967297",
                "4294967297, 4294967297, 4294967297"
            },
            expect = ACCEPTABLE,
            desc = "Before or after.")
    @Outcome(expect = FORBIDDEN, desc = "Torn, or backwards.")
    @State
    public static class Opaque {
        private final QueueCounters counters = new QueueCounters();
        private final QueueCounters sameCounters = counters;

        /** Counts. */
        @Actor
        public void queue() {
            QueueHandles.count(counters, Counter.PACKETS, STEP);
        }

        /** Reads. */
        @Actor
        public void reader(JJJ_Result result) {
            result.r1 = counters.get(Counter.PACKETS);
            result.r2 = sameCounters.get(Counter.PACKETS);
            result.r3 = counters.get(Counter.PACKETS);
        }
    }

    /** Plain: the compiler takes the first load for the third as well. */
    @JCStressTest
    @Outcome(
            id = {
                "0, 0, 0",
                "0, 0, 4294967297",
                "0, 4294967297, 4294967297",
                "4294967297, 4294967297, 4294967297"
            },
            expect = ACCEPTABLE,
            desc = "Before or after.")
    @Outcome(
            id = {"0, 4294967297, 0", "4294967297, 0, 4294967297", "4294967297, 0, 0"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "Backwards.")
    @State
    public static class Weakened {
        private final long[] cells = new long[1];
        private final long[] sameCells = cells;

        /** Counts. */
        @Actor
        public void queue() {
            cells[0] += STEP;
        }

        /** Reads. */
        @Actor
        public void reader(JJJ_Result result) {
            result.r1 = cells[0];
            result.r2 = sameCells[0];
            result.r3 = cells[0];
        }
    }
}
