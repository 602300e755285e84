package io.memif.examples.perf;

import java.util.Arrays;

/**
 * Follows the sequence numbers of one sender. The first one seen is where it starts; a number that
 * is skipped counts as lost until it comes after all. One thread at a time.
 */
final class SequenceTracker {
    /**
     * How far back a late packet can be told from a repeated one; beyond, it counts as repeated.
     */
    static final int WINDOW = 1 << 16;

    private final long[] seen = new long[WINDOW >> 6];
    private boolean started;
    private long first;
    private long next;
    private long lost;
    private long duplicated;
    private long reordered;

    void note(long sequence) {
        if (!started) {
            started = true;
            first = sequence;
            next = sequence;
        }
        if (sequence >= next) {
            skipTo(sequence);
            mark(sequence);
            next = sequence + 1;
        } else if (next - sequence > WINDOW || isSeen(sequence)) {
            duplicated++;
        } else {
            mark(sequence);
            reordered++;
            lost -= sequence < first ? 0 : 1;
        }
    }

    private void skipTo(long sequence) {
        long gap = sequence - next;
        lost += gap;
        if (gap >= WINDOW) {
            Arrays.fill(seen, 0);
            return;
        }
        for (long i = next; i <= sequence; i++) {
            seen[word(i)] &= ~(1L << i);
        }
    }

    private static int word(long sequence) {
        return (int) (sequence & WINDOW - 1) >> 6;
    }

    private void mark(long sequence) {
        seen[word(sequence)] |= 1L << sequence;
    }

    private boolean isSeen(long sequence) {
        return (seen[word(sequence)] & 1L << sequence) != 0;
    }

    /** What several trackers have found; those that are null found nothing. */
    static Verifier.Findings findings(SequenceTracker[] trackers) {
        Verifier.Findings sum = new Verifier.Findings(0, 0, 0, 0);
        for (SequenceTracker each : trackers) {
            if (each != null) {
                sum =
                        sum.plus(
                                new Verifier.Findings(
                                        each.lost, each.duplicated, each.reordered, 0));
            }
        }
        return sum;
    }

    long lost() {
        return lost;
    }

    long duplicated() {
        return duplicated;
    }

    long reordered() {
        return reordered;
    }
}
