package io.memif.examples.ping;

/**
 * How often to ask and how long to wait.
 *
 * @param count replies wanted, and requests to send unless there is a deadline; 0 for no end
 * @param onReply whether the next request goes out as soon as the one before is answered
 * @param gapNs nanoseconds from one request to the next, if it is not answered before
 * @param timeoutNs nanoseconds to wait for the last replies while none has come
 * @param deadlineNs nanoseconds after which it ends whatever has come; 0 for none
 */
record PingPlan(long count, boolean onReply, long gapNs, long timeoutNs, long deadlineNs) {
    /** Round trips say little about the last one on a machine that holds up threads. */
    private static final long LEAST_WAIT_NS = 1_000_000_000;

    boolean wantsMore(PingReport report) {
        return count == 0 || deadlineNs > 0 || report.transmitted() < count;
    }

    /** Whether it is over, as ping has it: with a deadline, the first error ends it, too. */
    boolean isDone(PingReport report, long elapsedNs, long sinceLastNs) {
        if (deadlineNs > 0 && (elapsedNs >= deadlineNs || report.errors() > 0)) {
            return true;
        }
        if (count > 0 && report.transmitted() >= count) {
            return report.settled() >= count
                    || deadlineNs == 0 && sinceLastNs >= lastWaitNs(report);
        }
        return false;
    }

    /** How long to wait after the last request: two round trips, once one is known. */
    long lastWaitNs(PingReport report) {
        long known = Math.max(LEAST_WAIT_NS, Math.max(gapNs, 2 * report.longestNs()));
        return report.longestNs() == 0 ? timeoutNs : Math.min(timeoutNs, known);
    }
}
