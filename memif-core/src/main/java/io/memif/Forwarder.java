package io.memif;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Passes packets from a receive queue on to transmit queues, in order, and gives their buffers back
 * as soon as they are free: at once where they had to be copied (see {@link TxQueue#forward}), else
 * when the next peer has taken them. A {@link Hook} may rewrite each packet, drop it, or pick the
 * queue that it leaves by.
 *
 * <p>For one thread, which owns all the queues; nothing else may take from the receive queue
 * meanwhile. Links may come and go on either side: what is under way on the receiving one is
 * dropped when it ends. While the queue of the next packet is full, that packet and all behind it
 * wait in the ring that they came over.
 */
public final class Forwarder {
    /** A hook's answer for a packet that goes nowhere. */
    public static final int DROP = -1;

    /** The hook has not been asked about the next packet. */
    private static final int UNDECIDED = -2;

    /** Looks at a packet before it is passed on. On the thread that drives the forwarder. */
    @FunctionalInterface
    public interface Hook {
        /**
         * Decides about one packet; asked once for each, however long the packet then waits for a
         * free slot. Its bytes may be rewritten where they lie, with absolute puts between {@code
         * offset(i)} and {@code offset(i) + length(i)} of each of its buffers; its length stays.
         * What this throws is thrown by {@link Forwarder#doWork}, and the packet is asked about
         * again.
         *
         * @param burst holds the packet, valid during the call
         * @param first index of its first buffer; {@link ReceivedBurst#buffersOfPacket} says how
         *     many there are
         * @return index of the transmit queue to send it over, or {@link Forwarder#DROP}
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
     * Passes all packets on to one queue.
     *
     * @param from where packets come from
     * @param to where they go
     * @param underway most packets that wait for the next peer at a time; a power of two
     */
    public Forwarder(RxQueue from, TxQueue to, int underway) {
        this(from, List.of(to), underway, (burst, first) -> 0);
    }

    /**
     * Passes packets on as a hook decides.
     *
     * @param from where packets come from
     * @param to where they may go; the hook answers with indexes in this list
     * @param underway most packets that wait for the next peers at a time; a power of two
     * @param hook asked about each packet
     */
    public Forwarder(RxQueue from, List<TxQueue> to, int underway, Hook hook) {
        if (underway < 1 || Integer.bitCount(underway) != 1) {
            throw new IllegalArgumentException("underway=" + underway + " is no power of two");
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
     * Passes on what is there and publishes it, and gives back what has been taken. To be called
     * again and again, also while no packets come: only then are the last buffers given back.
     *
     * @return packets passed on
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
     * Packets that were received and could not be passed on: too long for the next peer, or there
     * was none.
     *
     * @return 0 or more; neither those that were lost with their link, nor those that the hook
     *     dropped
     */
    public long dropped() {
        return dropped;
    }

    /**
     * Packets whose buffers the next peer has not taken.
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
