/**
 * What answers ping: ARP, ICMP and IPv6 neighbour discovery on byte buffers.
 *
 * <p>Knows nothing of memif, threads or clocks, and allocates nothing per packet.
 */
package io.memif.examples.icmp;
