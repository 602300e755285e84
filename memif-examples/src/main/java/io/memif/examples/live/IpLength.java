package io.memif.examples.live;

import java.nio.ByteBuffer;

/** How long a packet is by its own account. */
final class IpLength {
    private static final int ETHERNET = 14;
    private static final int TYPE_AT = 12;
    private static final int V4 = 0x0800;
    private static final int V6 = 0x86dd;
    private static final int V6_HEADER = 40;
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
}
