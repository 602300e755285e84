package io.memif;

import java.util.List;

/**
 * What both sides agreed on when the link came up, and who is at the other end.
 *
 * @param peerApplicationName from the peer's HELLO or INIT, printable
 * @param peerInterfaceName from the peer's CONNECT or CONNECTED, printable
 * @param peerPid process at the other end, as the kernel saw it when it connected or listened; 0 if
 *     it is in a namespace we cannot see
 * @param peerUid its effective user id, unsigned
 * @param peerGid its effective group id, unsigned
 * @param rxQueues receive queues in use: those with a ring
 * @param txQueues transmit queues in use: those with a ring
 * @param rxRings rings we receive from; more than {@code rxQueues} if a master's slave brought more
 * @param txRings rings to the peer; those beyond {@code txQueues} stay empty
 * @param ringSize slots of the largest ring
 * @param bufferSize bytes of our buffers as a slave; 0 as a master, which never learns it
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
