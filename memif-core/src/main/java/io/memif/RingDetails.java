package io.memif;

/**
 * A ring of the current link, and its shared words as they were a moment ago. The peer writes some
 * of them, so nothing is guaranteed about any.
 *
 * @param sender who sends packets over it
 * @param index within its direction, 0 to 255
 * @param region that holds it
 * @param offset of its header in the region, bytes
 * @param size slots
 * @param head written by the slave, 0 to 65535
 * @param tail written by the master, 0 to 65535
 * @param flags 16 bits; bit 0 is the interrupt mask of the ring's receiver
 */
public record RingDetails(
        Role sender, int index, int region, long offset, int size, int head, int tail, int flags) {
    /**
     * Whether the receiver asks not to be signalled.
     *
     * @return true in polling mode
     */
    public boolean masked() {
        return (flags & 1) != 0;
    }

    /**
     * Slots between tail and head: packets waiting for the master on a ring to the master, empty
     * buffers waiting for it on a ring to the slave.
     *
     * @return 0 to 65535; more than {@code size} if the peer lost count
     */
    public int distance() {
        return (head - tail) & 0xffff;
    }
}
