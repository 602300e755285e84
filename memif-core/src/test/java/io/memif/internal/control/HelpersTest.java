package io.memif.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.TestPosix;
import io.memif.unix.EventFd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Helpers of a caller-driven reactor, whose jobs the test holds. */
@Timeout(60)
class HelpersTest {
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch hold = new CountDownLatch(1);
    private final Posix holding =
            TestPosix.open(
                    call -> {
                        if (call == SystemCall.CLOSE && isHelper()) {
                            awaitRelease();
                        }
                        return 0;
                    });
    private final Reactor reactor = newReactor();
    private final Helpers helpers = reactor.helpers();

    private Reactor newReactor() {
        return new Reactor(
                TestPosix.open(call -> 0),
                System::nanoTime,
                new java.util.Random(1),
                e -> errors.add(e.getMessage()));
    }

    private static boolean isHelper() {
        return Thread.currentThread().getName().contains("helper");
    }

    private void awaitRelease() {
        try {
            hold.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        hold.countDown();
        reactor.close();
    }

    private void workUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + SOON_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "in time: " + errors);
            reactor.doWork(TURN_NS);
        }
    }

    private void closeHeld(int count) {
        for (int i = 0; i < count; i++) {
            helpers.close("thing " + i, List.of(EventFd.create(holding, "held").fd()));
        }
    }

    @Test
    void memoryJobsKeepTheirOrder() {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            int number = i;
            helpers.memory(() -> "job " + number, 0, () -> done.add(number));
        }
        workUntil(() -> done.size() == 100);
        List<Integer> sorted = new ArrayList<>(done);
        Collections.sort(sorted);
        assertEquals(sorted, done);
        workUntil(() -> !reactor.isHelped());
        assertEquals(List.of(), errors);
    }

    @Test
    void whatAJobThrowsIsReportedAndTheNextOneRuns() {
        CountDownLatch ran = new CountDownLatch(1);
        helpers.memory(
                () -> "failing",
                0,
                () -> {
                    throw new IllegalStateException("no memory");
                });
        helpers.memory(() -> "sound", 0, ran::countDown);
        workUntil(() -> ran.getCount() == 0 && errors.size() == 1);
        assertEquals(List.of("no memory"), errors);
    }

    /** One wake-up for all, and no wake-up is forgotten. */
    @Test
    void threadsThatSleepAreWokenWhenTheTurnEnds() throws InterruptedException {
        Reactor running = newReactor();
        Callbacks callbacks = running.callbacks("a listener", null);
        running.start("running");
        try {
            // Both threads exist then, and sleep.
            CountDownLatch idle = new CountDownLatch(2);
            running.helpers().memory(() -> "first", 0, idle::countDown);
            callbacks.add(idle::countDown);
            assertTrue(idle.await(SOON_NS, TimeUnit.NANOSECONDS));
            assertTrue(Await.until(SOON_NS, () -> !running.isHelped()));
            assertTrue(Await.until(SOON_NS, () -> sleeps("memif memory helper")));
            assertTrue(Await.until(SOON_NS, () -> sleeps("running callbacks")));
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch done = new CountDownLatch(11);
            running.execute(
                    () -> {
                        for (int i = 0; i < 5; i++) {
                            running.helpers().memory(() -> "job", 0, noted("job", order, done));
                            callbacks.add(noted("call", order, done));
                        }
                        // Not a wait for an event: time in which a thread that was woken too early
                        // would show.
                        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
                        while (System.nanoTime() - until < 0) {
                            LockSupport.parkNanos(until - System.nanoTime());
                        }
                        noted("end of turn", order, done).run();
                    });
            // Sooner than either thread would look by itself.
            assertTrue(done.await(4, TimeUnit.SECONDS), () -> "forgotten after " + order);
            assertEquals("end of turn", order.get(0));
        } finally {
            running.close();
        }
        assertEquals(List.of(), errors);
    }

    /** Whether there are threads of this name, and all of them do. */
    private static boolean sleeps(String name) {
        List<Thread> named =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals(name))
                        .toList();
        return !named.isEmpty()
                && named.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
    }

    private static Runnable noted(String what, List<String> order, CountDownLatch done) {
        return () -> {
            order.add(what);
            done.countDown();
        };
    }

    @Test
    void aHeldHelperIsReportedOnceAndTheOthersGoOn() {
        closeHeld(Helpers.CLOSERS - 1);
        EventFd last = EventFd.create("not held");
        helpers.close("last", List.of(last.fd()));
        workUntil(() -> errors.size() == Helpers.CLOSERS - 1);
        assertFalse(last.fd().isOwned());
        assertTrue(helpers.allHeld().isEmpty());
        for (int i = 0; i < Helpers.CLOSERS - 1; i++) {
            String report =
                    "a helper has been held up for more than a second by closing thing " + i;
            assertTrue(errors.contains(report), () -> report + " in " + errors);
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        workUntil(() -> System.nanoTime() > until);
        assertEquals(Helpers.CLOSERS - 1, errors.size(), "once each");
        hold.countDown();
        workUntil(() -> !reactor.isHelped());
    }

    @Test
    void muchMemoryMayTakeLonger() {
        Runnable held = () -> EventFd.create(holding, "memory").close();
        helpers.memory(() -> "freeing much", 3L << 30, held);
        long start = System.nanoTime();
        workUntil(() -> errors.size() == 1);
        assertTrue(System.nanoTime() - start > TimeUnit.SECONDS.toNanos(3));
        assertEquals(
                List.of("a helper has been held up for more than 4 seconds by freeing much"),
                errors);
        hold.countDown();
        workUntil(() -> !reactor.isHelped());
    }

    @Test
    void withAllHeldItSaysByWhat() {
        closeHeld(Helpers.CLOSERS);
        workUntil(() -> helpers.allHeld().isPresent());
        String text = helpers.allHeld().get();
        assertTrue(text.startsWith("all 4 helpers are held up: closing thing "), text);
        closeHeld(Helpers.MOST_WAITING);
        assertTrue(helpers.hasTooMuchToClose());
        hold.countDown();
        workUntil(() -> !reactor.isHelped());
        assertTrue(helpers.allHeld().isEmpty());
        assertFalse(helpers.hasTooMuchToClose());
    }

    @Test
    void closingWaitsForJobsButNotForHeldOnes() {
        CountDownLatch done = new CountDownLatch(1);
        closeHeld(1);
        workUntil(() -> errors.size() == 1);
        helpers.memory(() -> "last", 0, done::countDown);
        long start = System.nanoTime();
        reactor.close();
        assertEquals(0, done.getCount());
        long took = System.nanoTime() - start;
        assertTrue(took < TimeUnit.MILLISECONDS.toNanos(900), "took " + took);
    }
}
