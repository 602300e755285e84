package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Answers neighbour solicitations for own addresses (RFC 4861, 7.1.1). One thread at a time. */
final class NeighbourResponder {
    static final int HOP_LIMIT = 255;

    /** Bytes of a solicitation or advertisement without options. */
    static final int MESSAGE_LENGTH = 24;

    static final int OPTION_LENGTH = 8;
    static final int FLAGS = 4;
    static final int TARGET = 8;
    static final int SOURCE_LINK_ADDRESS = 1;
    static final int TARGET_LINK_ADDRESS = 2;
    static final int FLAG_SOLICITED = 0x40;
    static final int FLAG_OVERRIDE = 0x20;

    /** The all-nodes address ff02::1, and the Ethernet address it maps to. */
    private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;

    private static final long ALL_NODES_LOW = 1;
    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;

    private final OwnAddresses own;

    private Frame frame;
    private Ipv6Header header;
    private long targetHigh;
    private long targetLow;

    /** The link address that the solicitation's option names, or that its frame came from. */
    private long neighbourMac;

    private boolean hasSourceOption;

    NeighbourResponder(OwnAddresses own) {
        this.own = own;
    }

    Outcome examine(Frame received, Ipv6Header receivedHeader) {
        frame = received;
        header = receivedHeader;
        neighbourMac = received.sourceMac();
        ByteBuffer in = received.buffer();
        int message = header.upper();
        if (header.upperLength() < MESSAGE_LENGTH) {
            return Outcome.TRUNCATED;
        }
        targetHigh = Wire.i64(in, message + TARGET);
        targetLow = Wire.i64(in, message + TARGET + 8);
        if (!own.ownsV6(targetHigh, targetLow)) {
            return Outcome.NOT_FOR_US;
        }
        boolean solicitedNode = header.isToSolicitedNodeOf(targetLow);
        if (!solicitedNode && header.isToMulticast()) {
            return Outcome.BROADCAST;
        }
        if (header.hopLimit() != HOP_LIMIT) {
            return Outcome.MALFORMED;
        }
        if (!Checksum.isIntact(header.sum(in))) {
            return Outcome.BAD_ICMP_CHECKSUM;
        }
        Outcome objection =
                examineOptions(in, message + MESSAGE_LENGTH, message + header.upperLength());
        return objection == null ? examineSource(solicitedNode) : objection;
    }

    private Outcome examineOptions(ByteBuffer in, int offset, int end) {
        hasSourceOption = false;
        int at = offset;
        while (at < end) {
            int size = end - at < OPTION_LENGTH ? 0 : Wire.u8(in, at + 1) * 8;
            if (size == 0 || size > end - at) {
                return Outcome.MALFORMED;
            }
            if (Wire.u8(in, at) == SOURCE_LINK_ADDRESS) {
                hasSourceOption = true;
                if (frame.hasLinkLayer()) {
                    neighbourMac = Wire.mac(in, at + 2);
                    if (size != OPTION_LENGTH || MacAddress.isGroup(neighbourMac)) {
                        return Outcome.MALFORMED;
                    }
                }
            }
            at += size;
        }
        return null;
    }

    private Outcome examineSource(boolean solicitedNode) {
        if (header.isFromUnspecified()) {
            boolean wellFormedProbe = solicitedNode && !hasSourceOption;
            return wellFormedProbe ? Outcome.NEIGHBOUR_ADVERTISEMENT : Outcome.MALFORMED;
        }
        boolean usable = header.isFromUnicast() && !header.isFrom(own);
        return usable ? Outcome.NEIGHBOUR_ADVERTISEMENT : Outcome.BAD_SOURCE;
    }

    /** Bytes of the advertisement, without the IPv6 header. */
    int replyLength() {
        return MESSAGE_LENGTH + (frame.hasLinkLayer() ? OPTION_LENGTH : 0);
    }

    void write(ByteBuffer out, int offset) {
        // An asker without an address cannot be reached by one: the answer goes to all nodes.
        boolean toAll = header.isFromUnspecified();
        long toHigh = toAll ? ALL_NODES_HIGH : header.sourceHigh();
        long toLow = toAll ? ALL_NODES_LOW : header.sourceLow();
        int ip = frame.writeLink(out, offset, toAll ? ALL_NODES_MAC : neighbourMac);
        int length = replyLength();
        Ipv6Header.write(out, ip, length, HOP_LIMIT);
        Ipv6Header.writeAddress(out, ip + Ipv6Header.SOURCE, targetHigh, targetLow);
        Ipv6Header.writeAddress(out, ip + Ipv6Header.DESTINATION, toHigh, toLow);
        int message = ip + Ipv6Header.LENGTH;
        Wire.put32(out, message, Ipv6Responder.NEIGHBOUR_ADVERTISEMENT << 16);
        int flags = FLAG_OVERRIDE | (toAll ? 0 : FLAG_SOLICITED);
        Wire.put32(out, message + FLAGS, flags << 24);
        Ipv6Header.writeAddress(out, message + TARGET, targetHigh, targetLow);
        if (frame.hasLinkLayer()) {
            int option = message + MESSAGE_LENGTH;
            Wire.put8(out, option, TARGET_LINK_ADDRESS);
            Wire.put8(out, option + 1, OPTION_LENGTH / 8);
            Wire.putMac(out, option + 2, frame.ownMac());
        }
        long sum =
                Checksum.pseudoHeader(
                                targetHigh, targetLow, toHigh, toLow, length, Ipv6Header.ICMP_V6)
                        + Checksum.sum(out, message, length);
        Wire.put16(out, message + Ipv6Responder.ICMP_CHECKSUM, Checksum.of(sum));
    }
}
