package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The book-keeping of a receive engine: which slots are published, consumed, held and given back.
 */
abstract class RxSlots extends Engine {
    /** Slots per inner batch: the arrays stay in the first-level cache. */
    static final int BATCH = 64;

    private static final AtomicLong SERIALS = new AtomicLong();

    /** Tells this engine, and so its link, from all others. */
    final long serial = SERIALS.incrementAndGet();

    final int[] picks = new int[BATCH];
    final int[] positions = new int[BATCH];
    final int[] lengths = new int[BATCH];
    final ChainScan chain;

    /** Next slot to look at, 16 bits. */
    int next;

    /** Published slots from {@link #next} on, as last read. */
    int available;

    /** Slots before this index are the peer's again. */
    int given;

    /** Indexes of the slots that {@link #hold} took and {@link #release} has not given back. */
    final int[] held;

    int heldHead;
    int heldTail;

    /** What has been handed over of a packet in parts and is not counted yet. */
    private int begunBuffers;

    private long begunBytes;

    RxSlots(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, canShrink, counters, fault);
        this.chain = new ChainScan(this);
        this.held = new int[size];
    }

    /** Reads the peer's index and sets {@link #available}. */
    abstract void refresh();

    /** Fills the batch arrays with up to {@code max} single-buffer packets from {@link #next}. */
    abstract int scan(int max);

    /** The window of a descriptor that the caller has read, or -1 if it must not be used. */
    abstract int pick(long low, long high);

    /** Position in the picked window of the checked descriptor in slot {@code index}. */
    abstract int position(int index, int pick, long high);

    abstract ByteBuffer window(int pick);

    /** Which file the picked window shows, or null. */
    Region.Id memory(int pick) {
        return null;
    }

    /** Offset in that file of a position in the picked window. */
    long offset(int pick, int position) {
        return position;
    }

    /** Gives the slots from {@code from} up to and without {@code upTo} back to the peer. */
    abstract void giveBack(int from, int upTo);

    /** The descriptor in slot {@code index} said NEXT and has been consumed. */
    abstract void clearNext(int index, long low);

    final void giveBackConsumed() {
        if (given != next) {
            giveBack(given, next);
            given = next;
        }
    }

    final void consume(int slots) {
        next = next + slots & 0xffff;
        available -= slots;
    }

    final void count(long packets, long buffers, long bytes) {
        counters.add(Counter.PACKETS, packets);
        counters.add(Counter.BUFFERS, buffers);
        counters.add(Counter.BYTES, bytes);
    }

    /** Counts what came by way of {@link #chain}: the parts of a packet when it is complete. */
    final void countParts(long packets, int buffers, long bytes) {
        int openBuffers = chain.begunBuffers();
        long openBytes = chain.begunBytes();
        count(packets, begunBuffers + buffers - openBuffers, begunBytes + bytes - openBytes);
        begunBuffers = openBuffers;
        begunBytes = openBytes;
    }

    /** Makes the next packet the pending chain, single or not; 0 if there is none. */
    final int nextPacket() {
        int budget = size;
        while (!chain.pending() && budget > 0) {
            if (available == 0) {
                refresh();
                if (available == 0) {
                    return 0;
                }
            }
            int seen = chain.read(next, available);
            if (seen == 0) {
                return 0;
            }
            budget -= seen;
        }
        return chain.remaining();
    }
}
