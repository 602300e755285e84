package io.memif.memory;

import io.memif.ring.MemoryId;
import io.memif.ring.OwnBuffers;
import io.memif.ring.RingLayout;
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
 * <p>Buffers lie an odd number of cache lines apart. With a power of two in between, which is what
 * other slaves use, the first lines of all packets fall into a few sets of the caches and drive
 * each other out. A master takes places only from descriptors, so the distance is ours to choose.
 *
 * @param s2mRings 1 to 256
 * @param m2sRings 1 to 256
 * @param log2RingSize 0 to 14
 * @param bufferSize bytes of a buffer, headroom included, 64 to 65535
 * @param headroom bytes kept free before each received packet, less than {@code bufferSize}
 * @param cacheLine 64 or 128, as the peer was built
 */
public record SlaveLayout(
        int s2mRings, int m2sRings, int log2RingSize, int bufferSize, int headroom, int cacheLine) {

    private static final int LINE = 64;
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
     * Distance between two buffers of a ring.
     *
     * @return bytes, an odd multiple of 64
     */
    public int stride() {
        int lines = (bufferSize + LINE - 1) / LINE;
        return (lines | 1) * LINE;
    }

    /**
     * Sizes of the regions, by index.
     *
     * @return one size, or one for the rings and one for each ring's buffers
     */
    public List<Long> regionSizes() {
        List<Long> sizes = new ArrayList<>();
        if (inOneRegion()) {
            sizes.add(firstBuffer() + rings() * buffersLength());
        } else {
            sizes.add(firstBuffer());
            for (int ring = 0; ring < rings(); ring++) {
                sizes.add(buffersLength());
            }
        }
        return sizes;
    }

    /**
     * The buffers of a ring.
     *
     * @param ring S2M rings first, then M2S rings
     * @param regions the mapped regions, by index
     * @return for the engines; received packets keep the headroom free, sent ones use it
     */
    public OwnBuffers buffers(int ring, List<ByteBuffer> regions) {
        return buffers(ring, regions, null);
    }

    /**
     * The buffers of a ring, in memory that other links may recognise.
     *
     * @param ring S2M rings first, then M2S rings
     * @param regions the mapped regions, by index
     * @param ids of the regions' files, by index; null if nobody is to recognise them
     * @return for the engines; received packets keep the headroom free, sent ones use it
     */
    public OwnBuffers buffers(int ring, List<ByteBuffer> regions, List<MemoryId> ids) {
        boolean together = inOneRegion();
        int region = together ? 0 : 1 + ring;
        long base = together ? firstBuffer() + ring * buffersLength() : 0;
        MemoryId id = ids == null ? null : ids.get(region);
        return at(ring, regions.get(region), region, base, id, false);
    }

    /**
     * The buffers of a ring in a region that is not this layout's.
     *
     * @param ring S2M rings first, then M2S rings
     * @param region whose memory to use
     * @param index of the region on this link
     * @param offset in the region where the buffers of all rings begin
     * @return for the engines; received packets keep the headroom free, sent ones use it
     */
    public OwnBuffers buffersIn(int ring, SharedRegion region, int index, long offset) {
        long base = offset + ring * buffersLength();
        ByteBuffer memory = region.windows().get(0);
        return at(ring, memory, index, base, region.id(), !region.sealed());
    }

    private OwnBuffers at(
            int ring, ByteBuffer memory, int region, long base, MemoryId id, boolean canShrink) {
        int kept = ring < s2mRings ? 0 : headroom;
        return new OwnBuffers(
                memory,
                region,
                Math.toIntExact(base) + kept,
                stride(),
                bufferSize - kept,
                id,
                canShrink);
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
     * @return what {@link #buffersIn} uses from its offset on
     */
    public long allBuffersLength() {
        return rings() * buffersLength();
    }

    private boolean inOneRegion() {
        return firstBuffer() + rings() * buffersLength() <= LONGEST_REGION;
    }

    private long firstBuffer() {
        long end = (long) rings() * RingLayout.ringLength(log2RingSize, cacheLine);
        return (end + LINE - 1) / LINE * LINE;
    }

    private long buffersLength() {
        return (long) stride() << log2RingSize;
    }
}
