package io.memif.internal.protocol;

/**
 * Which ring, and where it is. As a peer announced it, a placement may be nonsense in every part;
 * those in {@link Effect.AttachMemory} have been checked against their regions.
 *
 * @param direction which way its packets go
 * @param index number within its direction, u16
 * @param region index of the region that holds header and descriptors, u16
 * @param offset of the ring header within the region in bytes, u32
 * @param log2Size log2 of the number of slots, u8
 */
public record RingPlacement(Direction direction, int index, int region, long offset, int log2Size) {
    String ringName() {
        return direction + " ring " + index;
    }

    // Written out: the generated methods are linked at their first call, which adds 10 to 20 ms to
    // the first link of a new JVM.
    @Override
    public boolean equals(Object other) {
        return other instanceof RingPlacement that
                && direction == that.direction
                && index == that.index
                && region == that.region
                && offset == that.offset
                && log2Size == that.log2Size;
    }

    @Override
    public int hashCode() {
        return ((direction.ordinal() * 31 + index) * 31 + region) * 31 + Long.hashCode(offset);
    }
}
