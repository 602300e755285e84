package io.memif.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.TestPosix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many reports a number of failures causes. */
class ErrorReportsTest {
    private long now;
    private final Reactor reactor =
            new Reactor(
                    TestPosix.open(),
                    () -> now,
                    new Random(1),
                    error -> {
                        throw new AssertionError(error);
                    });
    private final List<String> reported = new ArrayList<>();
    private final ErrorReports reports =
            new ErrorReports(reactor, "a test", error -> reported.add(error.getMessage()));

    @AfterEach
    void close() {
        reactor.close();
    }

    private void fail(int count) {
        for (int i = 1; i <= count; i++) {
            reports.report(new IllegalStateException("no. " + i));
            reactor.doWork(0);
        }
    }

    private void pass(long nanoseconds) {
        now += nanoseconds;
        // The timer, and what it told.
        reactor.doWork(0);
        reactor.doWork(0);
    }

    @Test
    void fewAreReportedOneByOne() {
        fail(ErrorReports.ONE_BY_ONE);
        assertEquals(ErrorReports.ONE_BY_ONE, reported.size());
        assertEquals("no. 1", reported.get(0));
        pass(ErrorReports.PERIOD_NS);
        assertEquals(ErrorReports.ONE_BY_ONE, reported.size());
    }

    @Test
    void aFloodIsCountedAndToldWhenTheSecondIsOver() {
        fail(10_000);
        pass(ErrorReports.PERIOD_NS - 1);
        assertEquals(ErrorReports.ONE_BY_ONE, reported.size());
        pass(1);
        assertEquals(ErrorReports.ONE_BY_ONE + 1, reported.size());
        assertEquals(
                "9984 more reports of this kind were left out, the last: no. 10000",
                reported.get(ErrorReports.ONE_BY_ONE));
    }

    @Test
    void kindsAreLimitedApart() {
        fail(100);
        reports.report(new IllegalArgumentException("another"));
        reactor.doWork(0);
        assertEquals("another", reported.get(reported.size() - 1));
    }

    @Test
    void whatComesOnceASecondForAnHourIsToldTwiceAMinute() {
        for (int second = 0; second < 3600; second++) {
            fail(1);
            pass(TimeUnit.SECONDS.toNanos(1));
        }
        assertTrue(reported.size() < 180, reported.size() + " reports");
        assertTrue(reported.size() > 60, reported.size() + " reports");
        reports.flush();
        pass(0);
        long leftOut =
                reported.stream()
                        .filter(text -> text.contains("left out"))
                        .mapToLong(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
                        .sum();
        long told = reported.stream().filter(text -> text.startsWith("no.")).count();
        assertEquals(3600, leftOut + told);
    }

    @Test
    void afterAQuietTimeItBeginsAnew() {
        fail(100);
        pass(ErrorReports.PERIOD_NS);
        pass(2 * ErrorReports.PERIOD_NS);
        reported.clear();
        fail(ErrorReports.ONE_BY_ONE + 1);
        assertEquals(ErrorReports.ONE_BY_ONE, reported.size());
    }

    @Test
    void theEndDoesNotWaitForTheSecond() {
        fail(ErrorReports.ONE_BY_ONE + 2);
        reports.flush();
        reactor.doWork(0);
        assertEquals(ErrorReports.ONE_BY_ONE + 1, reported.size());
        reported.clear();
        pass(ErrorReports.PERIOD_NS);
        assertEquals(List.of(), reported);
    }
}
