package io.memif.examples.icmp;

import static io.memif.examples.icmp.Bytes.hex;
import static io.memif.examples.icmp.Bytes.join;
import static io.memif.examples.icmp.Bytes.slice;
import static io.memif.examples.icmp.Bytes.u16;

import java.util.List;

/** Hand-made packets, built without help from the tested code. */
final class Packets {
    static final byte[] OUR_MAC = hex("02fe00000001");
    static final byte[] PEER_MAC = hex("02aabbccddee");
    static final byte[] BROADCAST_MAC = hex("ffffffffffff");

    static final byte[] OUR_IP = hex("c0a80102");
    static final byte[] OUR_SECOND_IP = hex("0a000001");
    static final byte[] PEER_IP = hex("c0a80101");
    static final byte[] NO_IP = hex("00000000");

    static final byte[] OUR_V6 = hex("fd00 0000 0000 0000 0000 0000 0012 3456");
    static final byte[] PEER_V6 = hex("fe80 0000 0000 0000 0000 0000 0000 0099");
    static final byte[] NO_V6 = new byte[16];
    static final byte[] SOLICITED_NODE = hex("ff02 0000 0000 0000 0000 0001 ff12 3456");
    static final byte[] SOLICITED_MAC = hex("3333ff123456");
    static final byte[] ALL_NODES = hex("ff02 0000 0000 0000 0000 0000 0000 0001");

    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;
    static final int IPV6 = 0x86dd;

    static final OwnAddresses OWN =
            new OwnAddresses(
                    List.of(
                            IpPrefix.parse("192.168.1.2/24"),
                            IpPrefix.parse("10.0.0.1/31"),
                            IpPrefix.parse("fd00::12:3456/64")));

    private Packets() {}

    static byte[] ethernet(byte[] destination, byte[] source, int type, byte[] payload) {
        return join(destination, source, u16(type), payload);
    }

    static byte[] toUs(int type, byte[] payload) {
        return ethernet(OUR_MAC, PEER_MAC, type, payload);
    }

    /** Puts tags, each of type and control word, after the addresses. */
    static byte[] tagged(byte[] frame, int... tags) {
        return join(slice(frame, 0, 12), u16(tags), slice(frame, 12, frame.length));
    }

    static byte[] arp(int operation, byte[] senderIp, byte[] targetIp) {
        return join(u16(1, 0x0800, 0x0604, operation), PEER_MAC, senderIp, new byte[6], targetIp);
    }

    static byte[] icmp(int type, int code, int id, int sequence, byte[] payload) {
        return icmpOf(join(u16(type * 256 + code, 0, id, sequence), payload));
    }

    /** Sets the checksum of an ICMPv4 message. */
    static byte[] icmpOf(byte[] message) {
        byte[] bare = Bytes.with(message, 2, 0, 0);
        int sum = Bytes.checksum(bare);
        return Bytes.with(bare, 2, sum >> 8, sum);
    }

    static byte[] echo(byte[] payload) {
        return icmp(8, 0, 0x1234, 7, payload);
    }

    static byte[] ipv4(byte[] source, byte[] destination, int protocol, byte[] payload) {
        return ipv4(source, destination, 0x4000, 55, protocol, new byte[0], payload);
    }

    static byte[] ipv4(
            byte[] source,
            byte[] destination,
            int fragment,
            int ttl,
            int protocol,
            byte[] options,
            byte[] payload) {
        int headerLength = 20 + options.length;
        byte[] header =
                join(
                        u16((0x40 + headerLength / 4) * 256 + 0x1c),
                        u16(headerLength + payload.length, 0xbeef, fragment),
                        u16(ttl * 256 + protocol, 0),
                        source,
                        destination,
                        options);
        return join(ipv4Header(header), payload);
    }

    /** Sets the checksum of an IPv4 header. */
    static byte[] ipv4Header(byte[] header) {
        byte[] bare = Bytes.with(header, 10, 0, 0);
        int sum = Bytes.checksum(bare);
        return Bytes.with(bare, 10, sum >> 8, sum);
    }

    static byte[] echoToUs(byte[] payload) {
        return ipv4(PEER_IP, OUR_IP, 1, echo(payload));
    }

    static byte[] ipv6(byte[] source, byte[] destination, int next, int hopLimit, byte[] payload) {
        byte[] start = hex("6a012345");
        return join(
                start, u16(payload.length, next * 256 + hopLimit), source, destination, payload);
    }

    static int checksumV6(byte[] source, byte[] destination, byte[] message) {
        byte[] pseudo = join(source, destination, u16(0, message.length, 0, 58));
        return Bytes.checksum(join(pseudo, message));
    }

    static byte[] icmpV6(byte[] source, byte[] destination, byte[] message) {
        byte[] bare = Bytes.with(message, 2, 0, 0);
        int sum = checksumV6(source, destination, bare);
        return Bytes.with(bare, 2, sum >> 8, sum);
    }

    static byte[] echoV6(byte[] source, byte[] destination, byte[] payload) {
        byte[] message = join(u16(128 * 256, 0, 0x4321, 9), payload);
        return ipv6(source, destination, 58, 61, icmpV6(source, destination, message));
    }

    static byte[] echoV6ToUs(byte[] payload) {
        return echoV6(PEER_V6, OUR_V6, payload);
    }

    static byte[] solicitationMessage(byte[] target, byte[] options) {
        return join(u16(135 * 256, 0, 0, 0), target, options);
    }

    static byte[] solicitation(
            byte[] source, byte[] destination, int hopLimit, byte[] target, byte[] options) {
        byte[] message = icmpV6(source, destination, solicitationMessage(target, options));
        return ipv6(source, destination, 58, hopLimit, message);
    }

    static byte[] sourceOption() {
        return join(hex("0101"), PEER_MAC);
    }

    static byte[] usualSolicitation() {
        byte[] ip = solicitation(PEER_V6, SOLICITED_NODE, 255, OUR_V6, sourceOption());
        return ethernet(SOLICITED_MAC, PEER_MAC, IPV6, ip);
    }

    static byte[] duplicateProbe() {
        byte[] ip = solicitation(NO_V6, SOLICITED_NODE, 255, OUR_V6, new byte[0]);
        return ethernet(SOLICITED_MAC, PEER_MAC, IPV6, ip);
    }

    static byte[] usualArp() {
        return ethernet(BROADCAST_MAC, PEER_MAC, ARP, arp(1, PEER_IP, OUR_IP));
    }
}
