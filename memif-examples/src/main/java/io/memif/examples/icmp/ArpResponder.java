package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/** Answers ARP requests for own addresses (RFC 826, probes of RFC 5227). One thread at a time. */
final class ArpResponder {
    static final int LENGTH = 28;
    static final int REQUEST = 1;
    static final int REPLY = 2;
    static final int HARDWARE_ETHERNET = 1;

    static final int OPERATION = 6;
    static final int SENDER_MAC = 8;
    static final int SENDER_IP = 14;
    static final int TARGET_MAC = 18;
    static final int TARGET_IP = 24;

    /** Hardware and protocol address lengths, as they stand in one 16-bit word. */
    static final int ADDRESS_LENGTHS = 0x0604;

    private final OwnAddresses own;

    private Frame frame;
    private long senderMac;
    private int senderIp;
    private int targetIp;

    ArpResponder(OwnAddresses own) {
        this.own = own;
    }

    Outcome examine(Frame received) {
        frame = received;
        ByteBuffer in = received.buffer();
        int arp = received.network();
        if (received.available() < LENGTH) {
            return Outcome.TRUNCATED;
        }
        if (Wire.u16(in, arp) != HARDWARE_ETHERNET
                || Wire.u16(in, arp + 2) != Frame.TYPE_IPV4
                || Wire.u16(in, arp + 4) != ADDRESS_LENGTHS) {
            return Outcome.MALFORMED;
        }
        if (Wire.u16(in, arp + OPERATION) != REQUEST) {
            return Outcome.OTHER_MESSAGE;
        }
        senderMac = Wire.mac(in, arp + SENDER_MAC);
        senderIp = Wire.i32(in, arp + SENDER_IP);
        targetIp = Wire.i32(in, arp + TARGET_IP);
        if (!own.ownsV4(targetIp)) {
            return Outcome.NOT_FOR_US;
        }
        boolean probe = senderIp == 0;
        boolean usable = IpAddress.isUnicastV4(senderIp) && !own.isBroadcastV4(senderIp);
        if (!probe && (!usable || own.ownsV4(senderIp)) || MacAddress.isGroup(senderMac)) {
            return Outcome.BAD_SOURCE;
        }
        return Outcome.ARP_REPLY;
    }

    void write(ByteBuffer out, int offset) {
        int arp = frame.writeLink(out, offset, senderMac);
        Wire.put16(out, arp, HARDWARE_ETHERNET);
        Wire.put16(out, arp + 2, Frame.TYPE_IPV4);
        Wire.put16(out, arp + 4, ADDRESS_LENGTHS);
        Wire.put16(out, arp + OPERATION, REPLY);
        Wire.putMac(out, arp + SENDER_MAC, frame.ownMac());
        Wire.put32(out, arp + SENDER_IP, targetIp);
        Wire.putMac(out, arp + TARGET_MAC, senderMac);
        Wire.put32(out, arp + TARGET_IP, senderIp);
    }
}
