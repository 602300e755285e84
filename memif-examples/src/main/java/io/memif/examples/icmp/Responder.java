package io.memif.examples.icmp;

import java.nio.ByteBuffer;

/**
 * Answers whole packets: ARP requests, ICMPv4 and ICMPv6 echo requests and neighbour solicitations
 * for its own addresses, and nothing else.
 *
 * <p>Two steps, so that the answer can be written straight to where it is sent from once its length
 * is known: {@link #examine}, then {@link #write} before the packet's buffer is given back. The
 * packet may change in between, as memory shared with a peer can: the answer's bytes then are
 * garbage, its length and offset are not. Allocates nothing; holds the state of one packet, so each
 * thread needs a responder of its own.
 *
 * <p>Answers carry no IPv4 options and no IPv6 extension headers; VLAN tags (up to two) go back as
 * they came, and so does a payload of any length.
 */
public final class Responder {
    private final Frame frame;
    private final ArpResponder arp;
    private final Ipv4Responder ipv4;
    private final Ipv6Responder ipv6;

    private Outcome outcome = Outcome.OTHER_PROTOCOL;

    private Responder(Frame frame, OwnAddresses own) {
        this.frame = frame;
        arp = new ArpResponder(own);
        ipv4 = new Ipv4Responder(own);
        ipv6 = new Ipv6Responder(own);
    }

    /**
     * A responder for Ethernet frames.
     *
     * @param mac the Ethernet address to answer from
     * @param own the IP addresses to answer for
     * @return a responder for one thread
     */
    public static Responder ethernet(MacAddress mac, OwnAddresses own) {
        return new Responder(Frame.ethernet(mac), own);
    }

    /**
     * A responder for bare IP packets.
     *
     * @param own the IP addresses to answer for
     * @return a responder for one thread
     */
    public static Responder ip(OwnAddresses own) {
        return new Responder(Frame.ip(), own);
    }

    /**
     * Decides what becomes of a packet. Never throws, whatever the bytes are.
     *
     * @param packet holds the packet; its position, limit and byte order play no part
     * @param offset index of the packet's first byte
     * @param length bytes of the packet; they must lie within the buffer
     * @return the kind of answer, or the reason to give none
     */
    public Outcome examine(ByteBuffer packet, int offset, int length) {
        Outcome objection = frame.parse(packet, offset, length);
        outcome = objection == null ? examineNetwork() : objection;
        return outcome;
    }

    private Outcome examineNetwork() {
        return switch (frame.type()) {
            case Frame.TYPE_IPV4 -> ipv4.examine(frame);
            case Frame.TYPE_IPV6 -> ipv6.examine(frame);
            case Frame.TYPE_ARP -> arp.examine(frame);
            default -> Outcome.OTHER_PROTOCOL;
        };
    }

    /**
     * The answer's length.
     *
     * @return bytes that {@link #write} will write; 0 if the packet is not answered
     */
    public int replyLength() {
        return switch (outcome) {
            case ARP_REPLY -> frame.linkLength() + ArpResponder.LENGTH;
            case ECHO_REPLY -> frame.linkLength() + ipv4.replyLength();
            case ECHO_REPLY_V6, NEIGHBOUR_ADVERTISEMENT -> frame.linkLength() + ipv6.replyLength();
            default -> 0;
        };
    }

    /**
     * Writes the answer to the packet examined last.
     *
     * @param out gets the answer; another memory than the packet's
     * @param offset index of the answer's first byte; {@link #replyLength} bytes must fit from
     *     there on
     * @throws IllegalStateException if that packet is not answered
     */
    public void write(ByteBuffer out, int offset) {
        switch (outcome) {
            case ARP_REPLY -> arp.write(out, offset);
            case ECHO_REPLY -> ipv4.write(out, offset);
            case ECHO_REPLY_V6, NEIGHBOUR_ADVERTISEMENT -> ipv6.write(out, offset);
            default -> throw new IllegalStateException("no answer: outcome=" + outcome);
        }
    }
}
