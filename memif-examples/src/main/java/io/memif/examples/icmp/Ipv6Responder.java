package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Answers ICMPv6 echo requests to own addresses, and neighbours' calls. One thread at a time. */
final class Ipv6Responder {
    static final int HOP_LIMIT = 64;

    static final int ICMP_HEADER_LENGTH = 8;
    static final int ICMP_CHECKSUM = 2;

    /** Type in the upper byte, code 0 in the lower, as they stand in one 16-bit word. */
    static final int ECHO_REQUEST = 128 << 8;

    static final int ECHO_REPLY = 129 << 8;
    static final int NEIGHBOUR_SOLICITATION = 135 << 8;
    static final int NEIGHBOUR_ADVERTISEMENT = 136 << 8;

    private final OwnAddresses own;
    private final Ipv6Header header = new Ipv6Header();
    private final NeighbourResponder neighbours;

    private Frame frame;
    private boolean echo;
    private int icmpChecksum;

    Ipv6Responder(OwnAddresses own) {
        this.own = own;
        neighbours = new NeighbourResponder(own);
    }

    Outcome examine(Frame received) {
        frame = received;
        ByteBuffer in = received.buffer();
        Outcome objection = header.parse(in, received.network(), received.available());
        if (objection == null && !header.isTo(own) && !header.isToMulticast()) {
            objection = Outcome.NOT_FOR_US;
        }
        if (objection == null) {
            objection = header.walkExtensions(in);
        }
        return objection == null ? examineUpper(in) : objection;
    }

    private Outcome examineUpper(ByteBuffer in) {
        int typeAndCode = -1;
        if (header.isIcmp()) {
            if (header.upperLength() < ICMP_HEADER_LENGTH) {
                return Outcome.TRUNCATED;
            }
            typeAndCode = Wire.u16(in, header.upper());
        }
        echo = typeAndCode == ECHO_REQUEST;
        if (typeAndCode == NEIGHBOUR_SOLICITATION) {
            return neighbours.examine(frame, header);
        }
        if (header.isToMulticast() || frame.isGroup()) {
            return Outcome.BROADCAST;
        }
        if (echo) {
            return examineEcho(in);
        }
        return header.isIcmp() ? Outcome.OTHER_MESSAGE : Outcome.OTHER_PROTOCOL;
    }

    private Outcome examineEcho(ByteBuffer in) {
        if (!header.isFromUnicast() || header.isFrom(own)) {
            return Outcome.BAD_SOURCE;
        }
        icmpChecksum = Wire.u16(in, header.upper() + ICMP_CHECKSUM);
        boolean intact = Checksum.isIntact(header.sum(in));
        return intact ? Outcome.ECHO_REPLY_V6 : Outcome.BAD_ICMP_CHECKSUM;
    }

    /** Bytes of the answer from its IPv6 header on: extension headers are not sent back. */
    int replyLength() {
        int upper = echo ? header.upperLength() : neighbours.replyLength();
        return Ipv6Header.LENGTH + upper;
    }

    void write(ByteBuffer out, int offset) {
        if (!echo) {
            neighbours.write(out, offset);
            return;
        }
        ByteBuffer in = frame.buffer();
        int ip = frame.writeLink(out, offset, frame.sourceMac());
        int length = header.upperLength();
        Ipv6Header.write(out, ip, length, HOP_LIMIT);
        Ipv6Header.writeAddress(
                out, ip + Ipv6Header.SOURCE, header.destinationHigh(), header.destinationLow());
        Ipv6Header.writeAddress(
                out, ip + Ipv6Header.DESTINATION, header.sourceHigh(), header.sourceLow());
        int icmp = ip + Ipv6Header.LENGTH;
        out.put(icmp, in, header.upper(), length);
        Wire.put16(out, icmp, ECHO_REPLY);
        // The swap of the addresses does not change the sum.
        int updated = Checksum.update(icmpChecksum, ECHO_REQUEST, ECHO_REPLY);
        Wire.put16(out, icmp + ICMP_CHECKSUM, updated);
    }
}
