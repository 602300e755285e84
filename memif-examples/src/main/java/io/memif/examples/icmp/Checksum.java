package io.memif.examples.icmp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624, equation 3).
 *
 * <p>A "sum" is a running total of big-endian 16-bit words in a long, not yet folded; a "checksum"
 * is the folded complement as it stands in a packet. Stateless.
 */
public final class Checksum {
    private Checksum() {}

    /**
     * Adds up bytes; an odd last byte counts as if a zero byte followed.
     *
     * @param buffer read at absolute positions, in either byte order
     * @param offset of the first byte
     * @param length in bytes, 0 or more
     * @return the folded sum, 0 to 0xffff, 0 only if all bytes are 0
     */
    public static int sum(ByteBuffer buffer, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        // Words of any width and either byte order give the same sum, but for a final swap.
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            long word = buffer.getLong(at);
            sum += (word >>> 32) + (word & 0xffffffffL);
        }
        int folded = fold(sum);
        if (buffer.order() == ByteOrder.LITTLE_ENDIAN) {
            folded = (folded & 0xff) << 8 | folded >>> 8;
        }
        sum = folded;
        for (; end - at >= 2; at += 2) {
            sum += Wire.u16(buffer, at);
        }
        if (at < end) {
            sum += Wire.u8(buffer, at) << 8;
        }
        return fold(sum);
    }

    /**
     * The sum of the IPv6 pseudo header.
     *
     * @param sourceHigh upper 64 bits of the source address
     * @param sourceLow its lower 64 bits
     * @param destinationHigh upper 64 bits of the destination
     * @param destinationLow its lower 64 bits
     * @param upperLength bytes of the upper-layer packet
     * @param nextHeader its protocol
     * @return the unfolded sum
     */
    public static long pseudoHeader(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int upperLength,
            int nextHeader) {
        return words(sourceHigh)
                + words(sourceLow)
                + words(destinationHigh)
                + words(destinationLow)
                + (upperLength >>> 16)
                + (upperLength & 0xffff)
                + nextHeader;
    }

    private static long words(long value) {
        return (value >>> 32) + (value & 0xffffffffL);
    }

    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffffffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) folded;
    }

    /**
     * The checksum to put into a packet.
     *
     * @param sum of its words, checksum field taken as 0; need not be folded
     * @return 0 to 0xffff
     */
    public static int of(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Whether a packet whose words, checksum field included, have this sum is intact. */
    static boolean isIntact(long sum) {
        return fold(sum) == 0xffff;
    }

    /**
     * The checksum after one 16-bit word of the packet has changed from {@code was} to {@code is}.
     */
    static int update(int checksum, int was, int is) {
        return of((~checksum & 0xffffL) + (~was & 0xffff) + is);
    }
}
