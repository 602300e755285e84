package io.memif.examples.icmp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** Byte arrays for hand-made packets, and a checksum that shares nothing with the tested one. */
final class Bytes {
    private Bytes() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("[^0-9a-fA-F]", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] u16(int... values) {
        byte[] bytes = new byte[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = (byte) (values[i] >> 8);
            bytes[2 * i + 1] = (byte) values[i];
        }
        return bytes;
    }

    /** Bytes that differ from their neighbours, so that a shifted copy shows. */
    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >> 8));
        }
        return bytes;
    }

    static byte[] with(byte[] packet, int index, int... values) {
        byte[] changed = packet.clone();
        for (int i = 0; i < values.length; i++) {
            changed[index + i] = (byte) values[i];
        }
        return changed;
    }

    static byte[] slice(byte[] packet, int from, int to) {
        return Arrays.copyOfRange(packet, from, to);
    }

    static int at16(byte[] packet, int index) {
        return (packet[index] & 0xff) * 256 + (packet[index + 1] & 0xff);
    }

    /** The Internet checksum, one 16-bit word at a time with the carry added at once. */
    static int checksum(byte[] data) {
        int sum = 0;
        for (int i = 0; i < data.length; i += 2) {
            int low = i + 1 < data.length ? data[i + 1] & 0xff : 0;
            sum += (data[i] & 0xff) * 256 + low;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return 0xffff - sum;
    }
}
