package io.memif;

/** What the packets of an interface are. Both ends must use the same mode. */
public enum Mode {
    /** Ethernet frames without frame check sequence; there is no minimum length. */
    ETHERNET,
    /** Bare IPv4 and IPv6 packets. */
    IP
}
