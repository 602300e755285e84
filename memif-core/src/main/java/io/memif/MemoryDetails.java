package io.memif;

/**
 * The memory of all links of this process at one moment, and the limits that one socket sets for
 * it. Bytes are address space but for {@code peerMemory}.
 *
 * @param mappedBytes of regions in use
 * @param maxMappedBytes see {@link SocketConfig.Builder#maxMappedBytes}
 * @param mappings of regions in use
 * @param waitingMappings of links that have ended: they hold no file and no memory any more, and
 *     are removed when the application has let go of the last buffer over them
 * @param maxMappings of both together; see {@link SocketConfig.Builder#maxMappings}
 * @param waitingBytes of mappings that wait
 * @param maxWaitingBytes see {@link SocketConfig.Builder#maxWaitingBytes}
 * @param peerMemory bytes that peers can make this process allocate at most, by the regions in use
 * @param maxPeerMemory see {@link SocketConfig.Builder#maxPeerMemory}; 0 for what can be spared
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
