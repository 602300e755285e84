package io.memif.examples.live;

import java.nio.ByteBuffer;

/** How long a packet is by its own account. */
final class IpLength {
    private static final int ETHERNET = 14;
    private static final int TYPE_AT = 12;
    private static final int V4 = 0x0800;
    private static final int V6 = 0x86dd;
    private static final int V6_HEADER = 40;
    private static final int V4_HEADER = 20;
    private static final int ARP = 0x0806;
    private static final int ARP_FRAME = 42;
    private static final int ENOUGH = ETHERNET + 6;

    private IpLength() {}

    /**
     * Looks at an Ethernet frame.
     *
     * @param bytes big-endian
     * @param at where it begins
     * @param length bytes there are of it
     * @return bytes that it has at least, 0 if it does not tell
     */
    static int ofFrame(ByteBuffer bytes, int at, int length) {
        if (length < ENOUGH) {
            return 0;
        }
        int ip = at + ETHERNET;
        return switch (bytes.getShort(at + TYPE_AT) & 0xffff) {
            case V4 -> ETHERNET + (bytes.getShort(ip + 2) & 0xffff);
            case V6 -> ETHERNET + V6_HEADER + (bytes.getShort(ip + 4) & 0xffff);
            default -> 0;
        };
    }

    /**
     * Looks at memory that a packet begins at, whose end is not known.
     *
     * @param bytes big-endian
     * @param at where it begins
     * @param length bytes that can be looked at
     * @return bytes of the packet; 0 if it is neither ARP nor IP with a sound header
     */
    static int ofSoundPacket(ByteBuffer bytes, int at, int length) {
        int bare = ofSoundV4(bytes, at, length);
        if (bare > 0 || length < ETHERNET + V6_HEADER) {
            return bare;
        }
        switch (bytes.getShort(at + TYPE_AT) & 0xffff) {
            case ARP -> {
                return ARP_FRAME;
            }
            case V4 -> {
                int ip = ofSoundV4(bytes, at + ETHERNET, length - ETHERNET);
                return ip > 0 ? ETHERNET + ip : 0;
            }
            case V6 -> {
                return bytes.get(at + ETHERNET) >>> 4 == 6 ? ofFrame(bytes, at, length) : 0;
            }
            default -> {
                return 0;
            }
        }
    }

    private static int ofSoundV4(ByteBuffer bytes, int at, int length) {
        int header = length > 0 ? (bytes.get(at) & 0xf) * Integer.BYTES : 0;
        if (header < V4_HEADER
                || bytes.get(at) >>> 4 != 4
                || length < header
                || (bytes.getShort(at + 2) & 0xffff) < header) {
            return 0;
        }
        int sum = 0;
        for (int i = 0; i < header; i += Short.BYTES) {
            sum += bytes.getShort(at + i) & 0xffff;
        }
        boolean sound = (sum & 0xffff) + (sum >>> Short.SIZE) == 0xffff;
        return sound ? bytes.getShort(at + 2) & 0xffff : 0;
    }
}
