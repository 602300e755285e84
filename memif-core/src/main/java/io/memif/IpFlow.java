package io.memif;

import java.nio.ByteBuffer;

/** Finds addresses, protocol and ports in IP packets. */
final class IpFlow {
    /** No IP packet, or one cut short before its addresses. */
    static final long NONE = 0;

    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int MORE_OR_OFFSET = 0x3fff;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;

    /** Extension headers that are looked through; who sends more gets a hash without ports. */
    private static final int MAX_EXTENSIONS = 8;

    private IpFlow() {}

    static long v4(ByteBuffer buffer, int at, int end) {
        if (end - at < V4_HEADER || Bytes.u8(buffer, at) >>> 4 != 4) {
            return NONE;
        }
        long addresses = Bytes.i64(buffer, at + 12);
        long from = addresses >>> 32;
        long to = addresses & 0xffffffffL;
        int protocol = Bytes.u8(buffer, at + 9);
        int header = (Bytes.u8(buffer, at) & 15) * 4;
        boolean fragment = (Bytes.u16(buffer, at + 6) & MORE_OR_OFFSET) != 0;
        boolean ports =
                !fragment
                        && header >= V4_HEADER
                        && end - at >= header + 4
                        && inside(Bytes.u16(buffer, at + 2), header)
                        && hasPorts(protocol);
        return flow(Mix.one(from), Mix.one(to), protocol, buffer, ports ? at + header : -1);
    }

    /** Behind the packet's own end is padding; a length of 0 is left to segmentation. */
    private static boolean inside(int totalLength, int header) {
        return totalLength == 0 || totalLength >= header + 4;
    }

    static long v6(ByteBuffer buffer, int at, int end) {
        if (end - at < V6_HEADER || Bytes.u8(buffer, at) >>> 4 != 6) {
            return NONE;
        }
        long from = Mix.one(Mix.one(Bytes.i64(buffer, at + 8)) + Bytes.i64(buffer, at + 16));
        long to = Mix.one(Mix.one(Bytes.i64(buffer, at + 24)) + Bytes.i64(buffer, at + 32));
        int protocol = Bytes.u8(buffer, at + 6);
        int here = at + V6_HEADER;
        for (int i = 0; i < MAX_EXTENSIONS && end - here >= 8; i++) {
            if (hasPorts(protocol)) {
                return flow(from, to, protocol, buffer, here);
            }
            if (!isExtension(protocol)) {
                break;
            }
            int next = Bytes.u8(buffer, here);
            if (protocol == FRAGMENT && (Bytes.u16(buffer, here + 2) & 0xfff9) != 0) {
                // Every fragment says the same here, whatever else it holds.
                return flow(from, to, next, buffer, -1);
            }
            here += extensionLength(protocol, buffer, here);
            protocol = next;
        }
        boolean ports = hasPorts(protocol) && end - here >= 4;
        return flow(from, to, protocol, buffer, ports ? here : -1);
    }

    /** Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP and shim6. */
    private static boolean isExtension(int protocol) {
        return switch (protocol) {
            case 0, 43, FRAGMENT, AUTHENTICATION, 60, 135, 139, 140 -> true;
            default -> false;
        };
    }

    private static int extensionLength(int protocol, ByteBuffer buffer, int at) {
        int units = Bytes.u8(buffer, at + 1);
        return switch (protocol) {
            case FRAGMENT -> 8;
            case AUTHENTICATION -> (units + 2) * 4;
            default -> (units + 1) * 8;
        };
    }

    /** TCP, UDP, DCCP, SCTP and UDP-Lite begin with the two ports. */
    private static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case 6, 17, 33, 132, 136 -> true;
            default -> false;
        };
    }

    private static long flow(long from, long to, int protocol, ByteBuffer buffer, int portsAt) {
        if (portsAt < 0) {
            return Mix.both(from, to, protocol);
        }
        long source = Mix.one(from + Bytes.u16(buffer, portsAt));
        long target = Mix.one(to + Bytes.u16(buffer, portsAt + 2));
        return Mix.both(source, target, protocol);
    }
}
