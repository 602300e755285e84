package io.memif;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A hash of the flow that a packet belongs to. It is the same in both directions.
 *
 * <pre>{@code
 * int hash = FlowHash.ofEthernet(packet, 0, packet.remaining());
 * TxQueue queue = itf.txQueue(FlowHash.queue(hash, itf.txQueueCount()));
 * }</pre>
 *
 * <ul>
 *   <li>For TCP, UDP, UDP-Lite, SCTP and DCCP it covers addresses, ports and protocol.
 *   <li>For other protocols and for all fragments it covers addresses and protocol, so that all
 *       fragments of a packet get the same hash.
 *   <li>Up to four VLAN tags are skipped.
 *   <li>A packet that is not IP, or is truncated, is hashed by its MAC addresses and EtherType. In
 *       IP mode all such packets share one hash.
 * </ul>
 *
 * <p>The methods allocate nothing and never throw, whatever is in the packet. Equal packets get
 * equal hashes in every process and on every machine, whatever the buffer's byte order.
 */
public final class FlowHash {
    private static final int MACS = 12;
    private static final int MAX_TAGS = 4;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    /** No IP packet, or one cut short before its addresses. */
    private static final long NONE = 0;

    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int MORE_OR_OFFSET = 0x3fff;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;

    /** Most extension headers that are skipped; a packet with more gets a hash without ports. */
    private static final int MAX_EXTENSIONS = 8;

    private static final long ODD = 0x9e3779b97f4a7c15L;

    /** Numbers in network order, whatever the buffer's own. */
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FlowHash() {}

    /**
     * Hashes a packet of an interface in the given mode.
     *
     * @param mode Ethernet frames or bare IP packets
     * @param buffer holds the packet; its position is ignored
     * @param offset of the first byte
     * @param length in bytes; bytes beyond the buffer's limit count as missing
     * @return all 32 bits well mixed
     */
    public static int of(Mode mode, ByteBuffer buffer, int offset, int length) {
        return mode == Mode.IP ? ofIp(buffer, offset, length) : ofEthernet(buffer, offset, length);
    }

    /**
     * Hashes an Ethernet frame.
     *
     * @param buffer holds the frame; its position is ignored
     * @param offset of the destination address
     * @param length in bytes, without checksum
     * @return all 32 bits well mixed
     */
    public static int ofEthernet(ByteBuffer buffer, int offset, int length) {
        int end = end(buffer, offset, length);
        int at = offset + MACS;
        if (end - at < 2) {
            return finish(0);
        }
        int type = u16(buffer, at);
        for (int tags = 0; isTag(type) && tags < MAX_TAGS && end - at >= 6; tags++) {
            at += 4;
            type = u16(buffer, at);
        }
        long flow = NONE;
        if (type == IPV4) {
            flow = v4(buffer, at + 2, end);
        } else if (type == IPV6) {
            flow = v6(buffer, at + 2, end);
        }
        return flow == NONE ? ofMacs(buffer, offset, type) : finish(flow);
    }

    /**
     * Hashes a bare IP packet.
     *
     * @param buffer holds the packet; its position is ignored
     * @param offset of the IP header
     * @param length in bytes
     * @return all 32 bits well mixed
     */
    public static int ofIp(ByteBuffer buffer, int offset, int length) {
        int end = end(buffer, offset, length);
        if (end - offset < 1) {
            return finish(0);
        }
        int version = u8(buffer, offset) >>> 4;
        if (version == 4) {
            return finish(v4(buffer, offset, end));
        }
        return finish(version == 6 ? v6(buffer, offset, end) : NONE);
    }

    /**
     * The queue that a flow belongs to. Hashes are spread evenly over the queues.
     *
     * @param hash of the flow
     * @param queues number of queues, 1 or more
     * @return 0 to {@code queues - 1}
     */
    public static int queue(int hash, int queues) {
        return (int) ((hash & 0xffffffffL) * queues >>> 32);
    }

    private static int end(ByteBuffer buffer, int offset, int length) {
        if (offset < 0 || length <= 0) {
            return offset;
        }
        return offset + Math.min(length, Math.max(0, buffer.limit() - offset));
    }

    /** 802.1Q, 802.1ad, and the type that was used for QinQ before that. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    private static int ofMacs(ByteBuffer buffer, int offset, int type) {
        long to = u48(buffer, offset);
        long from = u48(buffer, offset + 6);
        return finish(both(mix(to), mix(from), type));
    }

    private static long v4(ByteBuffer buffer, int at, int end) {
        if (end - at < V4_HEADER || u8(buffer, at) >>> 4 != 4) {
            return NONE;
        }
        long addresses = i64(buffer, at + 12);
        long from = addresses >>> 32;
        long to = addresses & 0xffffffffL;
        int protocol = u8(buffer, at + 9);
        int header = (u8(buffer, at) & 15) * 4;
        boolean fragment = (u16(buffer, at + 6) & MORE_OR_OFFSET) != 0;
        boolean ports =
                !fragment
                        && header >= V4_HEADER
                        && end - at >= header + 4
                        && inside(u16(buffer, at + 2), header)
                        && hasPorts(protocol);
        return flow(mix(from), mix(to), protocol, buffer, ports ? at + header : -1);
    }

    /** After the packet's own end there may be padding. A length of 0 is left to segmentation. */
    private static boolean inside(int totalLength, int header) {
        return totalLength == 0 || totalLength >= header + 4;
    }

    private static long v6(ByteBuffer buffer, int at, int end) {
        if (end - at < V6_HEADER || u8(buffer, at) >>> 4 != 6) {
            return NONE;
        }
        long from = mix(mix(i64(buffer, at + 8)) + i64(buffer, at + 16));
        long to = mix(mix(i64(buffer, at + 24)) + i64(buffer, at + 32));
        int protocol = u8(buffer, at + 6);
        int here = at + V6_HEADER;
        for (int i = 0; i < MAX_EXTENSIONS && end - here >= 8; i++) {
            if (hasPorts(protocol)) {
                return flow(from, to, protocol, buffer, here);
            }
            if (!isExtension(protocol)) {
                break;
            }
            int next = u8(buffer, here);
            if (protocol == FRAGMENT && (u16(buffer, here + 2) & 0xfff9) != 0) {
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
        int units = u8(buffer, at + 1);
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
            return both(from, to, protocol);
        }
        long source = mix(from + u16(buffer, portsAt));
        long target = mix(to + u16(buffer, portsAt + 2));
        return both(source, target, protocol);
    }

    /** A permutation of 64 bits in which each bit of the input moves about half of the output. */
    private static long mix(long word) {
        long x = word + ODD;
        x = (x ^ x >>> 32) * 0xd6e8feb86659fd93L;
        x = (x ^ x >>> 32) * 0xd6e8feb86659fd93L;
        return x ^ x >>> 32;
    }

    /** The same for an end and the other, whichever comes first. */
    private static long both(long oneEnd, long otherEnd, int what) {
        return mix(oneEnd + otherEnd + what * ODD);
    }

    private static int finish(long flow) {
        return (int) (flow ^ flow >>> 32);
    }

    private static int u8(ByteBuffer buffer, int at) {
        return buffer.get(at) & 0xff;
    }

    private static int u16(ByteBuffer buffer, int at) {
        return (short) SHORT.get(buffer, at) & 0xffff;
    }

    private static long u48(ByteBuffer buffer, int at) {
        return (long) u16(buffer, at) << 32
                | (long) u16(buffer, at + 2) << 16
                | u16(buffer, at + 4);
    }

    private static long i64(ByteBuffer buffer, int at) {
        return (long) LONG.get(buffer, at);
    }
}
