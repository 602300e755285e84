package io.memif;

/**
 * The use of memory by all links of this process at one moment, beside the limits that one socket
 * sets. Bytes are address space, except for {@code peerMemory}.
 *
 * @param mappedBytes of regions in use
 * @param maxMappedBytes see {@link SocketConfig.Builder#maxMappedBytes}
 * @param mappings of regions in use
 * @param waitingMappings of links that have ended: they no longer hold a file or memory, and are
 *     removed when the application has dropped the last buffer over them
 * @param maxMappings of both together; see {@link SocketConfig.Builder#maxMappings}
 * @param waitingBytes of mappings that wait
 * @param maxWaitingBytes see {@link SocketConfig.Builder#maxWaitingBytes}
 * @param peerMemory bytes that peers can make this process allocate at most, by the regions in use
 * @param maxPeerMemory see {@link SocketConfig.Builder#maxPeerMemory}; 0 for the default
 */
public record MemoryDetails(
        long mappedBytes,
        long maxMappedBytes,
        int mappings,
        int waitingMappings,
        int maxMappings,
        long waitingBytes,
        long maxWaitingBytes,
        long peerMemory,
        long maxPeerMemory) {}
