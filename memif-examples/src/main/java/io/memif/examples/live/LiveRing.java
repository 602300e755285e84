package io.memif.examples.live;

/**
 * A ring of somebody else's link. Indexes count slots and wrap at 65536; every call looks anew. Any
 * thread.
 */
public final class LiveRing {
    static final int NEXT = 1;

    private static final int MASK_INT = 1;
    private static final int FLAGS_AT = 4;
    private static final int HEAD_AT = 6;
    private static final int WRAP = 0xffff;

    private final Memory memory;
    private final RingShape shape;
    private final Direction direction;
    private final int index;
    private final long first;

    LiveRing(Memory memory, RingShape shape, Direction direction, int index) {
        this.memory = memory;
        this.shape = shape;
        this.direction = direction;
        this.index = index;
        this.first = shape.offset() + 2L * shape.line();
    }

    /** {@return which way its packets go} */
    public Direction direction() {
        return direction;
    }

    /** {@return its name within the link, such as {@code s2m0}} */
    public String name() {
        return direction.word() + index;
    }

    /** {@return its slots, as inferred} */
    public int slots() {
        return shape.slots();
    }

    /** {@return the line of the processor that it was laid out for, 64 or 128 bytes} */
    public int line() {
        return shape.line();
    }

    /** {@return the slave's index, 0 to 65535} */
    public int head() {
        return memory.shortAcquire(shape.offset() + HEAD_AT);
    }

    /** {@return the master's index, 0 to 65535} */
    public int tail() {
        return memory.shortAcquire(shape.offset() + shape.line());
    }

    /** {@return whether the receiver does not want to be signalled, since it polls} */
    public boolean isMasked() {
        return (memory.shortAcquire(shape.offset() + FLAGS_AT) & MASK_INT) != 0;
    }

    /** The index up to which the sender has filled slots, 16 bits. */
    int published() {
        return direction == Direction.S2M ? head() : tail();
    }

    /** The index up to which the receiver has given slots back, on the scale of the other. */
    int returned() {
        return direction == Direction.S2M ? tail() : head() - slots() & WRAP;
    }

    /**
     * Slots that the sender has filled and the receiver has not given back: 0 to the number of
     * slots. A ring from a master on which the slave has posted nothing yet is full.
     *
     * @return as of now
     */
    public int used() {
        return used(published(), returned());
    }

    int used(int published, int returned) {
        int used = published - returned & WRAP;
        // More is an index that somebody lost count of, or a slave that has posted more than all.
        return used <= slots() ? used : used > WRAP / 2 ? 0 : slots();
    }

    /** Flags in bits 0 to 15, region in 16 to 31, length in 32 to 63. */
    long low(long position) {
        return memory.longAt(at(position));
    }

    /** The offset in its region in bits 0 to 31. */
    long high(long position) {
        return memory.longAt(at(position) + 8);
    }

    private long at(long position) {
        return first + (position & slots() - 1) * RingShape.DESCRIPTOR;
    }

    static int region(long low) {
        return (int) (low >>> 16) & 0xffff;
    }

    static int length(long low) {
        return (int) (low >>> 32);
    }

    static long offset(long high) {
        return high & 0xffffffffL;
    }

    /**
     * The longest buffer that is posted to be filled; 0 on a ring from a slave, whose descriptors
     * do not tell, or if none is.
     */
    int postedCapacity() {
        int most = 0;
        if (direction == Direction.M2S) {
            int tail = tail();
            int posted = Math.min(head() - tail & WRAP, slots());
            for (int i = 0; i < posted; i++) {
                most = Math.max(most, length(low(tail + i)));
            }
        }
        return most;
    }

    /** The length of the buffer that was posted last, under the same conditions. */
    int lastPosted() {
        boolean posted = direction == Direction.M2S && used() < slots();
        return posted ? length(low(head() - 1 & WRAP)) : 0;
    }

    /** Its name. */
    @Override
    public String toString() {
        return name();
    }
}
