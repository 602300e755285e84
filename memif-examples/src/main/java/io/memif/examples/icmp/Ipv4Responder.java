package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Answers ICMPv4 echo requests to own addresses. One thread at a time. */
final class Ipv4Responder {
    static final int HEADER_LENGTH = 20;
    static final int TOTAL_LENGTH = 2;
    static final int FRAGMENT = 6;
    static final int TTL_AND_PROTOCOL = 8;
    static final int CHECKSUM = 10;
    static final int SOURCE = 12;
    static final int DESTINATION = 16;
    static final int PROTOCOL_ICMP = 1;
    static final int TTL = 64;

    static final int ICMP_HEADER_LENGTH = 8;
    static final int ICMP_CHECKSUM = 2;

    /** Type in the upper byte, code 0 in the lower, as they stand in one 16-bit word. */
    static final int ECHO_REQUEST = 8 << 8;

    static final int ECHO_REPLY = 0;

    private static final int FRAGMENT_BITS = 0x3fff;

    private final OwnAddresses own;

    private Frame frame;
    private int headerLength;
    private int icmpLength;
    private int ttlAndProtocol;
    private int checksum;
    private int icmpChecksum;
    private int source;
    private int destination;

    Ipv4Responder(OwnAddresses own) {
        this.own = own;
    }

    Outcome examine(Frame received) {
        frame = received;
        ByteBuffer in = received.buffer();
        int ip = received.network();
        int available = received.available();
        if (available < HEADER_LENGTH) {
            return Outcome.TRUNCATED;
        }
        int first = Wire.u8(in, ip);
        headerLength = (first & 0xf) * 4;
        int totalLength = Wire.u16(in, ip + TOTAL_LENGTH);
        if (first >>> 4 != 4 || headerLength < HEADER_LENGTH || totalLength < headerLength) {
            return Outcome.MALFORMED;
        }
        if (totalLength > available) {
            return Outcome.TRUNCATED;
        }
        if (!Checksum.isIntact(Checksum.sum(in, ip, headerLength))) {
            return Outcome.BAD_IP_CHECKSUM;
        }
        icmpLength = totalLength - headerLength;
        ttlAndProtocol = Wire.u16(in, ip + TTL_AND_PROTOCOL);
        checksum = Wire.u16(in, ip + CHECKSUM);
        source = Wire.i32(in, ip + SOURCE);
        destination = Wire.i32(in, ip + DESTINATION);
        Outcome objection = examineAddresses();
        if (objection == null) {
            objection = examineContent(in, ip);
        }
        return objection == null ? examineIcmp(in, ip + headerLength) : objection;
    }

    private Outcome examineAddresses() {
        if (!own.ownsV4(destination)) {
            return own.isBroadcastV4(destination) ? Outcome.BROADCAST : Outcome.NOT_FOR_US;
        }
        if (frame.isGroup()) {
            return Outcome.BROADCAST;
        }
        boolean usable = IpAddress.isUnicastV4(source) && !own.isBroadcastV4(source);
        return usable && !own.ownsV4(source) ? null : Outcome.BAD_SOURCE;
    }

    private Outcome examineContent(ByteBuffer in, int ip) {
        if ((ttlAndProtocol & 0xff) != PROTOCOL_ICMP) {
            return Outcome.OTHER_PROTOCOL;
        }
        if ((Wire.u16(in, ip + FRAGMENT) & FRAGMENT_BITS) != 0) {
            return Outcome.FRAGMENT;
        }
        return Ipv4Options.examine(in, ip + HEADER_LENGTH, headerLength - HEADER_LENGTH);
    }

    private Outcome examineIcmp(ByteBuffer in, int icmp) {
        if (icmpLength < ICMP_HEADER_LENGTH) {
            return Outcome.TRUNCATED;
        }
        if (Wire.u16(in, icmp) != ECHO_REQUEST) {
            return Outcome.OTHER_MESSAGE;
        }
        icmpChecksum = Wire.u16(in, icmp + ICMP_CHECKSUM);
        if (!Checksum.isIntact(Checksum.sum(in, icmp, icmpLength))) {
            return Outcome.BAD_ICMP_CHECKSUM;
        }
        return Outcome.ECHO_REPLY;
    }

    /** Bytes of the answer from its IP header on: options are not sent back. */
    int replyLength() {
        return HEADER_LENGTH + icmpLength;
    }

    void write(ByteBuffer out, int offset) {
        ByteBuffer in = frame.buffer();
        int ip = frame.writeLink(out, offset, frame.sourceMac());
        out.put(ip, in, frame.network(), TTL_AND_PROTOCOL);
        int newTtlAndProtocol = TTL << 8 | PROTOCOL_ICMP;
        Wire.put16(out, ip + TTL_AND_PROTOCOL, newTtlAndProtocol);
        Wire.put32(out, ip + SOURCE, destination);
        Wire.put32(out, ip + DESTINATION, source);
        if (headerLength == HEADER_LENGTH) {
            // The swap of the addresses does not change the sum.
            int updated = Checksum.update(checksum, ttlAndProtocol, newTtlAndProtocol);
            Wire.put16(out, ip + CHECKSUM, updated);
        } else {
            Wire.put8(out, ip, 4 << 4 | HEADER_LENGTH / 4);
            Wire.put16(out, ip + TOTAL_LENGTH, replyLength());
            Wire.put16(out, ip + CHECKSUM, 0);
            long sum = Checksum.sum(out, ip, HEADER_LENGTH);
            Wire.put16(out, ip + CHECKSUM, Checksum.of(sum));
        }
        writeIcmp(out, ip + HEADER_LENGTH, in, frame.network() + headerLength);
    }

    private void writeIcmp(ByteBuffer out, int icmp, ByteBuffer in, int request) {
        out.put(icmp, in, request, icmpLength);
        Wire.put16(out, icmp, ECHO_REPLY);
        int updated = Checksum.update(icmpChecksum, ECHO_REQUEST, ECHO_REPLY);
        if (updated == 0) {
            // Updating cannot tell the sum 0xffff from the 0 of an answer that is zeros throughout.
            Wire.put16(out, icmp + ICMP_CHECKSUM, 0);
            updated = Checksum.of(Checksum.sum(out, icmp, icmpLength));
        }
        Wire.put16(out, icmp + ICMP_CHECKSUM, updated);
    }
}
