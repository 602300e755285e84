package io.memif.internal.protocol;

/**
 * What the peer calls itself. Printable; empty where it gave no name.
 *
 * @param application from HELLO or INIT, e.g. "DPDK 22.11.11"
 * @param interfaceName from CONNECT or CONNECTED, e.g. "memif0/0"
 */
public record PeerNames(String application, String interfaceName) {}
