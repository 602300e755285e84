package io.memif;

/**
 * The largest use of memory by one link of a socket's masters at one moment, beside the limits that
 * the socket sets for one link. Each number is that of the link that has most of it; all are 0
 * while there is no link.
 *
 * @param regionBytes of the longest region
 * @param maxRegionBytes see {@link SocketConfig.Builder#maxRegionBytes}
 * @param regions of one link
 * @param maxRegions see {@link SocketConfig.Builder#maxLinkRegions}
 * @param bytes of address space
 * @param maxBytes see {@link SocketConfig.Builder#maxLinkBytes}
 * @param mappings of one link
 * @param maxMappings see {@link SocketConfig.Builder#maxLinkMappings}
 */
public record LinkMemoryDetails(
        long regionBytes,
        long maxRegionBytes,
        int regions,
        int maxRegions,
        long bytes,
        long maxBytes,
        int mappings,
        int maxMappings) {}
