package io.memif;

import java.util.List;

/**
 * What there is to know about a socket at one moment.
 *
 * @param address path, or {@code @} and the abstract name
 * @param listening whether there are masters, so that slaves can connect
 * @param halfOpen connections from slaves that have not said yet which interface they want
 * @param maxHalfOpen see {@link SocketConfig.Builder#maxHalfOpen}
 * @param accepted connections from slaves so far
 * @param refused those of them that ended before they named an interface that takes them
 * @param waitsFor why no slave is accepted at the moment: what holds the threads that close what
 *     peers passed to us; empty if slaves are accepted
 * @param memory of all links of the process, beside the limits of this socket
 * @param largest what the links of the masters here take, beside what one link may
 * @param interfaces on the socket, in the order of their ids, masters first
 */
public record SocketDetails(
        String address,
        boolean listening,
        int halfOpen,
        int maxHalfOpen,
        long accepted,
        long refused,
        String waitsFor,
        MemoryDetails memory,
        LinkMemoryDetails largest,
        List<InterfaceDetails> interfaces) {}
