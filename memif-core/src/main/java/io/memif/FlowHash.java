package io.memif;

import java.nio.ByteBuffer;

/**
 * A hash of the flow a packet belongs to, the same in both directions.
 *
 * <p>Of TCP, UDP, UDP-Lite, SCTP and DCCP it takes addresses, ports and protocol. Of other
 * protocols, and of every fragment, the first included, it takes addresses and protocol, so that
 * all fragments of a packet get the same hash. VLAN tags are skipped, up to four. What is no IP, or
 * is cut short, is hashed by its MAC addresses and EtherType; in IP mode all such packets share one
 * hash.
 *
 * <p>Allocates nothing and never throws, whatever is in the packet. Whatever the buffer's byte
 * order, equal packets get equal hashes, in every process and on every machine.
 */
public final class FlowHash {
    private static final int MACS = 12;
    private static final int MAX_TAGS = 4;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    private FlowHash() {}

    /**
     * Hashes a packet as it is on an interface of a mode.
     *
     * @param mode Ethernet frames or bare IP packets
     * @param buffer with the packet; position does not count
     * @param offset of the first byte
     * @param length in bytes; what lies behind the buffer's limit counts as missing
     * @return all 32 bits well mixed
     */
    public static int of(Mode mode, ByteBuffer buffer, int offset, int length) {
        return mode == Mode.IP ? ofIp(buffer, offset, length) : ofEthernet(buffer, offset, length);
    }

    /**
     * Hashes an Ethernet frame.
     *
     * @param buffer with the frame; position does not count
     * @param offset of the destination address
     * @param length in bytes, without checksum
     * @return all 32 bits well mixed
     */
    public static int ofEthernet(ByteBuffer buffer, int offset, int length) {
        int end = end(buffer, offset, length);
        int at = offset + MACS;
        if (end - at < 2) {
            return Mix.finish(0);
        }
        int type = Bytes.u16(buffer, at);
        for (int tags = 0; isTag(type) && tags < MAX_TAGS && end - at >= 6; tags++) {
            at += 4;
            type = Bytes.u16(buffer, at);
        }
        long flow = IpFlow.NONE;
        if (type == IPV4) {
            flow = IpFlow.v4(buffer, at + 2, end);
        } else if (type == IPV6) {
            flow = IpFlow.v6(buffer, at + 2, end);
        }
        return flow == IpFlow.NONE ? ofMacs(buffer, offset, type) : Mix.finish(flow);
    }

    /**
     * Hashes a bare IP packet.
     *
     * @param buffer with the packet; position does not count
     * @param offset of the IP header
     * @param length in bytes
     * @return all 32 bits well mixed
     */
    public static int ofIp(ByteBuffer buffer, int offset, int length) {
        int end = end(buffer, offset, length);
        if (end - offset < 1) {
            return Mix.finish(0);
        }
        int version = Bytes.u8(buffer, offset) >>> 4;
        if (version == 4) {
            return Mix.finish(IpFlow.v4(buffer, offset, end));
        }
        return Mix.finish(version == 6 ? IpFlow.v6(buffer, offset, end) : IpFlow.NONE);
    }

    /**
     * Which of several queues a flow belongs to: the hash spread evenly over them.
     *
     * @param hash of the flow
     * @param queues 1 or more
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

    /** 802.1Q, 802.1ad, and what was used for QinQ before that. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    private static int ofMacs(ByteBuffer buffer, int offset, int type) {
        long to = Bytes.u48(buffer, offset);
        long from = Bytes.u48(buffer, offset + 6);
        return Mix.finish(Mix.both(Mix.one(to), Mix.one(from), type));
    }
}
