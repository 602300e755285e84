package io.memif;

import java.time.Duration;
import java.util.List;

/**
 * The state of an interface at one moment, like VPP's {@code show memif}.
 *
 * @param socketAddress path, or {@code @} and the abstract name
 * @param config its configuration
 * @param adminUp whether it is administratively up
 * @param link null while the link is down
 * @param peerIdle how long the peer has been idle, which means that no index that it writes has
 *     changed; zero while the link is down
 * @param stall what waits for a peer that has been idle for two seconds; empty if nothing does
 * @param links number of times that the link has come up
 * @param ourDisconnectReason why we last ended a connection; empty if we never did
 * @param peerDisconnectReason why the peer last ended a connection, in its words, or how it closed
 *     without a reason; empty if it never did
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
     * The whole state as text for an operator. The format may change from release to release.
     *
     * @return several lines, each ended by a line feed; text from a peer is made printable
     */
    public String toText() {
        return DetailsText.of(this);
    }
}
