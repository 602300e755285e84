package io.memif.ring;

/**
 * Where a slave puts the packets it sends: one after the other, each on the next cache line, and
 * from the start again when the end is reached. The master finds them by their descriptors.
 *
 * <p>With a buffer for each slot, which is what other slaves have, the processors fetch the lines
 * behind each packet ahead, and for nothing; packets side by side go twice as fast.
 *
 * <p>There is always room for a slot that is free: slots are used and returned in order, and the
 * memory holds one packet of full length more than the ring has slots, so that what is wasted at
 * the end, less than a packet, is to spare.
 */
final class SendSpace extends Padded {
    private static final int LINE = 64;

    private final int base;
    private final int top;
    private final int step;
    private final int capacity;

    /** Where the packet of each slot in flight begins, or the next one if it lies elsewhere. */
    private final int[] starts;

    /** Where the next packet goes. */
    private int cursor;

    /** End of what is known to be free from {@link #cursor} on. */
    private int end;

    /**
     * Empty space.
     *
     * @param base where it begins
     * @param slots of the ring
     * @param capacity most bytes of a descriptor
     */
    SendSpace(int base, int slots, int capacity) {
        this.base = base;
        this.top = Math.toIntExact(base + SendMemory.length(slots, capacity));
        this.step = rounded(capacity);
        this.capacity = capacity;
        this.starts = new int[slots];
        this.cursor = base;
        this.end = top;
    }

    static int rounded(int length) {
        return length + LINE - 1 & -LINE;
    }

    /** Where a packet may go that needs no search; -1 if there is no such place. */
    int place(int length) {
        int at = cursor;
        return length <= capacity && length <= end - at ? at : -1;
    }

    /**
     * Searches room for as much as a descriptor can hold; kept only when it is taken.
     *
     * @param slot the first one of the packet
     * @param used slots in flight before it, 0 to the ring size less one
     * @param previous where the part before this one goes, -1 for the first
     * @return where it may go
     */
    int find(int slot, int used, int previous) {
        int at = previous < 0 ? cursor : previous + step;
        int oldest = used > 0 ? starts[slot - used & starts.length - 1] : cursor;
        end = top;
        if (at < oldest) {
            end = oldest;
        } else if (at + capacity > top) {
            at = base;
            end = oldest;
        }
        if (at + capacity > end) {
            // Only if the peer lies about what it took: it spoils nothing but its own packets.
            at = base;
            end = top;
        }
        if (previous < 0) {
            cursor = at;
        }
        return at;
    }

    /** The packet of a slot is at {@code at}, where there was room. */
    void take(int slot, int at, int length) {
        starts[slot & starts.length - 1] = at;
        cursor = at + rounded(length);
    }

    /** The packet of a slot lies elsewhere. */
    void pass(int slot) {
        starts[slot & starts.length - 1] = cursor;
    }
}
