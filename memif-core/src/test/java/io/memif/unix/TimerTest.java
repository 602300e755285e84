package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.TestPosix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers on a clock that the test moves. */
@Timeout(20)
class TimerTest {
    private long now = Long.MAX_VALUE - 50;
    private final List<Object> ran = new ArrayList<>();
    private final PollGroup group = new PollGroup(TestPosix.open(), () -> now, ran::add);

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void runInOrderOfTheirTimeAcrossTheClocksWrap() {
        group.schedule(30, () -> ran.add("c"));
        group.schedule(10, () -> ran.add("a"));
        group.schedule(10, () -> ran.add("b"));
        group.schedule(100, () -> ran.add("d"));
        assertEquals(10, group.nextTimerDelayNs());
        assertEquals(0, group.poll(0, 8));
        now += 30;
        assertEquals(3, group.poll(0, 8));
        assertEquals(List.of("a", "b", "c"), ran);
        now += 70;
        assertEquals(1, group.poll(Long.MAX_VALUE, 8));
        assertEquals("d", ran.get(3));
        assertEquals(Long.MAX_VALUE, group.nextTimerDelayNs());
    }

    @Test
    void cancelledTimerDoesNotRunAndMayBeRestarted() {
        Timer timer = group.schedule(10, () -> ran.add("x"));
        assertTrue(timer.isScheduled());
        timer.cancel();
        timer.cancel();
        assertFalse(timer.isScheduled());
        now += 10;
        assertEquals(0, group.poll(0, 8));
        timer.restart(5);
        timer.restart(20);
        now += 5;
        assertEquals(0, group.poll(0, 8));
        now += 15;
        assertEquals(1, group.poll(0, 8));
        timer.restart(0);
        assertEquals(1, group.poll(0, 8));
        assertEquals(List.of("x", "x"), ran);
    }

    @Test
    void timerThatRestartsItselfRunsOnceATurn() {
        Timer[] timer = new Timer[1];
        timer[0] =
                group.schedule(
                        0,
                        () -> {
                            ran.add("tick");
                            timer[0].restart(0);
                        });
        assertEquals(1, group.poll(0, 8));
        assertEquals(1, group.poll(0, 8));
        assertEquals(2, ran.size());
    }

    @Test
    void taskMayCancelAnotherDueTimer() {
        Timer[] other = new Timer[1];
        group.schedule(1, () -> other[0].cancel());
        other[0] = group.schedule(1, () -> ran.add("must not run"));
        now += 1;
        assertEquals(1, group.poll(0, 8));
        assertEquals(List.of(), ran);
    }

    @Test
    void taskThatThrowsIsReported() {
        RuntimeException failure = new RuntimeException("from the task");
        group.schedule(
                0,
                () -> {
                    throw failure;
                });
        assertEquals(1, group.poll(0, 8));
        assertEquals(List.of(failure), ran);
    }

    @Test
    void negativeDelayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> group.schedule(-1, () -> {}));
    }

    @Test
    void longestDelayNeverRuns() {
        group.schedule(Long.MAX_VALUE, () -> ran.add("too early"));
        now += Long.MAX_VALUE / 4;
        assertEquals(0, group.poll(0, 8));
        group.schedule(0, () -> ran.add("overdue"));
        now += 200;
        group.schedule(Long.MAX_VALUE, () -> ran.add("too early"));
        assertEquals(1, group.poll(0, 8));
        assertEquals(List.of("overdue"), ran);
    }

    @Test
    void randomSchedulesAndCancelsKeepTheOrder() {
        Random random = new Random(42);
        List<Timer> timers = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        int cancelled = 0;
        for (int i = 0; i < 1000; i++) {
            long delay = random.nextInt(500);
            long due = now + delay;
            timers.add(group.schedule(delay, () -> times.add(due)));
            if (random.nextInt(3) == 0) {
                Timer victim = timers.get(random.nextInt(timers.size()));
                cancelled += victim.isScheduled() ? 1 : 0;
                victim.cancel();
            }
        }
        for (int step = 0; step < 500; step++) {
            now++;
            group.poll(0, 8);
        }
        assertEquals(1000 - cancelled, times.size());
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) - times.get(i - 1) >= 0, "seed 42, at " + i);
        }
    }
}
