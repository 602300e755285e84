package io.memif.internal.memory;

/**
 * Named offsets of a memif ring in shared memory (memif protocol 2.0, VPP {@code memif.h}).
 *
 * <pre>
 *   0            4       6                line              2 * line
 *   +------------+-------+-------+- - - - -+-------+- - - - -+----------------+
 *   | cookie u32 | flags | head  |         | tail  |         | descriptors .. |
 *   +------------+-------+-------+- - - - -+-------+- - - - -+----------------+
 * </pre>
 *
 * {@code line} is the cache-line size the peers were built with: 64 on x86-64, often 128 on
 * aarch64. It is not negotiated. All fields are little-endian.
 */
public final class RingLayout {
    /** First word of every ring header. */
    public static final int COOKIE = 0x03E31F20;

    /** Offset of the 32-bit cookie, in bytes. */
    public static final int COOKIE_OFFSET = 0;

    /** Offset of the 16-bit flags word, which the receiver of the ring owns, in bytes. */
    public static final int FLAGS_OFFSET = 4;

    /** Offset of the 16-bit head, which the slave owns on rings of both directions, in bytes. */
    public static final int HEAD_OFFSET = 6;

    /** Flag of the ring: the receiver asks not to be signalled. */
    public static final int MASK_INT = 1;

    /** Descriptor flag: the packet goes on in the next slot. */
    public static final int NEXT = 1;

    /**
     * Longest single buffer in bytes: the length field has 32 bits, but VPP and DPDK keep packet
     * lengths in 16.
     */
    public static final int MAX_BUFFER_LENGTH = 0xffff;

    /** Cache-line size of peers on x86-64, in bytes. */
    public static final int DEFAULT_CACHE_LINE = 64;

    /** Longest cache line that peers are built with, in bytes. */
    public static final int LONGEST_CACHE_LINE = 128;

    private RingLayout() {}

    /**
     * Offset of the 16-bit tail, which the master owns on rings of both directions.
     *
     * @param cacheLine 64 or 128 bytes
     * @return offset in bytes from the start of the ring
     */
    public static int tailOffset(int cacheLine) {
        return cacheLine;
    }

    /**
     * Offset of the first descriptor.
     *
     * @param cacheLine 64 or 128 bytes
     * @return offset in bytes from the start of the ring
     */
    public static int descriptorsOffset(int cacheLine) {
        return 2 * cacheLine;
    }
}
