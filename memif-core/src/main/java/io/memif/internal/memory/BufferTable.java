package io.memif.internal.memory;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The regions of one link, as the descriptor check needs them: immutable and flat.
 *
 * <p>A region up to 2 GiB is one window. A larger one has several overlapping windows that start
 * every {@link #WINDOW_STRIDE} bytes, so that any packet lies within the window its offset picks. A
 * descriptor reaches only the first 4 GiB of a region (its offset has 32 bits), hence four windows
 * at most.
 */
public final class BufferTable {
    /** Distance between the starts of two windows of one region, in bytes. */
    public static final long WINDOW_STRIDE = 1L << 30;

    private static final int WINDOWS_LOG2 = 2;
    private static final int STRIDE_LOG2 = 30;

    private final ByteBuffer[] windows;
    private final long[] bases;
    private final long[] sizes;
    private final MemoryId[] ids;
    private final boolean canShrink;

    /**
     * A region and its windows.
     *
     * @param size of the region in bytes
     * @param windows window {@code k} starts at {@code k * WINDOW_STRIDE}
     * @param canShrink whether the peer can cut the file behind it
     * @param id of the file behind it, null if nobody is to recognise it
     */
    public record Entry(long size, List<ByteBuffer> windows, boolean canShrink, MemoryId id) {
        /**
         * A region that stays as long as it is.
         *
         * @param size of the region in bytes
         * @param windows window {@code k} starts at {@code k * WINDOW_STRIDE}
         */
        public Entry(long size, List<ByteBuffer> windows) {
            this(size, windows, false, null);
        }
    }

    /**
     * A table of regions by index.
     *
     * @param regions entry {@code i} is region {@code i}; null where no such region exists
     */
    public BufferTable(List<Entry> regions) {
        int count = regions.size();
        windows = new ByteBuffer[count << WINDOWS_LOG2];
        bases = new long[count << WINDOWS_LOG2];
        sizes = new long[count];
        ids = new MemoryId[count];
        canShrink = regions.stream().anyMatch(entry -> entry != null && entry.canShrink());
        for (int region = 0; region < count; region++) {
            Entry entry = regions.get(region);
            if (entry != null) {
                fill(region, entry);
            }
        }
    }

    private void fill(int region, Entry entry) {
        sizes[region] = entry.size();
        ids[region] = entry.id();
        for (int k = 0; k < 1 << WINDOWS_LOG2; k++) {
            int pick = Math.min(k, entry.windows().size() - 1);
            windows[region << WINDOWS_LOG2 | k] = entry.windows().get(pick).duplicate().clear();
            bases[region << WINDOWS_LOG2 | k] = pick * WINDOW_STRIDE;
        }
    }

    /**
     * The one predicate that stands between a peer's descriptor and a memory access.
     *
     * @param region 0 to 65535
     * @param offset 0 to 2^32 - 1
     * @param length 0 to 2^32 - 1
     * @return whether the bytes lie in a region, are at least one and at most {@link
     *     RingLayout#MAX_BUFFER_LENGTH}
     */
    public boolean holds(int region, long offset, long length) {
        return region < sizes.length
                && length - 1 < RingLayout.MAX_BUFFER_LENGTH
                && length > 0
                && offset + length <= sizes[region];
    }

    /** Reads from every window; throws what an access to one that is gone throws. */
    public void touch() {
        for (ByteBuffer window : windows) {
            if (window != null) {
                window.get(0);
            }
        }
    }

    /** Whether the peer can cut any of the regions. */
    public boolean canShrink() {
        return canShrink;
    }

    /** Number of the window for a checked descriptor. */
    public static int pick(int region, long offset) {
        return region << WINDOWS_LOG2 | (int) (offset >>> STRIDE_LOG2);
    }

    public ByteBuffer window(int pick) {
        return windows[pick];
    }

    /** Position in the picked window of a checked offset. */
    public int position(int pick, long offset) {
        return (int) (offset - bases[pick]);
    }

    /** Offset in the region of a position in the picked window. */
    public long offset(int pick, int position) {
        return bases[pick] + position;
    }

    /** Which file the picked window shows, or null. */
    public MemoryId id(int pick) {
        return ids[pick >> WINDOWS_LOG2];
    }
}
