package io.memif.internal.memory;

/**
 * Keeps the descriptors of packets in one buffer from staging until publishing, or until a packet
 * in several buffers follows; then writes them into the ring, all together.
 *
 * <p>The peer has read their cache lines, so each line has to be fetched before it is written. A
 * processor fetches at once only the lines whose stores stand in its store queue. The stores that
 * make a packet fill that queue, so that few descriptors would stand in it if each were written
 * with its packet.
 *
 * <p>Indexes are those of the ring, 16 bits. One thread at a time.
 */
public final class StagedDescriptors extends Padded {
    /** Two cache lines, which some processors fetch together, before the words and after them. */
    private static final int PADDING = 16;

    private final Ring ring;
    private final boolean withOffsets;
    private final int mask;
    private final long[] words;

    /** Slots before this index have their descriptors. */
    private int written;

    /**
     * None, at index 0 of a ring.
     *
     * @param most descriptors kept at a time, a power of two
     * @param withOffsets whether offsets are ours to write, or the peer's and stay
     */
    public StagedDescriptors(Ring ring, int most, boolean withOffsets) {
        this.ring = ring;
        this.withOffsets = withOffsets;
        this.mask = most - 1;
        this.words = new long[PADDING + most + PADDING];
    }

    /**
     * Keeps what the slot {@code index} is to say; slots are kept in order, none left out.
     *
     * @param offset 32 bits
     * @param length no more than {@link RingLayout#MAX_BUFFER_LENGTH}
     */
    public void keep(int index, int region, long offset, int length) {
        words[PADDING + (index & mask)] =
                offset << Integer.SIZE | (long) region << Short.SIZE | length;
    }

    /**
     * Writes the descriptors kept for the slots before {@code end}.
     *
     * @return bytes in their packets
     */
    public long write(int end) {
        long bytes = 0;
        if (withOffsets) {
            for (int i = written; i != end; i = i + 1 & 0xffff) {
                long word = words[PADDING + (i & mask)];
                ring.descriptor(i, firstWord(word), word >>> Integer.SIZE);
                bytes += word & 0xffff;
            }
        } else {
            for (int i = written; i != end; i = i + 1 & 0xffff) {
                long word = words[PADDING + (i & mask)];
                ring.descriptorLow(i, firstWord(word));
                bytes += word & 0xffff;
            }
        }
        written = end;
        return bytes;
    }

    /** Passes over the slots before {@code end}, whose descriptors others have written. */
    public void pass(int end) {
        written = end;
    }

    private static long firstWord(long word) {
        return Ring.low(0, (int) word >>> Short.SIZE, (int) word & 0xffff);
    }
}
