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

    static LinkInfo info(Link link) {
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

    static List<QueueDetails> rx(List<RxQueue> queues) {
        List<QueueDetails> details = new ArrayList<>();
        for (RxQueue queue : queues) {
            RingDetails ring = ring(queue.ring());
            details.add(
                    new QueueDetails(
                            queue.index(), queue.rxMode(), ring, counters(queue.counters())));
        }
        return List.copyOf(details);
    }

    static List<QueueDetails> tx(List<TxQueue> queues) {
        List<QueueDetails> details = new ArrayList<>();
        for (TxQueue queue : queues) {
            RingDetails ring = ring(queue.ring());
            details.add(new QueueDetails(queue.index(), null, ring, counters(queue.counters())));
        }
        return List.copyOf(details);
    }

    private static RingDetails ring(LinkRing ring) {
        if (ring == null) {
            return null;
        }
        RingPlacement placement = ring.placement();
        return ring.state()
                .map(
                        state ->
                                new RingDetails(
                                        placement.direction() == Direction.S2M
                                                ? Role.SLAVE
                                                : Role.MASTER,
                                        placement.index(),
                                        placement.region(),
                                        placement.offset(),
                                        ring.ring().size(),
                                        state.head(),
                                        state.tail(),
                                        state.flags()))
                .orElse(null);
    }

    private static Map<Counter, Long> counters(QueueCounters counters) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            values.put(counter, counters.get(counter));
        }
        return Collections.unmodifiableMap(values);
    }
}
