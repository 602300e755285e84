package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Echo requests over IPv6, neighbours found by solicitation. One thread at a time. */
final class ProbeV6 extends ProbeProtocol {
    static final int MAX_SIZE = 0xffff - ICMP_HEADER;

    private static final int TARGET_OPTION =
            NeighbourResponder.MESSAGE_LENGTH + NeighbourResponder.OPTION_LENGTH;

    private final IpAddress source;
    private final IpAddress target;
    private final Ipv6Header header = new Ipv6Header();
    private long advertisedMac;

    ProbeV6(IpAddress source, IpAddress target, int id, int size) {
        super(id, size);
        this.source = source;
        this.target = target;
    }

    @Override
    int type() {
        return Frame.TYPE_IPV6;
    }

    @Override
    int solicitationType() {
        return Frame.TYPE_IPV6;
    }

    @Override
    long groupMac() {
        return 0x3333_0000_0000L | Ipv6Header.solicitedNodeLow(target.low()) & 0xffff_ffffL;
    }

    @Override
    int writeSolicitation(ByteBuffer out, int ip, long ownMac) {
        long groupHigh = Ipv6Header.SOLICITED_HIGH;
        long groupLow = Ipv6Header.solicitedNodeLow(target.low());
        Ipv6Header.write(out, ip, TARGET_OPTION, NeighbourResponder.HOP_LIMIT);
        writeAddresses(out, ip, groupHigh, groupLow);
        int message = ip + Ipv6Header.LENGTH;
        Wire.put32(out, message, Ipv6Responder.NEIGHBOUR_SOLICITATION << 16);
        Wire.put32(out, message + NeighbourResponder.FLAGS, 0);
        int targetAt = message + NeighbourResponder.TARGET;
        Ipv6Header.writeAddress(out, targetAt, target.high(), target.low());
        int option = message + NeighbourResponder.MESSAGE_LENGTH;
        Wire.put8(out, option, NeighbourResponder.SOURCE_LINK_ADDRESS);
        Wire.put8(out, option + 1, 1);
        Wire.putMac(out, option + 2, ownMac);
        writeChecksum(out, message, TARGET_OPTION, groupHigh, groupLow);
        return Ipv6Header.LENGTH + TARGET_OPTION;
    }

    private void writeAddresses(ByteBuffer out, int ip, long high, long low) {
        Ipv6Header.writeAddress(out, ip + Ipv6Header.SOURCE, source.high(), source.low());
        Ipv6Header.writeAddress(out, ip + Ipv6Header.DESTINATION, high, low);
    }

    private void writeChecksum(ByteBuffer out, int message, int length, long high, long low) {
        long sum =
                Checksum.pseudoHeader(
                                source.high(), source.low(), high, low, length, Ipv6Header.ICMP_V6)
                        + Checksum.sum(out, message, length);
        Wire.put16(out, message + Ipv6Responder.ICMP_CHECKSUM, Checksum.of(sum));
    }

    @Override
    int requestLength() {
        return Ipv6Header.LENGTH + ICMP_HEADER + size;
    }

    @Override
    void writeRequest(ByteBuffer out, int ip, int sequenceNumber) {
        Ipv6Header.write(out, ip, ICMP_HEADER + size, Ipv6Responder.HOP_LIMIT);
        writeAddresses(out, ip, target.high(), target.low());
        int message = ip + Ipv6Header.LENGTH;
        writeMessage(out, message, Ipv6Responder.ECHO_REQUEST, sequenceNumber);
        writeChecksum(out, message, ICMP_HEADER + size, target.high(), target.low());
    }

    /** Whether an ICMPv6 message to us of at least this length is there, headers skipped. */
    private boolean isMessage(Frame frame, int atLeast) {
        ByteBuffer in = frame.buffer();
        return frame.type() == Frame.TYPE_IPV6
                && header.parse(in, frame.network(), frame.available()) == null
                && header.walkExtensions(in) == null
                && header.isIcmp()
                && header.upperLength() >= atLeast
                && header.destinationHigh() == source.high()
                && header.destinationLow() == source.low();
    }

    @Override
    boolean isAdvertisement(Frame frame) {
        ByteBuffer in = frame.buffer();
        if (!isMessage(frame, TARGET_OPTION) || header.hopLimit() != NeighbourResponder.HOP_LIMIT) {
            return false;
        }
        int message = header.upper();
        int option = message + NeighbourResponder.MESSAGE_LENGTH;
        if (Wire.u16(in, message) != Ipv6Responder.NEIGHBOUR_ADVERTISEMENT
                || Wire.i64(in, message + NeighbourResponder.TARGET) != target.high()
                || Wire.i64(in, message + NeighbourResponder.TARGET + 8) != target.low()
                || Wire.u8(in, option) != NeighbourResponder.TARGET_LINK_ADDRESS
                || !Checksum.isIntact(header.sum(in))) {
            return false;
        }
        advertisedMac = Wire.mac(in, option + 2);
        return !MacAddress.isGroup(advertisedMac);
    }

    @Override
    long advertisedMac() {
        return advertisedMac;
    }

    @Override
    EchoProbe.Reply examineIcmp(Frame frame) {
        ByteBuffer in = frame.buffer();
        if (!isMessage(frame, ICMP_HEADER)) {
            return EchoProbe.Reply.NONE;
        }
        int message = header.upper();
        if (IcmpError.isErrorV6(Wire.u8(in, message))) {
            return examineError(in, message);
        }
        if (Wire.u16(in, message) != Ipv6Responder.ECHO_REPLY
                || Wire.u16(in, message + ID) != id
                || header.sourceHigh() != target.high()
                || header.sourceLow() != target.low()) {
            return EchoProbe.Reply.NONE;
        }
        boolean intact = Checksum.isIntact(header.sum(in));
        return take(in, message, header.upperLength(), header.hopLimit(), intact);
    }

    /** An error cites the packet that it is about from its IP header on. */
    private EchoProbe.Reply examineError(ByteBuffer in, int message) {
        int cited = message + ICMP_HEADER;
        int request = cited + Ipv6Header.LENGTH;
        if (header.upperLength() < request + ICMP_HEADER - message
                || Wire.u8(in, cited + Ipv6Header.NEXT_HEADER) != Ipv6Header.ICMP_V6
                || Wire.i64(in, cited + Ipv6Header.SOURCE) != source.high()
                || Wire.i64(in, cited + Ipv6Header.SOURCE + 8) != source.low()
                || Wire.i64(in, cited + Ipv6Header.DESTINATION) != target.high()
                || Wire.i64(in, cited + Ipv6Header.DESTINATION + 8) != target.low()
                || Wire.u16(in, request) != Ipv6Responder.ECHO_REQUEST
                || Wire.u16(in, request + ID) != id
                || !Checksum.isIntact(header.sum(in))) {
            return EchoProbe.Reply.NONE;
        }
        int value = Wire.i32(in, message + ID);
        String text = IcmpError.v6(Wire.u8(in, message), Wire.u8(in, message + 1), value);
        IpAddress from = IpAddress.v6(header.sourceHigh(), header.sourceLow());
        return fail(in, request, from, text);
    }

    @Override
    String noNeighbour() {
        return "Destination unreachable: Address unreachable";
    }
}
