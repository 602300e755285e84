package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.Link;
import io.memif.internal.control.LinkRing;
import io.memif.internal.memory.MappingLimits;
import io.memif.internal.memory.Mappings;
import io.memif.internal.memory.Region;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.RingPlacement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Puts snapshots together, from any thread and without the data path noticing. */
final class DetailsReader {
    private DetailsReader() {}

    static LinkInfo info(Link link, int rxQueues, int txQueues) {
        List<RegionDetails> regions = new ArrayList<>();
        for (int index = 0; index < link.table().size(); index++) {
            Region region = link.table().region(index);
            if (region != null) {
                regions.add(
                        new RegionDetails(
                                index, region.size(), region.sealed(), region.pageSize()));
            }
        }
        Link.Peer peer = link.peer();
        return new LinkInfo(
                peer.applicationName(),
                peer.interfaceName(),
                peer.pid(),
                peer.uid(),
                peer.gid(),
                Math.min(rxQueues, link.rx().size()),
                Math.min(txQueues, link.tx().size()),
                link.rx().size(),
                link.tx().size(),
                link.ringSize(),
                link.bufferSize(),
                List.copyOf(regions));
    }

    static MemoryDetails memory(MappingLimits limits) {
        Mappings now = Mappings.OF_PROCESS;
        return new MemoryDetails(
                now.bytes(),
                limits.maxMappedBytes(),
                now.count(),
                now.waitingCount(),
                limits.maxMappings(),
                now.waitingBytes(),
                limits.maxWaitingBytes(),
                now.peerMemory(),
                limits.maxPeerMemory());
    }

    static LinkMemoryDetails largest(List<InterfaceDetails> interfaces, MappingLimits limits) {
        long regionBytes = 0;
        int regions = 0;
        long bytes = 0;
        int mappings = 0;
        for (InterfaceDetails each : interfaces) {
            if (each.config().role() == Role.MASTER && each.link() != null) {
                List<Long> sizes = each.link().regions().stream().map(RegionDetails::size).toList();
                regions = Math.max(regions, sizes.size());
                bytes = Math.max(bytes, sizes.stream().mapToLong(Region::mappedLength).sum());
                mappings = Math.max(mappings, sizes.stream().mapToInt(Region::windowCount).sum());
                for (long size : sizes) {
                    regionBytes = Math.max(regionBytes, size);
                }
            }
        }
        return new LinkMemoryDetails(
                regionBytes,
                limits.maxRegionBytes(),
                regions,
                limits.maxLinkRegions(),
                bytes,
                limits.maxLinkBytes(),
                mappings,
                limits.maxLinkMappings());
    }

    static List<QueueDetails> rx(List<RxQueue> queues) {
        List<QueueDetails> details = new ArrayList<>();
        for (RxQueue queue : queues) {
            List<RingDetails> rings = rings(queue.rings());
            details.add(
                    new QueueDetails(
                            queue.index(), queue.rxMode(), rings, counters(queue.counters())));
        }
        return List.copyOf(details);
    }

    static List<QueueDetails> tx(List<TxQueue> queues) {
        List<QueueDetails> details = new ArrayList<>();
        for (TxQueue queue : queues) {
            LinkRing ring = queue.ring();
            List<RingDetails> rings = rings(ring == null ? List.of() : List.of(ring));
            details.add(new QueueDetails(queue.index(), null, rings, counters(queue.counters())));
        }
        return List.copyOf(details);
    }

    /** Without those whose memory is gone. */
    private static List<RingDetails> rings(List<LinkRing> rings) {
        return rings.stream()
                .flatMap(ring -> ring.state().map(state -> details(ring, state)).stream())
                .toList();
    }

    private static RingDetails details(LinkRing ring, LinkRing.State state) {
        RingPlacement placement = ring.placement();
        return new RingDetails(
                placement.direction() == Direction.S2M ? Role.SLAVE : Role.MASTER,
                placement.index(),
                placement.region(),
                placement.offset(),
                ring.ring().size(),
                state.head(),
                state.tail(),
                state.flags());
    }

    private static Map<Counter, Long> counters(QueueCounters counters) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            values.put(counter, counters.get(counter));
        }
        return Collections.unmodifiableMap(values);
    }
}
