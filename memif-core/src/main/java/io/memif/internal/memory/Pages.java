package io.memif.internal.memory;

/**
 * What the pages of a region are to be.
 *
 * @param huge whether to take the kernel's default hugepages instead of ordinary pages
 * @param prefault whether to touch every page at creation, so that none is mapped while packets
 *     pass
 */
public record Pages(boolean huge, boolean prefault) {
    /** Ordinary pages, mapped when first touched. */
    public static final Pages ORDINARY = new Pages(false, false);
}
