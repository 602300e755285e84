package io.memif.examples.icmp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Counts packets by what became of them. Written by one thread; others may read once that thread
 * has ended.
 */
public final class ReplyCounters {
    private final long[] counts = new long[Outcome.values().length];
    private long unsent;

    /** All zero. */
    public ReplyCounters() {}

    /**
     * Counts a packet that was answered, or deserved no answer.
     *
     * @param outcome what became of it
     */
    public void count(Outcome outcome) {
        counts[outcome.ordinal()]++;
    }

    /** Counts a packet whose answer could not be sent. */
    public void countUnsent() {
        unsent++;
    }

    /**
     * Adds another queue's counts.
     *
     * @param other is not changed
     */
    public void add(ReplyCounters other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        unsent += other.unsent;
    }

    /**
     * Packets with this outcome.
     *
     * @param outcome which
     * @return 0 or more
     */
    public long get(Outcome outcome) {
        return counts[outcome.ordinal()];
    }

    /**
     * One line for an operator.
     *
     * @return for instance "answered 6: ARP replies 1, ICMP echo replies 5; unanswered 0"
     */
    public String summary() {
        String lost = unsent == 0 ? "" : "; answers that could not be sent " + unsent;
        return "answered "
                + list(Outcome::isReply)
                + "; unanswered "
                + list(outcome -> !outcome.isReply())
                + lost;
    }

    private String list(Predicate<Outcome> selected) {
        long total = 0;
        List<String> parts = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            long count = get(outcome);
            if (selected.test(outcome) && count > 0) {
                total += count;
                parts.add(outcome.label() + " " + count);
            }
        }
        return total + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
    }
}
