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
        bytes.putInt(FROM).putInt(TO);
        bytes.putShort(ip + 10, (short) ~onesComplementSum(bytes, ip));
        bytes.putShort((short) DISCARD_PORT).putShort((short) DISCARD_PORT);
        bytes.putShort((short) (ipLength - IP)).putShort((short) 0);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) i);
        }
        byte[] packet = new byte[length];
        bytes.get(0, packet);
        return packet;
    }

    private static int onesComplementSum(ByteBuffer bytes, int ip) {
        int sum = 0;
        for (int i = ip; i < ip + IP; i += Short.BYTES) {
            sum += bytes.getShort(i) & 0xffff;
        }
        return (sum & 0xffff) + (sum >>> 16);
    }
}
