package io.memif.internal.control;

import io.memif.Role;
import io.memif.SealPolicy;
import io.memif.internal.memory.Faults;
import io.memif.internal.memory.MappingLimits;
import io.memif.internal.memory.Mappings;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.Errno;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import io.memif.unix.UnixException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a slave brought to a link, as the master keeps it: regions, and the rings' eventfds. Owned
 * by one session and closed with it. Collected and linked on the reactor's thread, mapped and
 * released by a helper.
 */
final class MasterMemory extends LinkMemory {
    private final SealPolicy policy;
    private final int cacheLine;
    private final MappingLimits limits;
    private final SortedMap<Integer, Region> regions = new TreeMap<>();
    private final Map<RingPlacement, EventFd> events = new HashMap<>();
    private List<RingPlacement> placements = List.of();

    /** As in {@link #placements}. */
    private final List<Ring> rings = new ArrayList<>();

    private long bytes;

    MasterMemory(Reactor reactor, InterfaceSpec spec, MappingLimits limits) {
        super(reactor, spec);
        this.policy = spec.sealPolicy();
        this.cacheLine = spec.parameters().cacheLine();
        this.limits = limits;
    }

    /**
     * Takes over the file of a region.
     *
     * @param file stays the caller's if this throws: whatever it is, closing it may take long
     * @throws UnixException if it cannot be used, saying why
     */
    void keepRegion(MemoryPlan.Region announced, OwnedFd file) {
        Region region = Region.announced(announced.index(), file, announced.size());
        region.check();
        if (policy == SealPolicy.STRICT && !region.sealed()) {
            throw new UnixException(
                    Kind.UNUSABLE, region + " is not sealed against shrinking (policy STRICT)");
        }
        regions.put(announced.index(), region);
        bytes += region.size();
    }

    /**
     * Takes over the eventfd of a ring.
     *
     * @param fd stays the caller's if this throws, as above
     * @throws UnixException if it is something else, or cannot be looked at
     */
    void keepRing(RingPlacement ring, OwnedFd fd) {
        try {
            requireEventFd(fd);
            events.put(ring, EventFd.adopt(fd));
        } catch (UnixException e) {
            throw new UnixException(
                    e.kind(),
                    ring.direction() + " ring " + ring.index() + ": " + e.getMessage(),
                    e);
        }
    }

    private void requireEventFd(OwnedFd fd) {
        int number = fd.acquire();
        try {
            int result = reactor.posix().files().isEventFd(number);
            if (result == -Errno.ENOENT) {
                throw new UnixException(
                        Kind.UNUSABLE,
                        "cannot tell whether its descriptor is an eventfd without /proc: mount it");
            } else if (result < 0) {
                throw new UnixException(
                        Kind.UNUSABLE, "cannot look at its descriptor: " + Errno.text(-result));
            } else if (result == 0) {
                throw new UnixException(Kind.UNUSABLE, "its descriptor is not an eventfd");
            }
        } finally {
            fd.release();
        }
    }

    /**
     * Maps what was announced and checks the cookies. On a helper.
     *
     * @throws UnixException if a region cannot be used or mapped, or the peer cuts its file in this
     *     moment, saying why
     */
    void attach(List<RingPlacement> announcedRings) {
        try {
            attachUnlessCut(announcedRings);
        } catch (InternalError e) {
            throw new UnixException(Kind.UNUSABLE, Faults.reason(e), e);
        }
    }

    private void attachUnlessCut(List<RingPlacement> announcedRings) {
        for (RingPlacement ring : announcedRings) {
            requireSealed(regions.get(ring.region()));
        }
        Mappings.OF_PROCESS.admit(regions.values(), limits);
        regions.values().forEach(region -> region.mapAnnounced(limits));
        table = table();
        for (RingPlacement placement : announcedRings) {
            Ring ring =
                    regions.get(placement.region())
                            .ring(placement.offset(), placement.log2Size(), cacheLine);
            int cookie = ring.cookie();
            Faults.settle();
            if (cookie != RingLayout.COOKIE) {
                throw new UnixException(
                        Kind.UNUSABLE,
                        placement.direction() + " ring " + placement.index() + ": wrong cookie");
            }
            rings.add(ring);
        }
        placements = announcedRings;
    }

    private void requireSealed(Region region) {
        if (policy == SealPolicy.TRUST_PEER || region.sealed()) {
            return;
        }
        // The slave may have sealed it since.
        region.check();
        if (!region.sealed()) {
            throw new UnixException(
                    Kind.UNUSABLE, region + " holds rings and is not sealed against shrinking");
        }
    }

    private RegionTable table() {
        Region[] byIndex = new Region[regions.lastKey() + 1];
        regions.forEach((index, region) -> byIndex[index] = region);
        return new RegionTable(Arrays.asList(byIndex), reactor::report, this::byHelper);
    }

    /** The link over what was attached. */
    Link link(Link.Peer peer, Consumer<String> onFault) {
        List<LinkRing> tx = new ArrayList<>();
        List<LinkRing> rx = new ArrayList<>();
        int largest = 0;
        for (int i = 0; i < rings.size(); i++) {
            RingPlacement placement = placements.get(i);
            Ring ring = rings.get(i);
            largest = Math.max(largest, ring.size());
            EventFd event = events.get(placement);
            (placement.direction() == Direction.S2M ? rx : tx)
                    .add(new LinkRing(ring, event, signaller.of(event), placement));
        }
        return new Link(
                Role.MASTER,
                peer,
                rx,
                tx,
                table,
                largest,
                0,
                onFault,
                new PeerMovement(reactor.nanoTime()));
    }

    @Override
    String what() {
        return "releasing memory that a slave brought";
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    Collection<Region> regions() {
        return regions.values();
    }

    @Override
    Collection<EventFd> events() {
        return events.values();
    }

    @Override
    void forget() {
        regions.clear();
        events.clear();
        rings.clear();
        placements = List.of();
    }
}
