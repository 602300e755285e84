package io.memif.internal.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a slave puts its rings and buffers.
 *
 * <p>Region 0 starts with the rings, S2M first, without gaps, as every known slave lays them out;
 * the buffers follow. When that would be longer than one mapping can be (2 GiB), the buffers of
 * each ring get a region of their own.
 *
 * <p>On an S2M ring packets lie one after the other, see {@link SendMemory}; a master takes places
 * only from descriptors, so they are ours to choose. On an M2S ring each slot has a buffer of full
 * size, see {@link BufferSpacing}.
 *
 * @param s2mRings 1 to 256
 * @param m2sRings 1 to 256
 * @param log2RingSize 0 to 14
 * @param bufferSize bytes of a buffer, headroom included, 64 to 65535
 * @param headroom bytes kept free before each received packet, less than {@code bufferSize}
 * @param cacheLine 64 or 128, as the peer was built
 * @param payloadRead whether somebody looks into received packets
 */
public record SlaveLayout(
        int s2mRings,
        int m2sRings,
        int log2RingSize,
        int bufferSize,
        int headroom,
        int cacheLine,
        boolean payloadRead) {

    private static final long LONGEST_REGION = RegionMapper.MAX_WINDOW;

    /**
     * Number of rings.
     *
     * @return of both directions
     */
    public int rings() {
        return s2mRings + m2sRings;
    }

    /**
     * Where a ring's header is in region 0.
     *
     * @param ring S2M rings first, then M2S rings
     * @return offset in bytes
     */
    public int ringOffset(int ring) {
        return ring * RingLayout.ringLength(log2RingSize, cacheLine);
    }

    /**
     * Sizes of the regions, by index.
     *
     * @return one size, or one for the rings and one for each ring's buffers
     */
    public List<Long> regionSizes() {
        List<Long> sizes = new ArrayList<>();
        if (inOneRegion()) {
            sizes.add(firstBuffer() + allBuffersLength());
        } else {
            sizes.add(firstBuffer());
            for (int ring = 0; ring < rings(); ring++) {
                sizes.add(buffersOffset(ring + 1) - buffersOffset(ring));
            }
        }
        return sizes;
    }

    /**
     * Where the buffers of a ring are.
     *
     * @param memory of the region, mapped from its first byte
     * @param region its index
     * @param base offset of the first one, bytes
     * @param id of the region's file; null if nobody is to recognise it
     * @param canShrink whether anybody can cut the file
     */
    public record Place(ByteBuffer memory, int region, int base, MemoryId id, boolean canShrink) {}

    /**
     * Where the buffers of a ring are in regions of this layout.
     *
     * @param ring S2M rings first, then M2S rings
     * @param regions the mapped regions, by index
     * @param ids of the regions' files, by index
     * @return for {@link #sendMemory} or {@link #buffers}
     */
    public Place place(int ring, List<ByteBuffer> regions, List<MemoryId> ids) {
        boolean together = inOneRegion();
        int region = together ? 0 : 1 + ring;
        long base = together ? firstBuffer() + buffersOffset(ring) : 0;
        return new Place(
                regions.get(region), region, Math.toIntExact(base), ids.get(region), false);
    }

    /**
     * Where the buffers of a ring are in a region that is not this layout's.
     *
     * @param ring S2M rings first, then M2S rings
     * @param region whose memory to use
     * @param index of the region on this link
     * @param offset in the region where the buffers of all rings begin
     * @return for {@link #sendMemory} or {@link #buffers}
     */
    public Place placeIn(int ring, SharedRegion region, int index, long offset) {
        int base = Math.toIntExact(offset + buffersOffset(ring));
        ByteBuffer memory = region.windows().get(0);
        return new Place(memory, index, base, region.id(), !region.sealed());
    }

    /**
     * What an S2M ring's engine needs.
     *
     * @param place of the ring
     * @return without the headroom, which packets that are sent use
     */
    public SendMemory sendMemory(Place place) {
        return new SendMemory(place.memory, place.region, place.base, bufferSize, place.canShrink);
    }

    /**
     * What an M2S ring's engine needs.
     *
     * @param place of the ring
     * @return buffers without the headroom, which received packets keep free
     */
    public OwnBuffers buffers(Place place) {
        BufferSpacing spacing = spacing();
        return new OwnBuffers(
                place.memory,
                place.region,
                place.base + spacing.first() + headroom,
                spacing.stride(),
                spacing.stagger(),
                bufferSize - headroom,
                place.id,
                place.canShrink);
    }

    /**
     * Bytes of the rings alone, for a slave that keeps its buffers elsewhere.
     *
     * @return size of region 0 then
     */
    public long ringsLength() {
        return firstBuffer();
    }

    /**
     * Bytes of the buffers of all rings.
     *
     * @return what {@link #placeIn} uses from its offset on
     */
    public long allBuffersLength() {
        return buffersOffset(rings());
    }

    private BufferSpacing spacing() {
        return BufferSpacing.of(bufferSize, payloadRead);
    }

    private boolean inOneRegion() {
        return firstBuffer() + allBuffersLength() <= LONGEST_REGION;
    }

    private long firstBuffer() {
        long end = (long) rings() * RingLayout.ringLength(log2RingSize, cacheLine);
        return BufferSpacing.pageAfter(end);
    }

    /** Bytes of the buffers of all rings before this one; every ring's begin on a page. */
    private long buffersOffset(int ring) {
        int slots = 1 << log2RingSize;
        int s2m = Math.min(ring, s2mRings);
        long sent = BufferSpacing.pageAfter(SendMemory.length(slots, bufferSize));
        long posted = BufferSpacing.pageAfter((long) slots * spacing().stride());
        return s2m * sent + (ring - s2m) * posted;
    }
}
