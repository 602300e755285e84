package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.at16;
import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.slice;

import java.util.Arrays;
import java.util.Set;

/**
 * Says a second time, written from the rules and not from the tested code, which packets deserve an
 * answer. IPv6 extension headers count as undeserving: the mutations below hardly make valid ones.
 */
final class Oracle {
    private static final Set<Integer> TAGS = Set.of(0x8100, 0x88a8, 0x9100);

    private Oracle() {}

    static boolean deservesAnswer(byte[] frame) {
        if (frame.length < 14 || (frame[6] & 1) == 1) {
            return false;
        }
        boolean group = (frame[0] & 1) == 1;
        boolean ours = Arrays.equals(slice(frame, 0, 6), Packets.OUR_MAC);
        boolean fromUs = Arrays.equals(slice(frame, 6, 12), Packets.OUR_MAC);
        if (!group && !ours || fromUs) {
            return false;
        }
        int at = 12;
        for (int tags = 0; tags < 2 && TAGS.contains(at16(frame, at)); tags++) {
            at += 4;
            if (frame.length < at + 2) {
                return false;
            }
        }
        byte[] rest = slice(frame, at + 2, frame.length);
        return switch (at16(frame, at)) {
            case Packets.ARP -> arp(rest);
            case Packets.IPV4 -> ours && ipv4(rest);
            case Packets.IPV6 -> echoV6(rest) && ours || solicitation(rest);
            default -> false;
        };
    }

    private static boolean arp(byte[] arp) {
        if (arp.length < 28 || !Arrays.equals(slice(arp, 0, 8), hex("0001 0800 0604 0001"))) {
            return false;
        }
        byte[] sender = slice(arp, 14, 18);
        boolean fine = Arrays.equals(sender, Packets.NO_IP) || usable(sender);
        return fine && (arp[8] & 1) == 0 && oursV4(slice(arp, 24, 28));
    }

    private static boolean oursV4(byte[] address) {
        return Arrays.equals(address, Packets.OUR_IP)
                || Arrays.equals(address, Packets.OUR_SECOND_IP);
    }

    private static boolean usable(byte[] source) {
        int first = source[0] & 0xff;
        boolean ourSubnet = Arrays.equals(slice(source, 0, 3), hex("c0a801"));
        boolean edge = source[3] == 0 || source[3] == -1;
        return first != 0 && first != 127 && first < 224 && !oursV4(source) && !(ourSubnet && edge);
    }

    private static boolean ipv4(byte[] ip) {
        if (ip.length < 20 || (ip[0] & 0xf0) != 0x40) {
            return false;
        }
        int header = (ip[0] & 15) * 4;
        int total = at16(ip, 2);
        if (header < 20 || total < header + 8 || total > ip.length) {
            return false;
        }
        boolean whole = (ip[6] & 0x3f) == 0 && ip[7] == 0;
        byte[] icmp = slice(ip, header, total);
        return whole
                && ip[9] == 1
                && Bytes.checksum(slice(ip, 0, header)) == 0
                && oursV4(slice(ip, 16, 20))
                && usable(slice(ip, 12, 16))
                && harmless(slice(ip, 20, header))
                && icmp[0] == 8
                && icmp[1] == 0
                && Bytes.checksum(icmp) == 0;
    }

    private static boolean harmless(byte[] options) {
        if (options.length == 0 || options[0] == 0) {
            return true;
        }
        int kind = options[0] & 0xff;
        if (kind == 1) {
            return harmless(slice(options, 1, options.length));
        }
        if (kind == 131 || kind == 137 || options.length < 2) {
            return false;
        }
        int size = options[1] & 0xff;
        return size >= 2
                && size <= options.length
                && harmless(slice(options, size, options.length));
    }

    private static byte[] icmpV6(byte[] ip) {
        if (ip.length < 40 || (ip[0] & 0xf0) != 0x60 || ip[6] != 58) {
            return null;
        }
        int length = at16(ip, 4);
        if (length < 8 || length > ip.length - 40) {
            return null;
        }
        byte[] message = slice(ip, 40, 40 + length);
        int sum = Packets.checksumV6(slice(ip, 8, 24), slice(ip, 24, 40), message);
        return sum == 0 ? message : null;
    }

    private static boolean usableV6(byte[] source) {
        boolean loopback = Arrays.equals(source, Bytes.with(Packets.NO_V6, 15, 1));
        return !loopback
                && !Arrays.equals(source, Packets.NO_V6)
                && !Arrays.equals(source, Packets.OUR_V6)
                && source[0] != -1;
    }

    private static boolean echoV6(byte[] ip) {
        byte[] message = icmpV6(ip);
        return message != null
                && at16(message, 0) == 0x8000
                && Arrays.equals(slice(ip, 24, 40), Packets.OUR_V6)
                && usableV6(slice(ip, 8, 24));
    }

    private static boolean solicitation(byte[] ip) {
        byte[] message = icmpV6(ip);
        if (message == null
                || message.length < 24
                || at16(message, 0) != 0x8700
                || ip[7] != -1
                || !Arrays.equals(slice(message, 8, 24), Packets.OUR_V6)) {
            return false;
        }
        byte[] destination = slice(ip, 24, 40);
        boolean solicitedNode = Arrays.equals(destination, Packets.SOLICITED_NODE);
        if (!solicitedNode && !Arrays.equals(destination, Packets.OUR_V6)) {
            return false;
        }
        boolean sourceOption = false;
        for (int at = 24; at < message.length; ) {
            int size = message.length - at < 8 ? 0 : (message[at + 1] & 0xff) * 8;
            if (size == 0 || at + size > message.length) {
                return false;
            }
            if (message[at] == 1) {
                sourceOption = true;
                if (size != 8 || (message[at + 2] & 1) == 1) {
                    return false;
                }
            }
            at += size;
        }
        byte[] source = slice(ip, 8, 24);
        boolean probe = Arrays.equals(source, Packets.NO_V6);
        return probe ? solicitedNode && !sourceOption : usableV6(source);
    }
}
