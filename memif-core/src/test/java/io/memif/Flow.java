package io.memif;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/** Builds packets of one flow, field by field. */
record Flow(boolean v6, byte[] from, byte[] to, int protocol, int fromPort, int toPort) {
    static Flow random(Random random, boolean v6, int protocol) {
        byte[] from = new byte[v6 ? 16 : 4];
        byte[] to = new byte[v6 ? 16 : 4];
        random.nextBytes(from);
        random.nextBytes(to);
        return new Flow(v6, from, to, protocol, random.nextInt(65536), random.nextInt(65536));
    }

    Flow back() {
        return new Flow(v6, to, from, protocol, toPort, fromPort);
    }

    /** Ports and some payload. */
    byte[] transport(int seed) {
        byte[] bytes = new byte[24];
        new Random(seed).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putShort((short) fromPort).putShort((short) toPort);
        return bytes;
    }

    byte[] ip(int seed) {
        return v6 ? v6Packet(new byte[0], protocol, transport(seed)) : v4Packet(0, 5, seed);
    }

    /** With words of header and the 16 bits of flags and fragment offset. */
    byte[] v4Packet(int fragment, int words, int seed) {
        byte[] payload = (fragment & 0x1fff) == 0 ? transport(seed) : new byte[24];
        ByteBuffer packet = ByteBuffer.allocate(words * 4 + payload.length);
        packet.put((byte) (0x40 | words)).put((byte) seed).putShort((short) packet.capacity());
        packet.putShort((short) seed).putShort((short) fragment);
        packet.put((byte) (64 - (seed & 7))).put((byte) protocol).putShort((short) (seed * 77));
        packet.put(from).put(to);
        packet.position(words * 4);
        return packet.put(payload).array();
    }

    /** With extension headers already built, whose first is {@code next}. */
    byte[] v6Packet(byte[] extensions, int next, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(40 + extensions.length + payload.length);
        packet.putInt(0x60000000 | payload.length * 31);
        packet.putShort((short) (extensions.length + payload.length));
        packet.put((byte) next).put((byte) 60).put(from).put(to);
        return packet.put(extensions).put(payload).array();
    }

    static byte[] frame(int seed, int type, byte[] payload, int... tags) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] macs = new byte[12];
        new Random(seed).nextBytes(macs);
        out.writeBytes(macs);
        for (int i = 0; i < tags.length; i++) {
            writeShort(out, tags[i]);
            writeShort(out, seed * 3 + i);
        }
        writeShort(out, type);
        out.writeBytes(payload);
        return out.toByteArray();
    }

    byte[] frame(int seed, int... tags) {
        return frame(seed, v6 ? 0x86dd : 0x0800, ip(seed), tags);
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
