package io.memif.internal.memory;

import java.util.List;

/**
 * The regions that a slave announced on one link, as a sender needs them that leaves packets where
 * they lie: immutable and flat.
 */
public final class SharedRegions {
    /** Nothing is shared. */
    public static final SharedRegions NONE = new SharedRegions(List.of());

    /** A descriptor's offset has 32 bits. */
    private static final long REACHABLE = 1L << 32;

    private final MemoryId[] ids;
    private final long[] sizes;

    /**
     * One region.
     *
     * @param id of its file
     * @param size announced, in bytes
     */
    public record Entry(MemoryId id, long size) {}

    /**
     * A table of regions.
     *
     * @param regions entry {@code i} is region {@code i}
     */
    public SharedRegions(List<Entry> regions) {
        ids = regions.stream().map(Entry::id).toArray(MemoryId[]::new);
        sizes = regions.stream().mapToLong(Entry::size).toArray();
    }

    /**
     * Where the peer sees a piece of memory.
     *
     * @param id of the file
     * @param offset in the file
     * @param length in bytes, 1 or more
     * @return index of a region that holds all of it, or -1
     */
    public int find(MemoryId id, long offset, int length) {
        for (int region = 0; region < ids.length; region++) {
            if (id.equals(ids[region])
                    && offset >= 0
                    && offset <= Math.min(sizes[region], REACHABLE) - length) {
                return region;
            }
        }
        return -1;
    }
}
