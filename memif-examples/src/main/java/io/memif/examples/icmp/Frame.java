package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/**
 * The packet under examination: where it lies and what its link layer says. One thread at a time.
 *
 * <p>The packet may lie in memory that its sender can still change, so whatever decides about
 * lengths is read once and kept.
 */
final class Frame {
    static final int MAC_LENGTH = 6;
    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_ARP = 0x0806;
    static final int TYPE_IPV6 = 0x86dd;

    /** A customer's tag inside a provider's. */
    private static final int MAX_TAGS = 2;

    private final boolean ethernet;
    private final long ownMac;

    private ByteBuffer buffer;
    private int start;
    private int end;
    private int network;
    private int type;
    private long source;
    private boolean group;

    private Frame(boolean ethernet, long ownMac) {
        this.ethernet = ethernet;
        this.ownMac = ownMac;
    }

    static Frame ethernet(MacAddress own) {
        return new Frame(true, own.bits());
    }

    static Frame ip() {
        return new Frame(false, 0);
    }

    /**
     * Reads the link layer.
     *
     * @return why the packet cannot be answered, or null if it goes on to its network layer
     */
    Outcome parse(ByteBuffer packet, int offset, int length) {
        buffer = packet;
        start = offset;
        end = offset + length;
        return ethernet ? parseEthernet() : parseBare();
    }

    private Outcome parseBare() {
        if (start == end) {
            return Outcome.TRUNCATED;
        }
        network = start;
        int version = Wire.u8(buffer, start) >>> 4;
        type = version == 4 ? TYPE_IPV4 : version == 6 ? TYPE_IPV6 : 0;
        return null;
    }

    private Outcome parseEthernet() {
        int typeAt = start + 2 * MAC_LENGTH;
        if (end - typeAt < 2) {
            return Outcome.TRUNCATED;
        }
        long destination = Wire.mac(buffer, start);
        source = Wire.mac(buffer, start + MAC_LENGTH);
        group = MacAddress.isGroup(destination);
        if (!group && destination != ownMac) {
            return Outcome.NOT_FOR_US;
        }
        if (MacAddress.isGroup(source) || source == ownMac) {
            return Outcome.BAD_SOURCE;
        }
        type = Wire.u16(buffer, typeAt);
        for (int tags = 0; tags < MAX_TAGS && isTag(type); tags++) {
            typeAt += 4;
            if (end - typeAt < 2) {
                return Outcome.TRUNCATED;
            }
            type = Wire.u16(buffer, typeAt);
        }
        network = typeAt + 2;
        return null;
    }

    /** 802.1Q, 802.1ad, and the number that stood for stacked tags before it. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    boolean hasLinkLayer() {
        return ethernet;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** Index of the network header. */
    int network() {
        return network;
    }

    /** Bytes from the network header on, padding included. */
    int available() {
        return end - network;
    }

    int type() {
        return type;
    }

    /** Whether it was sent to a link-layer broadcast or multicast address. */
    boolean isGroup() {
        return group;
    }

    long sourceMac() {
        return source;
    }

    long ownMac() {
        return ownMac;
    }

    /** Bytes in front of the network header, in this packet and in its answer. */
    int linkLength() {
        return network - start;
    }

    /**
     * Writes the answer's link-layer header, VLAN tags as received.
     *
     * @return index after it
     */
    int writeLink(ByteBuffer out, int offset, long destination) {
        if (ethernet) {
            int addresses = 2 * MAC_LENGTH;
            Wire.putMac(out, offset, destination);
            Wire.putMac(out, offset + MAC_LENGTH, ownMac);
            int rest = linkLength() - addresses;
            out.put(offset + addresses, buffer, start + addresses, rest);
        }
        return offset + linkLength();
    }
}
