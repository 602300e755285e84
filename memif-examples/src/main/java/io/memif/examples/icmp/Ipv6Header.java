package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** A received IPv6 header as numbers, extension headers skipped. One thread at a time. */
final class Ipv6Header {
    static final int LENGTH = 40;
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    static final int HOP_LIMIT = 7;
    static final int SOURCE = 8;
    static final int DESTINATION = 24;
    static final int ICMP_V6 = 58;

    /** The upper half of the solicited-node prefix ff02::1:ff00:0/104. */
    static final long SOLICITED_HIGH = 0xff02_0000_0000_0000L;

    private static final long SOLICITED_LOW = 0x0000_0001_ff00_0000L;
    private static final long SOLICITED_NODE_BITS = 0xff_ffffL;

    private final Ipv6Extensions extensions = new Ipv6Extensions();

    private int start;
    private int end;
    private int hopLimit;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;

    /**
     * Reads the fixed header.
     *
     * @return why the packet cannot be answered, or null
     */
    Outcome parse(ByteBuffer in, int ip, int available) {
        if (available < LENGTH) {
            return Outcome.TRUNCATED;
        }
        if (Wire.u8(in, ip) >>> 4 != 6) {
            return Outcome.MALFORMED;
        }
        int payloadLength = Wire.u16(in, ip + PAYLOAD_LENGTH);
        if (payloadLength > available - LENGTH) {
            return Outcome.TRUNCATED;
        }
        start = ip;
        end = ip + LENGTH + payloadLength;
        hopLimit = Wire.u8(in, ip + HOP_LIMIT);
        sourceHigh = Wire.i64(in, ip + SOURCE);
        sourceLow = Wire.i64(in, ip + SOURCE + 8);
        destinationHigh = Wire.i64(in, ip + DESTINATION);
        destinationLow = Wire.i64(in, ip + DESTINATION + 8);
        return null;
    }

    /**
     * Steps over the extension headers; the upper-layer packet is known afterwards.
     *
     * @return why the packet cannot be answered, or null
     */
    Outcome walkExtensions(ByteBuffer in) {
        return extensions.walk(in, start + LENGTH, end, Wire.u8(in, start + NEXT_HEADER));
    }

    /** Writes a fixed header in front of an ICMPv6 packet, traffic class and flow label 0. */
    static void write(ByteBuffer out, int ip, int upperLength, int hopLimit) {
        Wire.put32(out, ip, 6 << 28);
        Wire.put16(out, ip + PAYLOAD_LENGTH, upperLength);
        Wire.put8(out, ip + NEXT_HEADER, ICMP_V6);
        Wire.put8(out, ip + HOP_LIMIT, hopLimit);
    }

    static void writeAddress(ByteBuffer out, int at, long high, long low) {
        Wire.put64(out, at, high);
        Wire.put64(out, at + 8, low);
    }

    /** The unfolded sum of the pseudo header and the whole upper-layer packet. */
    long sum(ByteBuffer in) {
        long pseudo =
                Checksum.pseudoHeader(
                        sourceHigh,
                        sourceLow,
                        destinationHigh,
                        destinationLow,
                        upperLength(),
                        ICMP_V6);
        return pseudo + Checksum.sum(in, upper(), upperLength());
    }

    /** Index of the upper-layer packet. */
    int upper() {
        return extensions.payload();
    }

    /** Bytes of the upper-layer packet. */
    int upperLength() {
        return end - extensions.payload();
    }

    boolean isIcmp() {
        return extensions.nextHeader() == ICMP_V6;
    }

    int hopLimit() {
        return hopLimit;
    }

    boolean isFromUnspecified() {
        return sourceHigh == 0 && sourceLow == 0;
    }

    boolean isFromUnicast() {
        return IpAddress.isUnicastV6(sourceHigh, sourceLow);
    }

    boolean isFrom(OwnAddresses own) {
        return own.ownsV6(sourceHigh, sourceLow);
    }

    boolean isTo(OwnAddresses own) {
        return own.ownsV6(destinationHigh, destinationLow);
    }

    boolean isToMulticast() {
        return IpAddress.isMulticastV6(destinationHigh);
    }

    /** The lower half of the solicited-node address that a target listens on. */
    static long solicitedNodeLow(long targetLow) {
        return SOLICITED_LOW | targetLow & SOLICITED_NODE_BITS;
    }

    /** Whether it was sent to the solicited-node address that the target listens on. */
    boolean isToSolicitedNodeOf(long targetLow) {
        return destinationHigh == SOLICITED_HIGH && destinationLow == solicitedNodeLow(targetLow);
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }
}
