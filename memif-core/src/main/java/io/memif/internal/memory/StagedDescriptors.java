package io.memif.internal.memory;

/**
 * Keeps the descriptors of packets in one buffer from staging until publishing, or until a packet
 * in several buffers follows; then writes them into the ring, all together.
 *
 * <p>The peer has read their cache lines, so each line has to be fetched before it is written. A
 * processor fetches at once only the lines whose stores stand in its store queue. The stores that
 * make a packet fill that queue, so that few descriptors would stand in it if each were written
 * with its packet. Where both words of a descriptor are ours they are copied, which takes wider
 * stores and therefore fewer.
 *
 * <p>Indexes are those of the ring, 16 bits. One thread at a time.
 */
public final class StagedDescriptors extends Padded {
    /** Two cache lines, which some processors fetch together, before the words and after them. */
    private static final int PADDING = 16;

    /** Descriptors in a cache line: calling the copy routine takes longer than writing these. */
    private static final int A_LINE = 4;

    private final Ring ring;
    private final boolean withOffsets;
    private final int mask;
    private final long[] words;

    /** Slots before this index have their descriptors. */
    private int written;

    /**
     * None, at index 0 of a ring.
     *
     * @param most descriptors kept at a time, a power of two; a ring that has fewer slots keeps
     *     fewer
     * @param withOffsets whether offsets are ours to write, or the peer's and stay
     */
    public StagedDescriptors(Ring ring, int most, boolean withOffsets) {
        this.ring = ring;
        this.withOffsets = withOffsets;
        int count = Math.min(most, ring.size());
        this.mask = count - 1;
        this.words = new long[PADDING + 2 * count + PADDING];
    }

    /**
     * Keeps what the slot {@code index} is to say; slots are kept in order, none left out.
     *
     * @param offset 32 bits
     * @param length no more than {@link RingLayout#MAX_BUFFER_LENGTH}
     */
    public void keep(int index, int region, long offset, int length) {
        int at = at(index);
        words[at] = Ring.low(0, region, length);
        words[at + 1] = offset & 0xffffffffL;
    }

    /**
     * Writes the descriptors kept for the slots before {@code end}.
     *
     * @return bytes in their packets
     */
    public long write(int end) {
        long bytes = 0;
        for (int i = written; i != end; i = i + 1 & 0xffff) {
            long low = words[at(i)];
            bytes += Ring.length(low);
            if (!withOffsets) {
                ring.descriptorLow(i, low);
            }
        }
        if (withOffsets) {
            writeAll(end);
        }
        written = end;
        return bytes;
    }

    /** In as few runs as the end of the array allows, which is where a ring may end, too. */
    private void writeAll(int end) {
        int i = written;
        while (i != end) {
            int run = Math.min(Ring.distance(end, i), mask + 1 - (i & mask));
            if (run <= A_LINE) {
                ring.descriptor(i, words[at(i)], words[at(i) + 1]);
                run = 1;
            } else {
                ring.descriptors(i, words, at(i), run);
            }
            i = i + run & 0xffff;
        }
    }

    /** Passes over the slots before {@code end}, whose descriptors others have written. */
    public void pass(int end) {
        written = end;
    }

    private int at(int index) {
        return PADDING + ((index & mask) << 1);
    }
}
