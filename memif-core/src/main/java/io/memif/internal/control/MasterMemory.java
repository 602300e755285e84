package io.memif.internal.control;

import io.memif.Role;
import io.memif.SealPolicy;
import io.memif.internal.memory.BufferTable;
import io.memif.internal.memory.Faults;
import io.memif.internal.memory.MappedRegion;
import io.memif.internal.memory.RegionCheck;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.SharedRegions;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a slave brought to a link, as the master keeps it: region files and their mappings, and the
 * rings' eventfds. Owned by one session and closed with it.
 */
final class MasterMemory implements AutoCloseable {
    private final Reactor reactor;
    private final RegionCheck check;
    private final SealPolicy policy;
    private final int cacheLine;
    private final Map<Integer, OwnedFd> files = new HashMap<>();
    private final Map<Integer, MappedRegion> regions = new HashMap<>();
    private final Map<RingPlacement, EventFd> events = new HashMap<>();
    private final Map<RingPlacement, Ring> rings = new HashMap<>();
    private final List<RegionInfo> infos = new ArrayList<>();
    private List<RingPlacement> placements = List.of();

    MasterMemory(Reactor reactor, SealPolicy policy, int cacheLine) {
        this.reactor = reactor;
        this.check = new RegionCheck(reactor.posix());
        this.policy = policy;
        this.cacheLine = cacheLine;
    }

    /** Takes over the file of a region; answers why not, or null. */
    String keepRegion(MemoryPlan.Region region, OwnedFd file) {
        files.put(region.index(), file);
        String refusal = check.refusal(file, region.index(), region.size());
        if (refusal == null && policy == SealPolicy.STRICT && !check.sealed(file)) {
            return "region " + region.index() + " is not sealed against shrinking (policy STRICT)";
        }
        return refusal;
    }

    /** Takes over the eventfd of a ring; answers why not, or null. */
    String keepRing(RingPlacement ring, OwnedFd fd) {
        String refusal = EventFdCheck.refusal(fd);
        if (refusal != null) {
            fd.close();
            return ring.direction() + " ring " + ring.index() + ": " + refusal;
        }
        events.put(ring, EventFd.adopt(fd));
        return null;
    }

    /**
     * Maps what was announced and checks the cookies; answers why it cannot be used, or null.
     *
     * @throws InternalError if the peer cuts the files in this moment
     */
    String attach(List<MemoryPlan.Region> announced, List<RingPlacement> announcedRings) {
        for (RingPlacement ring : announcedRings) {
            OwnedFd file = files.get(ring.region());
            String refusal =
                    policy == SealPolicy.TRUST_PEER ? null : check.ringRefusal(file, ring.region());
            if (refusal != null) {
                return refusal;
            }
        }
        for (MemoryPlan.Region region : announced) {
            OwnedFd file = files.remove(region.index());
            try (file) {
                // Looked at once more: an unsealed file may have been cut since it was announced.
                String refusal = check.refusal(file, region.index(), region.size());
                if (refusal != null) {
                    return refusal;
                }
                regions.put(region.index(), reactor.mapper().map(file, region.size()));
                infos.add(
                        new RegionInfo(
                                region.index(),
                                region.size(),
                                check.sealed(file),
                                check.pageSize(file),
                                check.id(file)));
            }
        }
        for (RingPlacement placement : announcedRings) {
            Ring ring = ring(placement);
            int cookie = ring.cookie();
            Faults.settle();
            if (cookie != RingLayout.COOKIE) {
                return placement.direction() + " ring " + placement.index() + ": wrong cookie";
            }
            rings.put(placement, ring);
        }
        placements = announcedRings;
        return null;
    }

    private Ring ring(RingPlacement placement) {
        long window = placement.offset() / BufferTable.WINDOW_STRIDE;
        List<ByteBuffer> windows = regions.get(placement.region()).windows();
        int pick = (int) Math.min(window, windows.size() - 1L);
        long offset = placement.offset() - pick * BufferTable.WINDOW_STRIDE;
        return new Ring(
                windows.get(pick), Math.toIntExact(offset), placement.log2Size(), cacheLine);
    }

    /** The link over what was attached. */
    Link link(PeerInfo peer, Consumer<String> onFault) {
        List<LinkRing> tx = new ArrayList<>();
        List<LinkRing> rx = new ArrayList<>();
        int largest = 0;
        for (RingPlacement placement : placements) {
            Ring ring = rings.get(placement);
            largest = Math.max(largest, ring.size());
            (placement.direction() == Direction.S2M ? rx : tx)
                    .add(new LinkRing(ring, events.get(placement), placement));
        }
        return new Link(
                Role.MASTER, peer, rx, tx, infos, table(), SharedRegions.NONE, largest, 0, onFault);
    }

    private BufferTable table() {
        int count = regions.keySet().stream().mapToInt(index -> index + 1).max().orElse(0);
        BufferTable.Entry[] entries = new BufferTable.Entry[count];
        for (RegionInfo info : infos) {
            List<ByteBuffer> windows = regions.get(info.index()).windows();
            entries[info.index()] =
                    new BufferTable.Entry(info.size(), windows, !info.sealed(), info.id());
        }
        return new BufferTable(Arrays.asList(entries));
    }

    /** Idempotent. */
    @Override
    public void close() {
        regions.values().forEach(region -> reactor.guard(region::close));
        files.values().forEach(file -> reactor.guard(file::close));
        events.values().forEach(event -> reactor.guard(event::close));
        regions.clear();
        files.clear();
        events.clear();
        rings.clear();
        placements = List.of();
    }
}
