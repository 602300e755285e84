package io.memif;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Forwards packets from a receive queue to transmit queues, in order. It gives their buffers back
 * as soon as they are free: at once if they had to be copied (see {@link TxQueue#forward}),
 * otherwise when the next peer has taken them. A {@link Hook} may rewrite each packet, drop it, or
 * choose its queue.
 *
 * <pre>{@code
 * Forwarder forwarder = new Forwarder(rx, tx, 256);
 * while (!rx.isClosed()) {
 *     if (forwarder.doWork() == 0) {
 *         Thread.onSpinWait();
 *     }
 * }
 * }</pre>
 *
 * <p>One thread owns the forwarder and all its queues. Nothing else may take packets from the
 * receive queue. Links may come and go on either side; packets under way are dropped when the link
 * that received them ends. While the queue of the next packet is full, that packet and all packets
 * after it wait in the ring that they came over.
 */
public final class Forwarder {
    /** What a hook returns for a packet that is to be dropped. */
    public static final int DROP = -1;

    /** The hook has not been asked about the next packet. */
    private static final int UNDECIDED = -2;

    /** Looks at a packet before it is forwarded, on the thread that drives the forwarder. */
    @FunctionalInterface
    public interface Hook {
        /**
         * Decides about one packet. It is asked once for each packet, however long the packet then
         * waits for a free slot. It may rewrite the packet's bytes where they lie, with absolute
         * puts between {@code offset(i)} and {@code offset(i) + length(i)} of each of its buffers;
         * the length stays. An exception leaves {@link Forwarder#doWork}, and the hook is asked
         * about the packet again.
         *
         * @param burst holds the packet; valid during the call
         * @param first index of the packet's first buffer; {@link ReceivedBurst#buffersOfPacket}
         *     says how many there are
         * @return index of the transmit queue, or {@link Forwarder#DROP}
         */
        int route(ReceivedBurst burst, int first);
    }

    private final RxQueue from;
    private final TxQueue[] to;
    private final Hook hook;
    private final ReceivedBurst burst;

    /** Buffers of the burst up to here have been passed on. */
    private int passed;

    /** What the hook said about the packet that is next. */
    private int decision = UNDECIDED;

    /** Packets that the next peer has not taken: buffers of each, queue, and position there. */
    private final int[] parts;

    /** The ring of the receive queue that each came from. */
    private final int[] rings;

    private final int[] queues;
    private final long[] positions;
    private final long[] taken;
    private int oldest;
    private int newest;

    /** The link that all packets under way came from. */
    private long link;

    private long dropped;

    /**
     * A forwarder of all packets to one queue.
     *
     * @param from where packets come from
     * @param to where they go
     * @param underway maximum number of packets that wait for the next peer; a power of two
     */
    public Forwarder(RxQueue from, TxQueue to, int underway) {
        this(from, List.of(to), underway, (burst, first) -> 0);
    }

    /**
     * A forwarder that asks a hook about each packet.
     *
     * @param from where packets come from
     * @param to where they may go; the hook returns an index in this list
     * @param underway maximum number of packets that wait for the next peers; a power of two
     * @param hook asked about each packet
     */
    public Forwarder(RxQueue from, List<TxQueue> to, int underway, Hook hook) {
        if (underway < 1 || Integer.bitCount(underway) != 1) {
            throw new IllegalArgumentException("underway=" + underway + " is not a power of two");
        }
        this.from = Objects.requireNonNull(from, "from");
        this.to = to.toArray(TxQueue[]::new);
        this.hook = Objects.requireNonNull(hook, "hook");
        this.burst = new ReceivedBurst(underway);
        this.parts = new int[underway];
        this.rings = new int[underway];
        this.queues = new int[underway];
        this.positions = new long[underway];
        this.taken = new long[to.size()];
    }

    /**
     * Forwards what is there, publishes it, and gives back what has been taken. Call it again and
     * again, even while no packets come: otherwise the last buffers are not given back.
     *
     * @return number of packets forwarded
     */
    public int doWork() {
        long now = from.link();
        if (now != link) {
            // What came over the link before is gone.
            passed = burst.count();
            startOver(now);
        }
        giveBack();
        int done = 0;
        while (newest - oldest < parts.length && more()) {
            if (decision == UNDECIDED) {
                decision = hook.route(burst, passed);
            }
            long position = decision == DROP ? 0 : to[decision].forward(burst, passed);
            if (position == TxQueue.BACK_PRESSURED) {
                break;
            }
            dropped += position < 0 ? 1 : 0;
            done += position < 0 || decision == DROP ? 0 : 1;
            keep(burst.buffersOfPacket(passed), Math.max(0, decision), Math.max(0, position));
        }
        for (TxQueue queue : to) {
            queue.flush();
        }
        giveBack();
        return done;
    }

    private void keep(int buffers, int queue, long position) {
        int at = newest++ & parts.length - 1;
        parts[at] = buffers;
        rings[at] = burst.ring();
        queues[at] = queue;
        positions[at] = position;
        passed += buffers;
        decision = UNDECIDED;
    }

    /**
     * Number of packets that could not be forwarded, because they were too long for the next peer
     * or its link was down. Packets that the hook dropped and packets that were lost with their
     * link do not count.
     *
     * @return 0 or more
     */
    public long dropped() {
        return dropped;
    }

    /**
     * Number of packets whose buffers the next peer has not yet taken.
     *
     * @return 0 or more
     */
    public int underway() {
        return newest - oldest;
    }

    /** Whether the burst has another packet; takes the next burst when one is used up. */
    private boolean more() {
        if (passed == burst.count()) {
            // What is under way is counted here: the burst is free for any ring of the queue.
            burst.forget();
            int held = from.hold(burst);
            passed = held > 0 ? 0 : burst.count();
            if (held > 0 && burst.link() != link) {
                startOver(burst.link());
            }
        }
        return passed < burst.count();
    }

    /** Oldest first, and not beyond one that is still in use. */
    private void giveBack() {
        if (oldest == newest) {
            return;
        }
        for (int queue = 0; queue < to.length; queue++) {
            taken[queue] = to[queue].taken();
        }
        int ring = 0;
        int buffers = 0;
        while (oldest != newest) {
            int at = oldest & parts.length - 1;
            if (positions[at] > taken[queues[at]]) {
                break;
            }
            if (rings[at] != ring) {
                release(ring, buffers);
                ring = rings[at];
                buffers = 0;
            }
            buffers += parts[at];
            oldest++;
        }
        release(ring, buffers);
    }

    private void release(int ring, int buffers) {
        if (buffers > 0) {
            from.release(link, ring, buffers);
        }
    }

    private void startOver(long next) {
        link = next;
        oldest = newest;
        decision = UNDECIDED;
    }

    /** Where packets come from and where they go. */
    @Override
    public String toString() {
        return "forwarder from " + from + " to " + Arrays.toString(to);
    }
}
