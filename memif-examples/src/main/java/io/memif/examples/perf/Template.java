package io.memif.examples.perf;

import io.memif.Mode;
import java.nio.ByteBuffer;

/**
 * The packet a source sends: UDP to the discard port between two addresses meant for benchmarks.
 */
final class Template {
    private static final int ETHERNET = 14;
    private static final int IP = 20;
    private static final int UDP = 8;
    private static final int DISCARD_PORT = 9;
    private static final long MACS_FROM = 0x0200_0000_0001L;
    private static final long MACS_TO = 0x0200_0000_0002L;
    private static final int FROM = 0xc612_0001;
    private static final int TO = 0xc612_0002;
    private static final int FLOWS_TO = 0xc613_0001;
    private static final int FIRST_PORT = 1024;

    /** Flows go from 198.18.0.1 and up to 198.19.0.1 and up. */
    static final int MOST_FLOWS = 1 << 12;

    private Template() {}

    /** Bytes of all headers. */
    static int header(Mode mode) {
        return (mode == Mode.ETHERNET ? ETHERNET : 0) + IP + UDP;
    }

    /**
     * Makes the packet.
     *
     * @param mode whether it starts with an Ethernet header
     * @param length bytes, 1 or more; headers that do not fit are cut
     * @return its bytes
     */
    static byte[] packet(Mode mode, int length) {
        return packet(mode, length, FROM, TO, DISCARD_PORT);
    }

    /**
     * Makes the packet of one of many flows, which differ in addresses and port.
     *
     * @param mode whether it starts with an Ethernet header
     * @param length bytes, 1 or more; headers that do not fit are cut
     * @param flow 0 to {@link #MOST_FLOWS} - 1
     * @return its bytes
     */
    static byte[] packet(Mode mode, int length, int flow) {
        return packet(mode, length, FROM + flow, FLOWS_TO + flow, FIRST_PORT + flow);
    }

    private static byte[] packet(Mode mode, int length, int from, int to, int port) {
        int header = header(mode);
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(length, header));
        if (mode == Mode.ETHERNET) {
            bytes.putShort((short) (MACS_TO >>> 32)).putInt((int) MACS_TO);
            bytes.putShort((short) (MACS_FROM >>> 32)).putInt((int) MACS_FROM);
            bytes.putShort((short) 0x0800);
        }
        int ip = bytes.position();
        int ipLength = bytes.capacity() - ip;
        bytes.putShort((short) 0x4500).putShort((short) ipLength);
        bytes.putInt(0);
        bytes.putShort((short) 0x4011).putShort((short) 0);
        bytes.putInt(from).putInt(to);
        bytes.putShort(ip + 10, (short) ~onesComplementSum(bytes, ip));
        bytes.putShort((short) port).putShort((short) DISCARD_PORT);
        bytes.putShort((short) (ipLength - IP)).putShort((short) 0);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) i);
        }
        byte[] packet = new byte[length];
        bytes.get(0, packet);
        return packet;
    }

    /** How many bytes a received packet was sent with, by its IP header. */
    static int length(ByteBuffer buffer, int offset, int header) {
        int ip = header - IP - UDP;
        return ip + (buffer.getShort(offset + ip + 2) & 0xffff);
    }

    private static int onesComplementSum(ByteBuffer bytes, int ip) {
        int sum = 0;
        for (int i = ip; i < ip + IP; i += Short.BYTES) {
            sum += bytes.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }
}
