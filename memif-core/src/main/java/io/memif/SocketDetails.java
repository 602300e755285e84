package io.memif;

import java.util.List;

/**
 * The state of a socket at one moment.
 *
 * @param address path, or {@code @} and the abstract name
 * @param listening whether there are masters, so that slaves can connect
 * @param halfOpen pending connections: those of slaves that have not yet said which interface they
 *     want
 * @param maxHalfOpen see {@link SocketConfig.Builder#maxHalfOpen}
 * @param accepted connections from slaves so far
 * @param refused connections that ended before they named an interface that accepted them
 * @param waitsFor why no slave is accepted at the moment: what holds up the helper threads that
 *     close descriptors of peers; empty if slaves are accepted
 * @param memory use of memory by all links of the process, beside the limits of this socket
 * @param largest use of memory by the largest link of this socket's masters, beside the limits of
 *     one link
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
        List<InterfaceDetails> interfaces) {
    /**
     * All of it in lines of text for an operator, the interfaces last. The format may change
     * between releases.
     *
     * @return several lines, each ended by a line feed; everything a peer said is printable
     */
    public String toText() {
        return DetailsText.of(this);
    }
}
