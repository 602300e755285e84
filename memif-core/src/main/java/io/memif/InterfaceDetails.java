package io.memif;

import java.time.Duration;
import java.util.List;

/**
 * What there is to know about an interface at one moment, like VPP's {@code show memif}.
 *
 * @param socketAddress path, or {@code @} and the abstract name
 * @param config role, id, name, mode and the rest, as configured
 * @param adminUp whether it is administratively up
 * @param link null while the link is down
 * @param peerIdle how long the peer has been still: no index that it writes has changed; zero while
 *     the link is down
 * @param stall what waits for a peer that has not moved for two seconds; empty if nothing does
 * @param links how often the link has come up
 * @param ourDisconnectReason why we ended the last connection that we ended; empty if none
 * @param peerDisconnectReason what the peer said when it ended a connection the last time, or how
 *     it went without a word; empty if none
 * @param lastFailure the last failure to connect; empty if none
 * @param rxQueues receive queues by index
 * @param txQueues transmit queues by index
 */
public record InterfaceDetails(
        String socketAddress,
        InterfaceConfig config,
        boolean adminUp,
        LinkInfo link,
        Duration peerIdle,
        String stall,
        long links,
        String ourDisconnectReason,
        String peerDisconnectReason,
        String lastFailure,
        List<QueueDetails> rxQueues,
        List<QueueDetails> txQueues) {
    /**
     * All of it in lines of text for an operator. The format may change between releases.
     *
     * @return several lines, each ended by a line feed; everything a peer said is printable
     */
    public String toText() {
        return DetailsText.of(this);
    }
}
