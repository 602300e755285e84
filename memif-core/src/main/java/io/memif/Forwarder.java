package io.memif;

/**
 * Passes packets from a receive queue on to a transmit queue, in order, and gives their buffers
 * back as soon as they are free: at once where they had to be copied (see {@link TxQueue#forward}),
 * else when the next peer has taken them.
 *
 * <p>For one thread, which owns both queues; nothing else may take from the receive queue
 * meanwhile. Links may come and go on either side: what is under way on the receiving one is
 * dropped when it ends, and packets wait in its ring while the sending one is full.
 */
public final class Forwarder {
    private final RxQueue from;
    private final TxQueue to;
    private final ReceivedBurst burst;

    /** Buffers of the burst up to here have been passed on. */
    private int passed;

    /** Packets that the next peer has not taken: buffers of each, and the position to wait for. */
    private final int[] parts;

    private final long[] positions;
    private int oldest;
    private int newest;

    /** The link that all packets under way came from. */
    private long link;

    private long dropped;

    /**
     * Nothing is under way yet.
     *
     * @param from where packets come from
     * @param to where they go
     * @param underway most packets that wait for the next peer at a time; a power of two
     */
    public Forwarder(RxQueue from, TxQueue to, int underway) {
        if (underway < 1 || Integer.bitCount(underway) != 1) {
            throw new IllegalArgumentException("underway=" + underway + " is no power of two");
        }
        this.from = from;
        this.to = to;
        this.burst = new ReceivedBurst(underway);
        this.parts = new int[underway];
        this.positions = new long[underway];
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
            int buffers = burst.buffersOfPacket(passed);
            long position = to.forward(burst, passed);
            if (position == TxQueue.BACK_PRESSURED) {
                break;
            }
            dropped += position < 0 ? 1 : 0;
            done += position < 0 ? 0 : 1;
            parts[newest & parts.length - 1] = buffers;
            positions[newest & parts.length - 1] = Math.max(0, position);
            newest++;
            passed += buffers;
        }
        to.flush();
        giveBack();
        return done;
    }

    /**
     * Packets that were received and not passed on: too long for the next peer, or there was none.
     *
     * @return 0 or more; not those that were lost with their link
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
        long taken = to.taken();
        int buffers = 0;
        while (oldest != newest && positions[oldest & parts.length - 1] <= taken) {
            buffers += parts[oldest++ & parts.length - 1];
        }
        if (buffers > 0) {
            from.release(link, buffers);
        }
    }

    private void startOver(long next) {
        link = next;
        oldest = newest;
    }
}
