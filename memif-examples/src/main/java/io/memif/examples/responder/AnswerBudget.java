package io.memif.examples.responder;

import java.util.concurrent.atomic.AtomicLong;

/** How many echo replies may still be sent, shared by the queues' threads. */
final class AnswerBudget {
    /** Replies that no command lives long enough to send. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private final boolean limited;
    private final AtomicLong left;

    AnswerBudget(long limit) {
        limited = limit != UNLIMITED;
        left = new AtomicLong(limit);
    }

    /** Takes one reply out of the budget, unless it is used up. */
    boolean take() {
        return !limited || left.getAndUpdate(value -> Math.max(0, value - 1)) > 0;
    }

    /** Puts a reply back that could not be sent. */
    void giveBack() {
        if (limited) {
            left.incrementAndGet();
        }
    }

    boolean isUsedUp() {
        return limited && left.get() == 0;
    }
}
