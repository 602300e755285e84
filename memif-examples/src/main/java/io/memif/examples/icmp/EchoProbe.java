package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/**
 * The asking side of ping: writes neighbour requests and echo requests, and recognises what comes
 * back. One thread at a time; reads packets that may still change, as {@link Responder} does.
 */
public final class EchoProbe {
    /** What a received packet is to the one who asked. */
    public enum Reply {
        /** Nothing that was asked for. */
        NONE,
        /** The target's link address, now known. */
        NEIGHBOUR,
        /** The echo of a request, byte for byte. */
        INTACT,
        /** The echo of a request, with a checksum that is wrong. */
        BAD_CHECKSUM,
        /** The echo of a request, with another payload. */
        CORRUPTED,
        /** An ICMP error about a request, from anybody. */
        ERROR
    }

    private final Frame frame;
    private final ProbeProtocol protocol;
    private long neighbourMac;
    private boolean resolved;

    private EchoProbe(Frame frame, IpAddress source, IpAddress target, int id, int size) {
        if (source.isV6() != target.isV6()) {
            throw new IllegalArgumentException(
                    "source " + source + " and target " + target + " differ in IP version");
        }
        this.frame = frame;
        protocol =
                source.isV6()
                        ? new ProbeV6(source, target, id, size)
                        : new ProbeV4(source, target, id, size);
        resolved = !frame.hasLinkLayer();
    }

    /**
     * A probe on Ethernet.
     *
     * @param mac our Ethernet address
     * @param source our IP address
     * @param target whom to ask; of the same IP version
     * @param id identifier of the requests, 16 bits
     * @param size bytes of payload, 0 to {@link #maxSize}
     * @return a probe whose target is not resolved yet
     * @throws IllegalArgumentException if the IP versions differ
     */
    public static EchoProbe ethernet(
            MacAddress mac, IpAddress source, IpAddress target, int id, int size) {
        return new EchoProbe(Frame.ethernet(mac), source, target, id, size);
    }

    /**
     * A probe with bare IP packets, where nothing needs to be resolved.
     *
     * @param source our IP address
     * @param target whom to ask; of the same IP version
     * @param id identifier of the requests, 16 bits
     * @param size bytes of payload, 0 to {@link #maxSize}
     * @return a probe
     * @throws IllegalArgumentException if the IP versions differ
     */
    public static EchoProbe ip(IpAddress source, IpAddress target, int id, int size) {
        return new EchoProbe(Frame.ip(), source, target, id, size);
    }

    /**
     * The longest payload whose packet's length can be told in its IP header.
     *
     * @param target whose IP version counts
     * @return bytes
     */
    public static int maxSize(IpAddress target) {
        return target.isV6() ? ProbeV6.MAX_SIZE : ProbeV4.MAX_SIZE;
    }

    /**
     * Whether echo requests can be sent.
     *
     * @return false until the target's link address is known
     */
    public boolean isResolved() {
        return resolved;
    }

    /**
     * Writes an ARP request or a neighbour solicitation for the target.
     *
     * @param out gets the packet
     * @param offset index of its first byte; 100 bytes must fit from there on
     * @return its length in bytes
     */
    public int writeSolicitation(ByteBuffer out, int offset) {
        int network = writeLink(out, offset, protocol.groupMac(), protocol.solicitationType());
        return network - offset + protocol.writeSolicitation(out, network, frame.ownMac());
    }

    /**
     * Length of an echo request.
     *
     * @return bytes
     */
    public int requestLength() {
        int link = frame.hasLinkLayer() ? 2 * Frame.MAC_LENGTH + 2 : 0;
        return link + protocol.requestLength();
    }

    /**
     * Writes an echo request.
     *
     * @param out gets the packet
     * @param offset index of its first byte; {@link #requestLength} bytes must fit from there on
     * @param sequence 16 bits
     */
    public void writeRequest(ByteBuffer out, int offset, int sequence) {
        int network = writeLink(out, offset, neighbourMac, protocol.type());
        protocol.writeRequest(out, network, sequence);
    }

    private int writeLink(ByteBuffer out, int offset, long destination, int type) {
        if (!frame.hasLinkLayer()) {
            return offset;
        }
        Wire.putMac(out, offset, destination);
        Wire.putMac(out, offset + Frame.MAC_LENGTH, frame.ownMac());
        Wire.put16(out, offset + 2 * Frame.MAC_LENGTH, type);
        return offset + 2 * Frame.MAC_LENGTH + 2;
    }

    /**
     * Finds out what a packet is. Never throws, whatever the bytes are.
     *
     * @param packet holds the packet
     * @param offset index of its first byte
     * @param length bytes of the packet; they must lie within the buffer
     * @return {@link Reply#NONE} if it is not ours
     */
    public Reply examine(ByteBuffer packet, int offset, int length) {
        if (frame.parse(packet, offset, length) != null) {
            return Reply.NONE;
        }
        if (frame.hasLinkLayer() && protocol.isAdvertisement(frame)) {
            neighbourMac = protocol.advertisedMac();
            resolved = true;
            return Reply.NEIGHBOUR;
        }
        return frame.type() == protocol.type() ? protocol.examineIcmp(frame) : Reply.NONE;
    }

    /**
     * Who sent the last error.
     *
     * @return an address; null before the first error
     */
    public IpAddress errorSource() {
        return protocol.errorSource();
    }

    /**
     * What the last error says.
     *
     * @return ping's words for it; null before the first error
     */
    public String errorText() {
        return protocol.errorText();
    }

    /**
     * What ping says of a target whose link address nobody tells.
     *
     * @return the words of an error that the host itself finds
     */
    public String noNeighbour() {
        return protocol.noNeighbour();
    }

    /**
     * Which request the last reply or error belongs to.
     *
     * @return 16 bits
     */
    public int sequence() {
        return protocol.sequence();
    }

    /**
     * Time to live, or hop limit, of the last reply.
     *
     * @return 0 to 255
     */
    public int ttl() {
        return protocol.ttl();
    }
}
