package io.memif.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.testing.TestPosix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many reports come of how many refusals. */
class RefusalReportsTest {
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
    private final RefusalReports reports = new RefusalReports(reactor, reported::add);

    @AfterEach
    void close() {
        reactor.close();
    }

    private void refuse(int count) {
        for (int i = 1; i <= count; i++) {
            reports.add("no. " + i);
        }
    }

    private void pass(long nanoseconds) {
        now += nanoseconds;
        reactor.doWork(0);
    }

    @Test
    void fewAreReportedOneByOne() {
        refuse(RefusalReports.ONE_BY_ONE);
        assertEquals(RefusalReports.ONE_BY_ONE, reported.size());
        assertEquals("refused a slave: no. 1", reported.get(0));
        pass(RefusalReports.PERIOD_NS);
        assertEquals(RefusalReports.ONE_BY_ONE, reported.size());
    }

    @Test
    void aFloodIsCountedAndToldWhenTheSecondIsOver() {
        refuse(10_000);
        pass(RefusalReports.PERIOD_NS - 1);
        assertEquals(RefusalReports.ONE_BY_ONE, reported.size());
        pass(1);
        assertEquals(RefusalReports.ONE_BY_ONE + 1, reported.size());
        assertEquals(
                "refused 9984 more slaves, the last: no. 10000",
                reported.get(RefusalReports.ONE_BY_ONE));
    }

    @Test
    void eachSecondBeginsAnew() {
        refuse(100);
        pass(RefusalReports.PERIOD_NS);
        reported.clear();
        refuse(RefusalReports.ONE_BY_ONE + 1);
        assertEquals(RefusalReports.ONE_BY_ONE, reported.size());
        pass(RefusalReports.PERIOD_NS);
        assertEquals(
                "refused 1 more slaves, the last: no. 17", reported.get(RefusalReports.ONE_BY_ONE));
    }

    @Test
    void theEndOfTheListenerDoesNotWaitForTheSecond() {
        refuse(RefusalReports.ONE_BY_ONE + 2);
        reports.flush();
        assertEquals(RefusalReports.ONE_BY_ONE + 1, reported.size());
        reported.clear();
        pass(RefusalReports.PERIOD_NS);
        assertEquals(List.of(), reported);
    }
}
