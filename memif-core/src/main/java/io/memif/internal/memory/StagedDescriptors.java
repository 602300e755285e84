package io.memif.internal.memory;

/**
 * Descriptors of packets in one buffer, from when they are staged until they are published; then
 * they are written into the ring, all together.
 *
 * <p>The peer has read their cache lines, so each line has to be fetched before it is written. A
 * processor fetches at once only the lines whose stores stand in its store queue. The stores that
 * make a packet fill that queue, so that few descriptors would stand in it if each were written
 * with its packet.
 *
 * <p>Indexes are those of the ring, 16 bits. One thread at a time.
 */
public final class StagedDescriptors {
    private final Ring ring;
    private final boolean withOffsets;
    private final long[] words;

    /** Slots before this index have their descriptors. */
    private int written;

    /**
     * None, at index 0 of a ring.
     *
     * @param most staged and not written, a power of two
     * @param withOffsets whether offsets are ours to write, or the peer's and stay
     */
    public StagedDescriptors(Ring ring, int most, boolean withOffsets) {
        this.ring = ring;
        this.withOffsets = withOffsets;
        this.words = new long[most];
    }

    /**
     * Keeps what the slot {@code index} is to say; no slot before it may be left out.
     *
     * @param offset 32 bits
     * @param length no more than {@link RingLayout#MAX_BUFFER_LENGTH}
     */
    public void keep(int index, int region, long offset, int length) {
        words[index & words.length - 1] =
                offset << Integer.SIZE | (long) region << Short.SIZE | length;
    }

    /**
     * Writes those of the slots before {@code end}; the next to be kept is the one at {@code end}.
     */
    public void write(int end) {
        if (withOffsets) {
            for (int i = written; i != end; i = i + 1 & 0xffff) {
                long word = words[i & words.length - 1];
                ring.descriptor(i, firstWord(word), word >>> Integer.SIZE);
            }
        } else {
            for (int i = written; i != end; i = i + 1 & 0xffff) {
                ring.descriptorLow(i, firstWord(words[i & words.length - 1]));
            }
        }
        written = end;
    }

    /**
     * Writes those of the slots before {@code end}, after which others have written as many as
     * {@code slots}.
     */
    public void write(int end, int slots) {
        write(end);
        written = end + slots & 0xffff;
    }

    private static long firstWord(long word) {
        return Ring.low(0, (int) word >>> Short.SIZE, (int) word & 0xffff);
    }
}
