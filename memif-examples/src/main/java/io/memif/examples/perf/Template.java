package io.memif.examples.perf;

import io.memif.Mode;
import io.memif.examples.icmp.Checksum;
import java.nio.ByteBuffer;

/** The packet a source sends: UDP to the discard port, over IPv4 or IPv6. Stateless. */
final class Template {
    static final int UDP = 8;
    static final int UDP_CHECKSUM = 6;
    static final int PROTOCOL_UDP = 17;

    private static final int ETHERNET = 14;
    private static final int V4 = 20;
    private static final int V6 = 40;
    private static final int TOTAL_LENGTH = 2;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int HEADER_CHECKSUM = 10;
    private static final int DISCARD_PORT = 9;

    private Template() {}

    /** Bytes of all headers with IPv4. */
    static int header(Mode mode) {
        return header(mode, false);
    }

    /** Bytes of all headers. */
    static int header(Mode mode, boolean isV6) {
        return link(mode) + (isV6 ? V6 : V4) + UDP;
    }

    /** Bytes before the IP header. */
    static int link(Mode mode) {
        return mode == Mode.ETHERNET ? ETHERNET : 0;
    }

    /**
     * Makes the packet.
     *
     * @param mode whether it starts with an Ethernet header
     * @param length bytes, 1 or more; headers that do not fit are cut
     * @return its bytes
     */
    static byte[] packet(Mode mode, int length) {
        return packet(mode, length, Flows.ONE, 0);
    }

    /**
     * Makes the packet of one of several flows.
     *
     * @param mode whether it starts with an Ethernet header
     * @param length bytes, 1 or more; headers that do not fit are cut
     * @param flows addresses and port
     * @param flow which of them
     * @return its bytes
     */
    static byte[] packet(Mode mode, int length, Flows flows, int flow) {
        int header = header(mode, flows.isV6());
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(length, header));
        int udpLength = bytes.capacity() - header + UDP;
        if (mode == Mode.ETHERNET) {
            putMac(bytes, flows.targetMac().at(flow));
            putMac(bytes, flows.sourceMac().at(flow));
            bytes.putShort((short) (flows.isV6() ? 0x86dd : 0x0800));
        }
        if (flows.isV6()) {
            putV6(bytes, udpLength, flows, flow);
        } else {
            putV4(bytes, udpLength, flows, flow);
        }
        int udp = bytes.position();
        int port = Flows.port(flows.sourcePort().at(flow));
        bytes.putShort((short) port).putShort((short) DISCARD_PORT);
        bytes.putShort((short) udpLength).putShort((short) 0);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) i);
        }
        if (flows.isV6()) {
            long source = flows.sourceIp().at(flow);
            long target = flows.targetIp().at(flow);
            long sum = pseudoHeader(flows, source, target, udpLength);
            sum += Checksum.sum(bytes, udp, udpLength);
            bytes.putShort(udp + UDP_CHECKSUM, (short) udpChecksum(sum));
        }
        byte[] packet = new byte[length];
        bytes.get(0, packet);
        return packet;
    }

    private static void putMac(ByteBuffer bytes, long mac) {
        bytes.putShort((short) (mac >>> Integer.SIZE)).putInt((int) mac);
    }

    private static void putV4(ByteBuffer bytes, int udpLength, Flows flows, int flow) {
        int ip = bytes.position();
        bytes.putShort((short) 0x4500).putShort((short) (V4 + udpLength)).putInt(0);
        bytes.putShort((short) (0x4000 | PROTOCOL_UDP)).putShort((short) 0);
        bytes.putInt((int) flows.sourceIp().at(flow)).putInt((int) flows.targetIp().at(flow));
        short checksum = (short) Checksum.of(Checksum.sum(bytes, ip, V4));
        bytes.putShort(ip + HEADER_CHECKSUM, checksum);
    }

    private static void putV6(ByteBuffer bytes, int udpLength, Flows flows, int flow) {
        bytes.putInt(6 << 28).putShort((short) udpLength);
        bytes.putShort((short) (PROTOCOL_UDP << 8 | 0x40));
        bytes.putLong(flows.from().ip().high()).putLong(flows.sourceIp().at(flow));
        bytes.putLong(flows.to().ip().high()).putLong(flows.targetIp().at(flow));
    }

    /**
     * The unfolded sum of the header that IPv6 adds to a UDP checksum.
     *
     * @param source lower half of the address
     * @param target lower half of the address
     */
    static long pseudoHeader(Flows flows, long source, long target, int udpLength) {
        return Checksum.pseudoHeader(
                flows.from().ip().high(),
                source,
                flows.to().ip().high(),
                target,
                udpLength,
                PROTOCOL_UDP);
    }

    /** A UDP checksum is never 0, which stands for none. */
    static int udpChecksum(long sum) {
        int checksum = Checksum.of(sum);
        return checksum == 0 ? 0xffff : checksum;
    }

    /** Where the checksum stands that follows from the addresses. */
    static int checksum(int header) {
        return isV6(header) ? header - UDP + UDP_CHECKSUM : header - UDP - V4 + HEADER_CHECKSUM;
    }

    /** Where source and destination stand: what of them may vary from flow to flow. */
    static int source(int header) {
        return isV6(header) ? header - UDP - 3 * Long.BYTES : header - UDP - 2 * Integer.BYTES;
    }

    static int target(int header) {
        return isV6(header) ? header - UDP - Long.BYTES : header - UDP - Integer.BYTES;
    }

    /** The shortest headers with IPv6 are longer than the longest with IPv4. */
    private static boolean isV6(int header) {
        return header > ETHERNET + V4 + UDP;
    }

    /** How many bytes a received packet was sent with, by its IP header. */
    static int length(ByteBuffer buffer, int offset, int header) {
        if (isV6(header)) {
            int ip = header - UDP - V6;
            return ip + V6 + (buffer.getShort(offset + ip + PAYLOAD_LENGTH) & 0xffff);
        }
        int ip = header - UDP - V4;
        return ip + (buffer.getShort(offset + ip + TOTAL_LENGTH) & 0xffff);
    }
}
