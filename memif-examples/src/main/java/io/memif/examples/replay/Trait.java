package io.memif.examples.replay;

import io.memif.examples.pcap.CapturedPacket;
import io.memif.examples.pcap.LinkType;
import java.nio.ByteBuffer;

/** What is out of the ordinary with a packet of a file. The first two are not sent. */
enum Trait {
    /** It has no bytes: memif cannot carry it. */
    EMPTY("empty", "of length 0"),
    /** The peer's ring cannot hold it. */
    TOO_LONG("tooLong", "too long for the ring"),
    /** The file has only its start, which is sent. */
    CUT("cut", "cut by a snap length"),
    /** The file has more bytes than the packet had; only the packet is sent. */
    OVERLONG("overlong", "with bytes beyond their end, left out"),
    /** It is longer than a buffer of the ring, and goes out as a chain of them. */
    CHAINED("chained", "longer than a buffer"),
    /** A sender that leaves segmentation to its hardware writes 0. Sent as it is. */
    NO_IP_LENGTH("noIpLength", "with IP length 0"),
    /** One or more tags. Sent as it is. */
    VLAN("vlan", "with VLAN tags"),
    /** Its time lies before that of one before it. Sent at once, if times count. */
    BACKWARDS("backwards", "with a time that runs backwards"),
    /** The file does not tell its time. Sent at once, if times count. */
    UNTIMED("untimed", "without a time");

    private static final int MAC_ADDRESSES = 12;
    private static final int V4_LENGTH = 2;
    private static final int V6_LENGTH = 4;
    private static final int V6_HEADER = 40;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final String key;
    private final String text;

    Trait(String key, String text) {
        this.key = key;
        this.text = text;
    }

    /** Its name for machines. */
    String key() {
        return key;
    }

    /** What is printed after a number of packets. */
    String text() {
        return text;
    }

    /** Bytes of a packet that are sent. */
    static int lengthToSend(CapturedPacket packet) {
        return (int) Math.min(packet.length(), packet.originalLength());
    }

    /** Looks at the headers of a packet and counts what it finds. */
    static void examine(CapturedPacket packet, ReplayReport report) {
        int length = lengthToSend(packet);
        if (packet.length() < packet.originalLength()) {
            report.count(CUT);
        } else if (packet.length() > packet.originalLength()) {
            report.count(OVERLONG);
        }
        ByteBuffer bytes = packet.bytes();
        int ip = 0;
        if (LinkType.of(packet.linkType()) == LinkType.ETHERNET) {
            ip = MAC_ADDRESSES;
            while (ip + 2 <= length && isTag(bytes.getShort(ip) & 0xffff)) {
                ip += 4;
            }
            if (ip > MAC_ADDRESSES) {
                report.count(VLAN);
            }
            int type = ip + 2 <= length ? bytes.getShort(ip) & 0xffff : 0;
            if (type != 0x0800 && type != 0x86dd) {
                return;
            }
            ip += 2;
        }
        if (ip + V6_HEADER <= length && hasNoLength(bytes, ip)) {
            report.count(NO_IP_LENGTH);
        }
    }

    private static boolean hasNoLength(ByteBuffer bytes, int ip) {
        if ((bytes.get(ip) & 0xf0) == 0x40) {
            return bytes.getShort(ip + V4_LENGTH) == 0;
        }
        // An IPv6 packet may end with its header; one with TCP or UDP does not.
        int next = bytes.get(ip + 6) & 0xff;
        return bytes.getShort(ip + V6_LENGTH) == 0 && (next == TCP || next == UDP);
    }

    /** 802.1Q, 802.1ad, and the number that stood for stacked tags before it. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }
}
