package io.memif;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened on one queue, over all its links.
 *
 * <pre>{@code
 * long received = rx.counters().get(QueueCounters.Counter.PACKETS);
 * long refused = tx.counters().get(QueueCounters.Counter.RING_FULL);
 * }</pre>
 *
 * <p>The queue's own thread writes them, once a batch. Any thread may read them without disturbing
 * the data path. Two counters that are read one after the other need not belong to the same
 * instant.
 */
public final class QueueCounters {
    /** Those that count packets which were dropped or refused. */
    static final List<Counter> DROPS =
            List.of(Counter.BAD_DESCRIPTORS, Counter.ENDLESS_CHAINS, Counter.TOO_LONG);

    /** What is counted. */
    public enum Counter {
        /** Packets handed over or published. A chain counts with its last buffer. */
        PACKETS,
        /** Bytes in those packets. */
        BYTES,
        /** Ring slots that carried them; more than packets when packets are chained. */
        BUFFERS,
        /** Packets dropped because a descriptor's region, offset or length was unusable. */
        BAD_DESCRIPTORS,
        /** Packets dropped because their chain filled the whole ring without an end. */
        ENDLESS_CHAINS,
        /** Times the peer's index was further ahead than the ring has slots. */
        INDEX_JUMPS,
        /** Packets refused because they were longer than allowed. */
        TOO_LONG,
        /** Packets sent without a copy, from where they lay. */
        IN_PLACE,
        /** Forwarded packets that were copied, because the two peers share no memory. */
        FORWARD_COPIES,
        /** Polls that found nothing. */
        EMPTY_POLLS,
        /** Attempts to send that found the ring full. */
        RING_FULL,
        /** Signals written to the peer. */
        SIGNALS,
        /** Further signals to a peer that left packets in the ring. */
        REPEATED_SIGNALS,
        /** Times a wait ended because the peer signalled. */
        WAKEUPS,
        /** Times a wait found packets for which no signal had come. */
        RESCUES;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** A cache line pair: some processors fetch lines in twos. */
    private static final int PADDING = 16;

    private final long[] cells = new long[PADDING + Counter.values().length + PADDING];

    /**
     * Counters that are all zero. Those of a queue are {@link RxQueue#counters} and {@link
     * TxQueue#counters}.
     */
    public QueueCounters() {}

    /** For logs: the counters that are not zero. */
    @Override
    public String toString() {
        return Stream.of(Counter.values())
                .filter(counter -> get(counter) != 0)
                .map(counter -> counter.text() + " " + get(counter))
                .collect(Collectors.joining(" "));
    }

    /**
     * The count so far.
     *
     * @param counter which
     * @return 0 or more
     */
    public long get(Counter counter) {
        return (long) CELL.getOpaque(cells, PADDING + counter.ordinal());
    }

    /** Counts. Only the queue's own thread may call this. */
    void add(Counter counter, long amount) {
        int at = PADDING + counter.ordinal();
        CELL.setOpaque(cells, at, cells[at] + amount);
    }
}
