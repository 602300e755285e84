package io.memif;

/**
 * The most that any one link of a socket's masters takes at one moment, each number of whichever
 * link has most of it, beside the limits that the socket sets for one link. All 0 while there is
 * none.
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
