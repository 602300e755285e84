package io.memif.internal.memory;

import io.memif.internal.protocol.MemoryPlan;

/**
 * Where a slave puts the packets it sends: one after the other, each on the next cache line, and
 * from the start again when the end is reached. The master finds them by their descriptors.
 *
 * <p>With a buffer for each slot, which is what other slaves have, the processors prefetch the
 * lines after each packet, and for nothing; packets side by side go up to twice as fast.
 *
 * <p>It need not know what the peer has returned. Slots are used and returned in order, and the
 * memory holds one packet of full length more than the ring has slots. So the packets in flight,
 * the waste of less than a packet at the end, and one more packet for a free slot always fit.
 *
 * <p>Positions are long, as addresses and offsets are: one that is kept as int beside them takes a
 * register of its own, or a store for each packet.
 */
public final class SendSpace extends Padded {
    private static final int LINE = 64;

    private final int base;
    private final int top;
    private final int capacity;

    /** Where the next packet goes, if it is not too long for what is left. */
    private long cursor;

    /**
     * Empty space.
     *
     * @param capacity most bytes of a descriptor
     */
    public SendSpace(int base, int slots, int capacity) {
        this.base = base;
        this.top = Math.toIntExact(base + MemoryPlan.sendLength(slots, capacity));
        this.capacity = capacity;
        this.cursor = base;
    }

    private static int rounded(int length) {
        return length + LINE - 1 & -LINE;
    }

    /** Where a packet may go for which a slot is free; -1 if a descriptor cannot hold it. */
    public long next(int length) {
        return length <= capacity ? from(cursor, length) : -1;
    }

    /** {@code at}, or the start if what is left there is less than {@code length} bytes. */
    public long from(long at, int length) {
        return length <= top - at ? at : base;
    }

    /** Where the next packet goes after one of {@code length} bytes at {@code at}. */
    public static long after(long at, int length) {
        return at + rounded(length);
    }

    /** Where the next packet goes, if it is not too long for what is left. */
    public long cursor() {
        return cursor;
    }

    /**
     * How many packets of up to {@code length} bytes may follow each other, the first {@link #from}
     * the cursor on.
     *
     * @return 1 or more if one fits the memory
     */
    public int room(int length) {
        return 1 + (int) (top - from(cursor, length) - length) / rounded(length);
    }

    /** Sets where the next packet goes, after one was put somewhere. */
    public void moveTo(long cursor) {
        this.cursor = cursor;
    }
}
