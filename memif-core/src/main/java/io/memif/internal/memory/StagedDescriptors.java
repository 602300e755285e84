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
 * <p>A loop that stages many packets writes their descriptors into {@link #words} and tells only at
 * the end how many: a field that each packet stores costs as much as a word of its descriptor.
 *
 * <p>Indexes are those of the ring, 16 bits. One thread at a time.
 */
public final class StagedDescriptors extends Padded {
    /** Two cache lines, which some processors fetch together, before the words and after them. */
    private static final int PADDING = 16;

    private final Ring ring;
    private final boolean withOffsets;
    private final long[] words;

    /** Slots before this index have their descriptors in the ring. */
    private int written;

    /** Entry of {@link #words} for the next descriptor. No other field changes with a packet. */
    private int end = PADDING;

    /**
     * None, at index 0 of a ring.
     *
     * @param most descriptors kept at a time
     * @param withOffsets whether offsets are ours to write, or the peer's and stay
     */
    public StagedDescriptors(Ring ring, int most, boolean withOffsets) {
        this.ring = ring;
        this.withOffsets = withOffsets;
        this.words = new long[PADDING + 2 * most + PADDING];
    }

    /**
     * Keeps what the next slot is to say.
     *
     * @param offset 32 bits
     * @param length no more than {@link RingLayout#MAX_BUFFER_LENGTH}
     */
    public void keep(int region, long offset, int length) {
        int at = end;
        words[at] = Ring.low(0, region, length);
        words[at + 1] = offset & 0xffffffffL;
        end = at + 2;
    }

    /** Keeps what the next slot is to say, where offsets are the peer's and stay. */
    public void keep(int region, int length) {
        words[end] = Ring.low(0, region, length);
        end += 2;
    }

    /**
     * Two words for each descriptor, as the ring has them, for a loop that keeps descriptors by
     * itself. There is room for two words more than can be kept.
     */
    public long[] words() {
        return words;
    }

    /** Entry of {@link #words} for the first word of the next descriptor. */
    public int entry() {
        return end;
    }

    /** Keeps the descriptors that stand in {@link #words} before {@code entry}. */
    public void keepUpTo(int entry) {
        end = entry;
    }

    /** Slot that {@link #keep} keeps a descriptor for. */
    public int next() {
        return written + (end - PADDING >> 1) & 0xffff;
    }

    /**
     * Writes the descriptors that are kept.
     *
     * @return bytes in their packets
     */
    public long write() {
        int last = end;
        long bytes = 0;
        for (int at = PADDING; at < last; at += 2) {
            bytes += Ring.length(words[at]);
        }
        int from = PADDING;
        int index = written;
        while (from < last) {
            // Up to the ring's last slot, and on from its first.
            int toWrap = ring.size() - (index & ring.size() - 1);
            int run = Math.min(last - from >> 1, toWrap);
            if (withOffsets) {
                ring.writeDescriptors(index, words, from, run);
            } else {
                writeLow(index, from, run);
            }
            from += run << 1;
            index += run;
        }
        // At the end: if the memory is gone, all of it can be written again.
        written = index & 0xffff;
        end = PADDING;
        return bytes;
    }

    private void writeLow(int index, int from, int run) {
        for (int i = 0; i < run; i++) {
            ring.descriptorLow(index + i, words[from + (i << 1)]);
        }
    }

    /** Passes over the slots before {@code index}, whose descriptors others have written. */
    public void pass(int index) {
        written = index;
    }
}
