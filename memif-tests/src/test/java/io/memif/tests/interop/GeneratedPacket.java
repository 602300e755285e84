package io.memif.tests.interop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/** Checks the packets that testpmd makes in its txonly mode. */
final class GeneratedPacket {
    private static final int ETHERNET = 14;
    private static final int V4 = 20;
    private static final int HEADERS = ETHERNET + V4 + 8;
    private static final int SOURCE = 0xc6120001;
    private static final int TARGET = 0xc6120002;
    private static final int DISCARD_PORT = 9;

    private GeneratedPacket() {}

    /**
     * Checks headers, lengths and checksum, and what follows them: each segment is a buffer that
     * testpmd made all zero and may have used for headers before.
     *
     * @param segments their lengths in bytes
     * @throws AssertionError if it is another packet
     */
    static void check(ByteBuffer buffer, int offset, int length, int[] segments) {
        ByteBuffer packet = buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
        int wanted = IntStream.of(segments).sum();
        equal("length", wanted, length);
        equal("type", 0x0800, packet.getShort(offset + 12));
        int ip = offset + ETHERNET;
        equal("version", 0x45, packet.get(ip));
        equal("IP length", wanted - ETHERNET, packet.getShort(ip + 2) & 0xffff);
        equal("protocol", 17, packet.get(ip + 9));
        equal("source", SOURCE, packet.getInt(ip + 12));
        equal("target", TARGET, packet.getInt(ip + 16));
        equal("checksum", 0xffff, sum(packet, ip));
        int udp = ip + V4;
        equal("source port", DISCARD_PORT, packet.getShort(udp));
        equal("target port", DISCARD_PORT, packet.getShort(udp + 2));
        equal("UDP length", wanted - ETHERNET - V4, packet.getShort(udp + 4) & 0xffff);
        int start = offset;
        for (int segment : segments) {
            boolean used = packet.get(start) != 0;
            for (int i = used ? HEADERS : 0; i < segment; i++) {
                if (packet.get(start + i) != 0) {
                    equal("byte " + (start + i - offset), 0, packet.get(start + i));
                }
            }
            for (int i = 0; used && i < HEADERS; i++) {
                equal("header byte " + i, packet.get(offset + i), packet.get(start + i));
            }
            start += segment;
        }
    }

    private static int sum(ByteBuffer packet, int ip) {
        int sum = 0;
        for (int i = 0; i < V4; i += 2) {
            sum += packet.getShort(ip + i) & 0xffff;
        }
        return (sum & 0xffff) + (sum >>> 16);
    }

    private static void equal(String what, int wanted, int found) {
        if (wanted != found) {
            throw new AssertionError(what + " is " + found + " instead of " + wanted);
        }
    }
}
