package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Echo requests over IPv4, neighbours found by ARP. One thread at a time. */
final class ProbeV4 extends ProbeProtocol {
    static final int MAX_SIZE = 0xffff - Ipv4Responder.HEADER_LENGTH - ICMP_HEADER;

    private static final long BROADCAST_MAC = 0xffff_ffff_ffffL;
    private static final int DO_NOT_FRAGMENT = 0x4000;

    private final int source;
    private final int target;
    private long advertisedMac;

    ProbeV4(IpAddress source, IpAddress target, int id, int size) {
        super(id, size);
        this.source = (int) source.low();
        this.target = (int) target.low();
    }

    @Override
    int type() {
        return Frame.TYPE_IPV4;
    }

    @Override
    int solicitationType() {
        return Frame.TYPE_ARP;
    }

    @Override
    long groupMac() {
        return BROADCAST_MAC;
    }

    @Override
    int writeSolicitation(ByteBuffer out, int arp, long ownMac) {
        Wire.put16(out, arp, ArpResponder.HARDWARE_ETHERNET);
        Wire.put16(out, arp + 2, Frame.TYPE_IPV4);
        Wire.put16(out, arp + 4, ArpResponder.ADDRESS_LENGTHS);
        Wire.put16(out, arp + ArpResponder.OPERATION, ArpResponder.REQUEST);
        Wire.putMac(out, arp + ArpResponder.SENDER_MAC, ownMac);
        Wire.put32(out, arp + ArpResponder.SENDER_IP, source);
        Wire.putMac(out, arp + ArpResponder.TARGET_MAC, 0);
        Wire.put32(out, arp + ArpResponder.TARGET_IP, target);
        return ArpResponder.LENGTH;
    }

    @Override
    int requestLength() {
        return Ipv4Responder.HEADER_LENGTH + ICMP_HEADER + size;
    }

    @Override
    void writeRequest(ByteBuffer out, int ip, int sequenceNumber) {
        int ttlAndProtocol = Ipv4Responder.TTL << 8 | Ipv4Responder.PROTOCOL_ICMP;
        Wire.put16(out, ip, 0x4500);
        Wire.put16(out, ip + Ipv4Responder.TOTAL_LENGTH, requestLength());
        Wire.put16(out, ip + 4, sequenceNumber);
        Wire.put16(out, ip + Ipv4Responder.FRAGMENT, DO_NOT_FRAGMENT);
        Wire.put16(out, ip + Ipv4Responder.TTL_AND_PROTOCOL, ttlAndProtocol);
        Wire.put16(out, ip + Ipv4Responder.CHECKSUM, 0);
        Wire.put32(out, ip + Ipv4Responder.SOURCE, source);
        Wire.put32(out, ip + Ipv4Responder.DESTINATION, target);
        int headerSum = Checksum.sum(out, ip, Ipv4Responder.HEADER_LENGTH);
        Wire.put16(out, ip + Ipv4Responder.CHECKSUM, Checksum.of(headerSum));
        int icmp = ip + Ipv4Responder.HEADER_LENGTH;
        writeMessage(out, icmp, Ipv4Responder.ECHO_REQUEST, sequenceNumber);
        int sum = Checksum.sum(out, icmp, ICMP_HEADER + size);
        Wire.put16(out, icmp + Ipv4Responder.ICMP_CHECKSUM, Checksum.of(sum));
    }

    @Override
    boolean isAdvertisement(Frame frame) {
        ByteBuffer in = frame.buffer();
        int arp = frame.network();
        if (frame.type() != Frame.TYPE_ARP
                || frame.available() < ArpResponder.LENGTH
                || Wire.u16(in, arp + 4) != ArpResponder.ADDRESS_LENGTHS
                || Wire.u16(in, arp + ArpResponder.OPERATION) != ArpResponder.REPLY
                || Wire.i32(in, arp + ArpResponder.SENDER_IP) != target
                || Wire.i32(in, arp + ArpResponder.TARGET_IP) != source) {
            return false;
        }
        advertisedMac = Wire.mac(in, arp + ArpResponder.SENDER_MAC);
        return !MacAddress.isGroup(advertisedMac);
    }

    @Override
    long advertisedMac() {
        return advertisedMac;
    }

    @Override
    EchoProbe.Reply examineIcmp(Frame frame) {
        ByteBuffer in = frame.buffer();
        int ip = frame.network();
        if (frame.available() < Ipv4Responder.HEADER_LENGTH) {
            return EchoProbe.Reply.NONE;
        }
        int headerLength = (Wire.u8(in, ip) & 0xf) * 4;
        int totalLength = Wire.u16(in, ip + Ipv4Responder.TOTAL_LENGTH);
        int ttlAndProtocol = Wire.u16(in, ip + Ipv4Responder.TTL_AND_PROTOCOL);
        if (headerLength < Ipv4Responder.HEADER_LENGTH
                || totalLength > frame.available()
                || totalLength < headerLength + ICMP_HEADER
                || (ttlAndProtocol & 0xff) != Ipv4Responder.PROTOCOL_ICMP
                || Wire.i32(in, ip + Ipv4Responder.DESTINATION) != source) {
            return EchoProbe.Reply.NONE;
        }
        int icmp = ip + headerLength;
        int length = totalLength - headerLength;
        int from = Wire.i32(in, ip + Ipv4Responder.SOURCE);
        boolean intact =
                Checksum.isIntact(Checksum.sum(in, ip, headerLength))
                        && Checksum.isIntact(Checksum.sum(in, icmp, length));
        if (IcmpError.isErrorV4(Wire.u8(in, icmp))) {
            return intact ? examineError(in, icmp, length, from) : EchoProbe.Reply.NONE;
        }
        if (Wire.u16(in, icmp) != Ipv4Responder.ECHO_REPLY
                || Wire.u16(in, icmp + ID) != id
                || from != target) {
            return EchoProbe.Reply.NONE;
        }
        return take(in, icmp, length, ttlAndProtocol >>> 8, intact);
    }

    /** An error cites the packet that it is about: IP header and eight bytes at least. */
    private EchoProbe.Reply examineError(ByteBuffer in, int icmp, int length, int from) {
        int cited = icmp + ICMP_HEADER;
        int headerLength = length > ICMP_HEADER ? (Wire.u8(in, cited) & 0xf) * 4 : 0;
        if (headerLength < Ipv4Responder.HEADER_LENGTH
                || length < ICMP_HEADER + headerLength + ICMP_HEADER
                || Wire.u8(in, cited + Ipv4Responder.TTL_AND_PROTOCOL + 1)
                        != Ipv4Responder.PROTOCOL_ICMP
                || Wire.i32(in, cited + Ipv4Responder.SOURCE) != source
                || Wire.i32(in, cited + Ipv4Responder.DESTINATION) != target) {
            return EchoProbe.Reply.NONE;
        }
        int request = cited + headerLength;
        if (Wire.u16(in, request) != Ipv4Responder.ECHO_REQUEST
                || Wire.u16(in, request + ID) != id) {
            return EchoProbe.Reply.NONE;
        }
        int value = Wire.i32(in, icmp + ID);
        String text = IcmpError.v4(Wire.u8(in, icmp), Wire.u8(in, icmp + 1), value);
        return fail(in, request, IpAddress.v4(from), text);
    }

    @Override
    String noNeighbour() {
        return "Destination Host Unreachable";
    }
}
