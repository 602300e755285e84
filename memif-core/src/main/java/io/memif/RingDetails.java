package io.memif;

/**
 * A ring of the current link, with its shared words as they were a moment ago. The peer can write
 * all of them, so their values are not guaranteed.
 *
 * @param sender the role that sends packets over it
 * @param index within its direction, 0 to 255
 * @param region that holds it
 * @param offset of its header in the region, bytes
 * @param size number of slots
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
     * Number of slots between tail and head. On a ring to the master they are packets that wait for
     * the master; on a ring to the slave, empty buffers that wait to be filled.
     *
     * @return 0 to 65535; more than {@code size} if the peer wrote wrong indexes
     */
    public int distance() {
        return (head - tail) & 0xffff;
    }
}
