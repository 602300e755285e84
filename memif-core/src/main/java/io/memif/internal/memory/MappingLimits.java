package io.memif.internal.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What peers may make this process map. The names are those of the settings, which a refusal names.
 *
 * @param maxRegionBytes longest region
 * @param maxLinkRegions regions of one link
 * @param maxLinkBytes mapped for all regions of one link
 * @param maxLinkMappings windows of all regions of one link
 * @param maxPeerMemory on ordinary pages in the regions of all peers together, each file once;
 *     {@link #AVAILABLE} for what the machine and the cgroups can spare
 * @param maxMappedBytes mapped by this process
 * @param maxMappings of this process, those included that wait to be removed
 * @param maxWaitingBytes in mappings that wait
 */
public record MappingLimits(
        long maxRegionBytes,
        int maxLinkRegions,
        long maxLinkBytes,
        int maxLinkMappings,
        long maxPeerMemory,
        long maxMappedBytes,
        int maxMappings,
        long maxWaitingBytes) {
    /** What the machine and the cgroups can spare when a link comes up. */
    public static final long AVAILABLE = 0;

    /** The kernel ends a JVM that is out of mappings, so half of them are left to others. */
    public static final MappingLimits OF_MACHINE =
            new MappingLimits(
                    64L << 30,
                    256,
                    256L << 30,
                    512,
                    AVAILABLE,
                    4L << 40,
                    maxMapCount() / 2,
                    4L << 40);

    private static final int USUAL_MAX_MAP_COUNT = 65_530;

    private static int maxMapCount() {
        try {
            // By lines: it must be read in one piece, or the kernel returns only its first digit.
            Path file = Path.of("/proc/sys/vm/max_map_count");
            return Integer.parseInt(Files.readAllLines(file).get(0).strip());
        } catch (IOException | RuntimeException e) {
            return USUAL_MAX_MAP_COUNT;
        }
    }
}
