/** Capture files: pcapng as it is written and read by tcpdump and Wireshark. */
package io.memif.examples.pcap;
