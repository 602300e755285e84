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
 * @param rxQueues rings we receive from
 * @param txQueues rings we send to
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
        int ringSize,
        int bufferSize,
        List<RegionDetails> regions) {}
