package io.memif.examples.pcap;

/** What the packets of a capture file begin with. */
public enum LinkType {
    /** An Ethernet header, destination first, no checksum at the end. */
    ETHERNET(1),
    /** An IPv4 or IPv6 header. */
    RAW(101);

    private final int code;

    LinkType(int code) {
        this.code = code;
    }

    /** {@return its number in capture files} */
    public int code() {
        return code;
    }
}
