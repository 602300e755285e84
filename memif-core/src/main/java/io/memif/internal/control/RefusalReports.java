package io.memif.internal.control;

import io.memif.unix.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps a flood of refused slaves from becoming a flood of reports: of each second's refusals the
 * first are reported one by one, the others as one number when the second is over.
 */
final class RefusalReports {
    static final int ONE_BY_ONE = 16;
    static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

    private final Reactor reactor;
    private final Consumer<String> report;
    private Timer periodEnd;
    private int reported;
    private long others;
    private String last;

    RefusalReports(Reactor reactor, Consumer<String> report) {
        this.reactor = reactor;
        this.report = report;
    }

    void add(String refusal) {
        if (periodEnd == null) {
            periodEnd = reactor.group().schedule(PERIOD_NS, this::flush);
        } else if (!periodEnd.isScheduled()) {
            periodEnd.restart(PERIOD_NS);
        }
        if (reported < ONE_BY_ONE) {
            reported++;
            report.accept("refused a slave: " + refusal);
        } else {
            others++;
            last = refusal;
        }
    }

    /** Reports what has not been yet; the next refusal begins another second. */
    void flush() {
        if (periodEnd != null) {
            periodEnd.cancel();
        }
        reported = 0;
        if (others > 0) {
            report.accept("refused " + others + " more slaves, the last: " + last);
            others = 0;
        }
    }
}
