package io.memif.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The memory of a link: which regions there are, and where in them rings and buffers lie. Whoever
 * makes a plan does not change its lists later.
 *
 * <p>As a slave of this library plans it, region 0 starts with the rings, S2M first, without gaps,
 * as every known slave lays them out; the buffers follow. When that would be longer than one
 * mapping can be (2 GiB), the buffers of each ring get a region of their own. The application's own
 * regions come last; they may hold the buffers instead.
 *
 * @param regions by index
 * @param rings S2M rings by index, then M2S rings by index
 * @param buffers those of each ring, in the order of the rings; empty if the peer planned them
 */
public record MemoryPlan(List<Region> regions, List<RingPlacement> rings, List<Buffers> buffers) {
    /** Longest mapping, in bytes: whole pages below 2 GiB, also where they are 2 MiB large. */
    public static final int LONGEST_MAPPING = Integer.MAX_VALUE - (1 << 21) + 1;

    private static final int LINE = 64;
    private static final int PAGE = 4096;

    /**
     * A region.
     *
     * @param index 0 to 255
     * @param size bytes to map from the start of the file, at least 1
     */
    public record Region(int index, long size) {}

    /**
     * How many rings, and how large.
     *
     * @param s2m rings from slave to master
     * @param m2s rings from master to slave
     * @param log2Size log2 of slots of each ring
     */
    public record Rings(int s2m, int m2s, int log2Size) {
        int count(Direction direction) {
            return direction == Direction.S2M ? s2m : m2s;
        }
    }

    /**
     * Regions of the application, announced after those that are created.
     *
     * @param sizes bytes of each
     * @param bufferRegion which of them holds the buffers, or {@link #CREATED}
     * @param bufferOffset of the buffers in it, bytes
     */
    public record OwnRegions(List<Long> sizes, int bufferRegion, long bufferOffset) {
        /** The buffers lie in regions that are created for them. */
        public static final int CREATED = -1;

        /** No regions. */
        public static final OwnRegions NONE = new OwnRegions(List.of(), CREATED, 0);

        /** Copies the list. */
        public OwnRegions {
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * Where the buffers of one ring lie. On an S2M ring packets lie one after the other and may go
     * anywhere in this memory: a master takes offsets only from descriptors, so they are ours to
     * choose. On an M2S ring each slot has a buffer of full size.
     *
     * @param region index
     * @param offset where the memory of an S2M ring begins, or slot 0's buffer of an M2S ring after
     *     its headroom, bytes
     * @param capacity most bytes of one descriptor
     * @param stride distance between the buffers of two slots of an M2S ring, bytes
     * @param stagger how much further the next slot's buffer begins, see {@link #offsets}, bytes
     */
    public record Buffers(int region, long offset, int capacity, int stride, int stagger) {
        /** How many offsets in its page a buffer can begin at, each a stagger after the last. */
        static final int BEGINS = 8;

        private static final int TURN_BITS = 5;

        /**
         * Where the buffers of an M2S ring begin. From slot to slot the start moves by a stagger,
         * every eighth begins anew, and after 32 slots one is left out.
         *
         * @return offsets in the region by slot, bytes
         */
        public int[] offsets(int slots) {
            int[] offsets = new int[slots];
            for (int slot = 0; slot < slots; slot++) {
                int begin = slot + (slot >>> TURN_BITS) & BEGINS - 1;
                offsets[slot] =
                        Math.toIntExact(offset + (long) slot * stride + (long) begin * stagger);
            }
            return offsets;
        }
    }

    /**
     * What a slave is to create and announce.
     *
     * @param wanted parameters of the slave
     * @param rings as many and as large as the two sides agreed
     * @param ownRegions regions of the application
     */
    public static MemoryPlan ofSlave(
            InterfaceParameters wanted, Rings rings, OwnRegions ownRegions) {
        List<RingPlacement> placements = placements(rings, wanted.cacheLine());
        long ringLength = Protocol.ringLength(rings.log2Size(), wanted.cacheLine());
        long firstBuffer = pageAfter(placements.size() * ringLength);
        long[] lengths = bufferLengths(wanted, rings);
        long end = firstBuffer + sum(lengths);
        boolean elsewhere = ownRegions.bufferRegion() != OwnRegions.CREATED;
        boolean together = !elsewhere && end <= LONGEST_MAPPING;
        List<Long> sizes = new ArrayList<>();
        sizes.add(together ? end : firstBuffer);
        List<Buffers> buffers = new ArrayList<>();
        long offset = together ? firstBuffer : ownRegions.bufferOffset();
        for (int i = 0; i < lengths.length; i++) {
            int region = together ? 0 : 1 + (elsewhere ? ownRegions.bufferRegion() : i);
            buffers.add(
                    buffers(wanted, i < rings.s2m(), region, elsewhere || together ? offset : 0));
            offset += lengths[i];
            if (!elsewhere && !together) {
                sizes.add(lengths[i]);
            }
        }
        sizes.addAll(ownRegions.sizes());
        List<Region> regions = new ArrayList<>();
        sizes.forEach(size -> regions.add(new Region(regions.size(), size)));
        return new MemoryPlan(regions, placements, buffers);
    }

    /**
     * How long the memory of all buffers is if the master grants what is asked for, wherever it
     * lies.
     *
     * @return bytes from the offset of the first ring's buffers on
     */
    public static long buffersLength(InterfaceParameters wanted) {
        Rings rings =
                new Rings(
                        wanted.s2mRings().queues(),
                        wanted.m2sRings().queues(),
                        wanted.log2RingSize());
        return sum(bufferLengths(wanted, rings));
    }

    private static long sum(long[] lengths) {
        long sum = 0;
        for (long length : lengths) {
            sum += length;
        }
        return sum;
    }

    /**
     * How long the memory of one S2M ring's packets is: one packet more than there are slots, since
     * a packet is not broken at the end.
     *
     * @param slots of the ring, 1 or more
     * @param capacity most bytes of one descriptor
     */
    public static long sendLength(int slots, int capacity) {
        return (slots + 1L) * roundUp(capacity, LINE);
    }

    private static List<RingPlacement> placements(Rings rings, int cacheLine) {
        long length = Protocol.ringLength(rings.log2Size(), cacheLine);
        List<RingPlacement> placements = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            for (int i = 0; i < rings.count(direction); i++) {
                long offset = placements.size() * length;
                placements.add(new RingPlacement(direction, i, 0, offset, rings.log2Size()));
            }
        }
        return placements;
    }

    /** Bytes of each ring's buffers; every ring's begin on a page. */
    private static long[] bufferLengths(InterfaceParameters wanted, Rings rings) {
        int slots = 1 << rings.log2Size();
        long sent = pageAfter(sendLength(slots, wanted.bufferSize()));
        long posted = pageAfter((long) slots * Spacing.of(wanted).stride());
        long[] lengths = new long[rings.s2m() + rings.m2s()];
        Arrays.fill(lengths, posted);
        Arrays.fill(lengths, 0, rings.s2m(), sent);
        return lengths;
    }

    private static Buffers buffers(
            InterfaceParameters wanted, boolean s2m, int region, long offset) {
        if (s2m) {
            return new Buffers(region, offset, wanted.bufferSize(), 0, 0);
        }
        Spacing spacing = Spacing.of(wanted);
        return new Buffers(
                region,
                offset + spacing.first() + wanted.headroom(),
                wanted.bufferSize() - wanted.headroom(),
                spacing.stride(),
                spacing.stagger());
    }

    /**
     * Where the buffers of an M2S ring lie, one a slot, so that the caches of both ends get along.
     *
     * <p>The rules were found by measuring; the reasons are our explanation of what was measured.
     * Where in its page a buffer begins decides which sets of a second-level cache it competes for,
     * together with the few bits that the page's physical address adds. A packet should have left
     * the cache of the sender for the shared one by the time the receiver reads it: fetching it out
     * of the other processor's own cache is slower, and so is the sender's next store to a line
     * that the receiver still has. Therefore each buffer has the end of a page (or of several) to
     * itself, at the same offset in all of them: packets compete for a few sets, and what the
     * processors prefetch after a long one ends with the page.
     *
     * <p>A sender whose packets nobody looks into has nothing to win by that: its stores would miss
     * its own cache. For it the start moves by up to seven lines from slot to slot. After 32 slots
     * the order of the starts changes, since that many pages in a row may all differ in those few
     * bits.
     *
     * @param stride distance between two buffers, bytes
     * @param first where the first one begins, from the start of a page, bytes
     * @param stagger how much later in its page the next buffer begins, bytes
     */
    private record Spacing(int stride, int first, int stagger) {
        /** Smaller buffers lie one after the other: most of their page would be wasted. */
        private static final int SMALLEST_APART = 2048;

        static Spacing of(InterfaceParameters wanted) {
            int lines = roundUp(wanted.bufferSize(), LINE);
            if (wanted.bufferSize() < SMALLEST_APART) {
                return new Spacing(lines, 0, 0);
            }
            int stagger = wanted.payloadRead() ? 0 : LINE;
            int used = lines + (Buffers.BEGINS - 1) * stagger;
            int stride = roundUp(used, PAGE);
            return new Spacing(stride, stride - used, stagger);
        }
    }

    private static long pageAfter(long offset) {
        return (offset + PAGE - 1) / PAGE * PAGE;
    }

    private static int roundUp(int bytes, int unit) {
        return (bytes + unit - 1) / unit * unit;
    }
}
