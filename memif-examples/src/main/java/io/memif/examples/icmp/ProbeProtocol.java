package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** What the IP versions do differently for an {@link EchoProbe}. One thread at a time. */
abstract class ProbeProtocol {
    static final int ICMP_HEADER = 8;
    static final int ID = 4;
    static final int SEQUENCE = 6;

    final int id;
    final int size;
    private int sequence;
    private int ttl;
    private IpAddress errorSource;
    private String errorText;

    ProbeProtocol(int id, int size) {
        this.id = id & 0xffff;
        this.size = size;
    }

    /** Ethernet type of echo packets. */
    abstract int type();

    /** Ethernet type of solicitations. */
    abstract int solicitationType();

    /** Link address that reaches a target which is not resolved yet. */
    abstract long groupMac();

    /** Writes the network layer of a solicitation and returns its length. */
    abstract int writeSolicitation(ByteBuffer out, int offset, long ownMac);

    /** Bytes of an echo request from its IP header on. */
    abstract int requestLength();

    abstract void writeRequest(ByteBuffer out, int offset, int sequenceNumber);

    /** Whether the packet tells the target's link address. */
    abstract boolean isAdvertisement(Frame frame);

    abstract long advertisedMac();

    abstract EchoProbe.Reply examineIcmp(Frame frame);

    abstract String noNeighbour();

    int sequence() {
        return sequence;
    }

    int ttl() {
        return ttl;
    }

    IpAddress errorSource() {
        return errorSource;
    }

    String errorText() {
        return errorText;
    }

    /** Writes an ICMP echo request, its checksum field 0. */
    void writeMessage(ByteBuffer out, int icmp, int typeAndCode, int sequenceNumber) {
        Wire.put16(out, icmp, typeAndCode);
        Wire.put16(out, icmp + 2, 0);
        Wire.put16(out, icmp + ID, id);
        Wire.put16(out, icmp + SEQUENCE, sequenceNumber);
        for (int i = 0; i < size; i++) {
            Wire.put8(out, icmp + ICMP_HEADER + i, payload(sequenceNumber, i));
        }
    }

    /** Differs from request to request, so that no echo can be taken for another's. */
    private static int payload(int sequenceNumber, int index) {
        return sequenceNumber * 31 + index & 0xff;
    }

    /** Takes an error about the echo request that begins there, as far as it is cited. */
    EchoProbe.Reply fail(ByteBuffer in, int request, IpAddress from, String text) {
        sequence = Wire.u16(in, request + SEQUENCE);
        errorSource = from;
        errorText = text;
        return EchoProbe.Reply.ERROR;
    }

    /** Takes an echo reply that has our addresses and identifier. */
    EchoProbe.Reply take(ByteBuffer in, int icmp, int length, int timeToLive, boolean intact) {
        sequence = Wire.u16(in, icmp + SEQUENCE);
        ttl = timeToLive;
        if (!intact) {
            return EchoProbe.Reply.BAD_CHECKSUM;
        }
        boolean same = length == ICMP_HEADER + size;
        for (int i = 0; same && i < size; i++) {
            same = Wire.u8(in, icmp + ICMP_HEADER + i) == payload(sequence, i);
        }
        return same ? EchoProbe.Reply.INTACT : EchoProbe.Reply.CORRUPTED;
    }
}
