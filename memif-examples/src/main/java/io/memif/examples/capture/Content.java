package io.memif.examples.capture;

import io.memif.examples.pcap.LinkType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** What a packet is, as far as its first bytes say. */
final class Content {
    private static final int ETHERNET = 14;
    private static final int MAC = 6;
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;

    private Content() {}

    /**
     * A packet of a link in mode ip begins with a version and says how long it is; no Ethernet
     * address looks like that by chance.
     */
    static LinkType of(ByteBuffer data, int length) {
        ByteBuffer bytes = data.slice().order(ByteOrder.BIG_ENDIAN);
        if (bytes.remaining() < V4_HEADER) {
            return LinkType.ETHERNET;
        }
        int version = bytes.get(0) >>> 4 & 0xf;
        boolean isV4 =
                version == 4
                        && (bytes.get(0) & 0xf) >= V4_HEADER / Integer.BYTES
                        && (bytes.getShort(2) & 0xffff) == length;
        boolean isV6 = version == 6 && (bytes.getShort(4) & 0xffff) + V6_HEADER == length;
        return isV4 || isV6 ? LinkType.RAW : LinkType.ETHERNET;
    }

    /** Addresses and type of an Ethernet frame, the version of an IP packet. */
    static String describe(ByteBuffer data, int length) {
        ByteBuffer bytes = data.slice().order(ByteOrder.BIG_ENDIAN);
        if (of(data, length) == LinkType.RAW) {
            return "IPv" + (bytes.get(0) >>> 4 & 0xf);
        }
        if (bytes.remaining() < ETHERNET) {
            return "short";
        }
        return String.format(
                Locale.ROOT,
                "%s > %s, type 0x%04x",
                mac(bytes, MAC),
                mac(bytes, 0),
                bytes.getShort(2 * MAC) & 0xffff);
    }

    private static String mac(ByteBuffer bytes, int at) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < MAC; i++) {
            text.append(i > 0 ? ":" : "");
            text.append(String.format(Locale.ROOT, "%02x", bytes.get(at + i) & 0xff));
        }
        return text.toString();
    }
}
