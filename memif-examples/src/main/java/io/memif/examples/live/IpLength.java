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
     * @param frame big-endian, its bytes up to the position
     * @return bytes that it has at least, 0 if it does not tell
     */
    static int ofFrame(ByteBuffer frame) {
        if (frame.position() < ENOUGH) {
            return 0;
        }
        return switch (frame.getShort(TYPE_AT) & 0xffff) {
            case V4 -> ETHERNET + (frame.getShort(ETHERNET + 2) & 0xffff);
            case V6 -> ETHERNET + V6_HEADER + (frame.getShort(ETHERNET + 4) & 0xffff);
            default -> 0;
        };
    }

    /**
     * Looks at memory that a packet begins at, whose end is not known.
     *
     * @param memory big-endian, up to the position
     * @return bytes of the packet; 0 if it is neither ARP nor IP with a sound header
     */
    static int ofSoundPacket(ByteBuffer memory) {
        int bare = ofSoundV4(memory, 0);
        if (bare > 0 || memory.position() < ETHERNET + V6_HEADER) {
            return bare;
        }
        switch (memory.getShort(TYPE_AT) & 0xffff) {
            case ARP -> {
                return ARP_FRAME;
            }
            case V4 -> {
                int length = ofSoundV4(memory, ETHERNET);
                return length > 0 ? ETHERNET + length : 0;
            }
            case V6 -> {
                return memory.get(ETHERNET) >>> 4 == 6 ? ofFrame(memory) : 0;
            }
            default -> {
                return 0;
            }
        }
    }

    private static int ofSoundV4(ByteBuffer memory, int at) {
        int header = memory.position() > at ? (memory.get(at) & 0xf) * Integer.BYTES : 0;
        if (header < V4_HEADER
                || memory.get(at) >>> 4 != 4
                || memory.position() < at + header
                || (memory.getShort(at + 2) & 0xffff) < header) {
            return 0;
        }
        int sum = 0;
        for (int i = 0; i < header; i += Short.BYTES) {
            sum += memory.getShort(at + i) & 0xffff;
        }
        boolean sound = (sum & 0xffff) + (sum >>> Short.SIZE) == 0xffff;
        return sound ? memory.getShort(at + 2) & 0xffff : 0;
    }
}
