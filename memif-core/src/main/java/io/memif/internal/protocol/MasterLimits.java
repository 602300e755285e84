package io.memif.internal.protocol;

/**
 * What a master accepts from a slave on one interface.
 *
 * @param maxS2mRings most rings from slave to master
 * @param maxM2sRings most rings from master to slave
 * @param minS2mRings fewest rings from slave to master
 * @param minM2sRings fewest rings from master to slave
 * @param maxLog2RingSize log2 of slots of the largest ring
 * @param minLog2RingSize log2 of slots of the smallest ring
 * @param maxRegionSize bytes of one region
 * @param cacheLine build constant that the two sides have to share, bytes; a ring header takes two
 *     lines
 */
public record MasterLimits(
        int maxS2mRings,
        int maxM2sRings,
        int minS2mRings,
        int minM2sRings,
        int maxLog2RingSize,
        int minLog2RingSize,
        long maxRegionSize,
        int cacheLine) {
    /**
     * Checks the ranges.
     *
     * @param maxS2mRings 1 to 256
     * @param maxM2sRings 1 to 256
     * @param minS2mRings 0 to {@code maxS2mRings}
     * @param minM2sRings 0 to {@code maxM2sRings}
     * @param maxLog2RingSize 0 to 14
     * @param minLog2RingSize 0 to {@code maxLog2RingSize}
     * @param maxRegionSize at least 1
     * @param cacheLine 64 or 128
     * @throws IllegalArgumentException naming the first value out of its range
     */
    public MasterLimits {
        Ranges.require("maxS2mRings", maxS2mRings, 1, Protocol.MAX_RINGS);
        Ranges.require("maxM2sRings", maxM2sRings, 1, Protocol.MAX_RINGS);
        Ranges.require("minS2mRings", minS2mRings, 0, maxS2mRings);
        Ranges.require("minM2sRings", minM2sRings, 0, maxM2sRings);
        Ranges.require("maxLog2RingSize", maxLog2RingSize, 0, Protocol.MAX_LOG2_RING_SIZE);
        Ranges.require("minLog2RingSize", minLog2RingSize, 0, maxLog2RingSize);
        Ranges.require("maxRegionSize", maxRegionSize, 1, Long.MAX_VALUE);
        if (cacheLine != 64 && cacheLine != 128) {
            throw new IllegalArgumentException("cacheLine=" + cacheLine + " is not 64 or 128");
        }
    }

    int maxRings(Direction direction) {
        return direction == Direction.S2M ? maxS2mRings : maxM2sRings;
    }

    int minRings(Direction direction) {
        return direction == Direction.S2M ? minS2mRings : minM2sRings;
    }
}
