package io.memif;

/**
 * What both sides agreed on when the link came up.
 *
 * @param peerApplicationName from the peer's HELLO or INIT, printable
 * @param peerInterfaceName from the peer's CONNECT or CONNECTED, printable
 * @param rxQueues rings we receive from
 * @param txQueues rings we send to
 * @param ringSize slots of the largest ring
 * @param bufferSize bytes of our buffers as a slave; 0 as a master, which is never told
 */
public record LinkInfo(
        String peerApplicationName,
        String peerInterfaceName,
        int rxQueues,
        int txQueues,
        int ringSize,
        int bufferSize) {}
