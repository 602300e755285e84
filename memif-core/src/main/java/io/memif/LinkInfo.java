package io.memif;

import java.util.List;

/**
 * What both sides agreed on when the link came up, and who the peer is.
 *
 * @param peerApplicationName from the peer's HELLO or INIT, printable
 * @param peerInterfaceName from the peer's CONNECT or CONNECTED, printable
 * @param peerPid process id of the peer, as the kernel saw it when it connected or listened; 0 if
 *     the peer is in a process namespace that this process cannot see
 * @param peerUid its effective user id, unsigned
 * @param peerGid its effective group id, unsigned
 * @param rxQueues receive queues in use: those with a ring
 * @param txQueues transmit queues in use: those with a ring
 * @param rxRings rings that we receive from; more than {@code rxQueues} if the slave brought more
 * @param txRings rings that we send over; those beyond {@code txQueues} stay empty
 * @param ringSize slots of the largest ring
 * @param bufferSize bytes of our buffers as slave; 0 as master, which never learns it
 * @param regions by index
 */
public record LinkInfo(
        String peerApplicationName,
        String peerInterfaceName,
        int peerPid,
        int peerUid,
        int peerGid,
        int rxQueues,
        int txQueues,
        int rxRings,
        int txRings,
        int ringSize,
        int bufferSize,
        List<RegionDetails> regions) {}
