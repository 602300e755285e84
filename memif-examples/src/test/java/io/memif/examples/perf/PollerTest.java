package io.memif.examples.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.QueueCounters;
import io.memif.RxMode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order a polling thread turns its lanes. */
@Timeout(20)
class PollerTest {
    private final RunState state = new RunState();
    private final StringBuilder order = new StringBuilder();

    /** Notes each turn, and ends the run after some. */
    private final class Noting extends Lane {
        private final char name;
        private final int moved;
        private int turnsLeft;

        Noting(char name, int moved, int turns) {
            this.name = name;
            this.moved = moved;
            this.turnsLeft = turns;
        }

        @Override
        int turn() {
            order.append(name);
            if (--turnsLeft == 0) {
                state.end();
            }
            return moved;
        }

        @Override
        void await(long timeoutNs) {
            throw new AssertionError("polling never sleeps");
        }

        @Override
        void wakeUp() {
            // It never sleeps.
        }

        @Override
        QueueCounters counters() {
            return new QueueCounters();
        }
    }

    private Poller run(Lane... lanes) {
        RingPause pause = new RingPause(1024, System.nanoTime());
        Poller poller = new Poller(List.of(lanes), RxMode.POLLING, pause, state);
        poller.run();
        return poller;
    }

    @Test
    void aLaneThatMovesPacketsIsStayedWithForAWhileAndNoneIsForgotten() {
        Poller poller =
                run(new Noting('a', 64, 100), new Noting('b', 0, 2), new Noting('c', 1, 99));
        String a = "a".repeat(16);
        String c = "c".repeat(16);
        assertEquals(a + "b" + c + a + "b" + c, order.toString());
        assertEquals(order.length(), poller.turns());
    }

    @Test
    void whetherTheRunIsOverIsLookedAtAfterEachTurnOfALaneAlone() {
        Poller poller = run(new Noting('a', 64, 3));
        assertEquals("aaa", order.toString());
        assertEquals(3, poller.turns());
    }
}
