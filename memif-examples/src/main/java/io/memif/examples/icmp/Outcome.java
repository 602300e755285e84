package io.memif.examples.icmp;

/** What became of a received packet: the kind of answer it gets, or why it gets none. */
public enum Outcome {
    /** An ARP request for an own address: ARP reply. */
    ARP_REPLY("ARP replies", true),
    /** An ICMPv4 echo request to an own address: echo reply. */
    ECHO_REPLY("ICMP echo replies", true),
    /** A neighbour solicitation for an own address: neighbour advertisement. */
    NEIGHBOUR_ADVERTISEMENT("neighbour advertisements", true),
    /** An ICMPv6 echo request to an own address: echo reply. */
    ECHO_REPLY_V6("ICMPv6 echo replies", true),
    /** Ends before the headers, or before the length they announce. */
    TRUNCATED("truncated", false),
    /** Header fields that contradict each other or the rules of their protocol. */
    MALFORMED("malformed", false),
    /** The IPv4 header's checksum is wrong. */
    BAD_IP_CHECKSUM("bad IP header checksum", false),
    /** The ICMP or ICMPv6 checksum is wrong. */
    BAD_ICMP_CHECKSUM("bad ICMP checksum", false),
    /** To someone else's address. */
    NOT_FOR_US("for other addresses", false),
    /** To a broadcast or multicast address, of the IP or of the link layer. */
    BROADCAST("to broadcast or multicast addresses", false),
    /** From an address that cannot be answered: unspecified, multicast, loopback or our own. */
    BAD_SOURCE("from unusable source addresses", false),
    /** Part of a fragmented packet. */
    FRAGMENT("fragments", false),
    /** With a source route, or an IPv6 option that demands more than to be skipped. */
    UNSUPPORTED_OPTION("with unsupported header options", false),
    /** ARP, ICMP or ICMPv6 other than the requests that are answered. */
    OTHER_MESSAGE("other ARP and ICMP messages", false),
    /** Any other protocol. */
    OTHER_PROTOCOL("other protocols", false);

    private final String label;
    private final boolean reply;

    Outcome(String label, boolean reply) {
        this.label = label;
        this.reply = reply;
    }

    /**
     * The plural, lower-case words for lists of counters.
     *
     * @return for instance "fragments"
     */
    public String label() {
        return label;
    }

    /**
     * Whether the packet is answered.
     *
     * @return true for the kinds of answers, false for the reasons to give none
     */
    public boolean isReply() {
        return reply;
    }

    /**
     * Whether the answer is one that {@code ping} would count.
     *
     * @return true for echo replies of both IP versions
     */
    public boolean isEchoReply() {
        return this == ECHO_REPLY || this == ECHO_REPLY_V6;
    }
}
