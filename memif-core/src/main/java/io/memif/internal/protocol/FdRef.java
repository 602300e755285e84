package io.memif.internal.protocol;

/** Which descriptor goes with a message. */
public sealed interface FdRef {
    /** No descriptor. */
    FdRef NONE = new None();

    /** No descriptor. */
    record None() implements FdRef {}

    /**
     * The file of a region.
     *
     * @param index of the region
     */
    record Region(int index) implements FdRef {}

    /**
     * The eventfd of a ring.
     *
     * @param direction of the ring
     * @param index of the ring within its direction
     */
    record Ring(Direction direction, int index) implements FdRef {}
}
