package io.memif;

/** What the packets of an interface are. Both ends must agree; the slave says it in INIT. */
public enum Mode {
    /** Ethernet frames without checksum; no minimum length. */
    ETHERNET,
    /** Bare IPv4 and IPv6 packets. */
    IP
}
