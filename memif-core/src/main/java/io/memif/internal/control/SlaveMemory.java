package io.memif.internal.control;

import io.memif.Role;
import io.memif.internal.memory.MappedRegion;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.RegionCheck;
import io.memif.internal.memory.RegionException;
import io.memif.internal.memory.RegionFile;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.SharedRegion;
import io.memif.internal.memory.SharedRegions;
import io.memif.internal.memory.SlaveLayout;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.FdRef;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a slave brings to a link: region files, their mappings, and an eventfd a ring. Owned by one
 * session and closed with it; the application's regions are only retained meanwhile.
 */
final class SlaveMemory implements AutoCloseable {
    private final Reactor reactor;
    private final SlaveLayout layout;
    private final InterfaceSpec wanted;
    private final List<OwnedFd> files = new ArrayList<>();
    private final List<MappedRegion> regions = new ArrayList<>();
    private final List<SharedRegion> lent = new ArrayList<>();
    private final List<EventFd> events = new ArrayList<>();
    private final List<Ring> rings = new ArrayList<>();

    private SlaveMemory(Reactor reactor, SlaveLayout layout, InterfaceSpec wanted) {
        this.reactor = reactor;
        this.layout = layout;
        this.wanted = wanted;
    }

    /**
     * Creates everything, or nothing.
     *
     * @throws RegionException or {@link UnixException} saying what is missing
     */
    static SlaveMemory create(Reactor reactor, SlaveLayout layout, InterfaceSpec wanted) {
        SlaveMemory memory = new SlaveMemory(reactor, layout, wanted);
        try {
            memory.fill(wanted.parameters().name());
            return memory;
        } catch (RegionException | UnixException e) {
            memory.close();
            throw e;
        }
    }

    private void fill(String name) {
        lend();
        createRegions(name);
        for (int i = 0; i < layout.rings(); i++) {
            events.add(EventFd.create(reactor.posix(), name + " ring " + i));
            Ring ring =
                    new Ring(
                            memory(0),
                            layout.ringOffset(i),
                            layout.log2RingSize(),
                            layout.cacheLine());
            // The mask belongs to the receiver: ours on M2S rings, cleared when the queue wants
            // signals. Masters that want signals on S2M rings expect it clear, others set it.
            ring.initialise(i >= layout.s2mRings() ? RingLayout.MASK_INT : 0);
            rings.add(ring);
        }
    }

    private void lend() {
        for (SharedRegion region : wanted.regions()) {
            region.retain();
            lent.add(region);
        }
        if (wanted.bufferRegion() != InterfaceSpec.CREATED) {
            SharedRegion region = lent.get(wanted.bufferRegion());
            long end = wanted.bufferOffset() + layout.allBuffersLength();
            if (end > region.windows().get(0).capacity()) {
                throw new RegionException(
                        "the buffers do not fit region "
                                + region
                                + (": they end at " + end + " of " + region.size())
                                + ", and within its first 2 GiB they must");
            }
        }
    }

    private void createRegions(String name) {
        RegionFile maker = new RegionFile(reactor.posix());
        RegionCheck check = new RegionCheck(reactor.posix());
        Pages pages = wanted.pages();
        List<Long> sizes =
                wanted.bufferRegion() == InterfaceSpec.CREATED
                        ? layout.regionSizes()
                        : List.of(layout.ringsLength());
        if (!pages.huge()) {
            maker.requireRoom(name, sizes.stream().mapToLong(Long::longValue).sum());
        }
        for (int i = 0; i < sizes.size(); i++) {
            OwnedFd file = maker.create(name + " region " + i, sizes.get(i), pages.huge());
            files.add(file);
            long size = pages.huge() ? check.size(file) : sizes.get(i);
            MappedRegion region = reactor.mapper().map(file, size);
            regions.add(region);
            if (pages.prefault()) {
                region.prefault(check.pageSize(file));
            }
        }
    }

    private ByteBuffer memory(int region) {
        return regions.get(region).windows().get(0);
    }

    List<Long> regionSizes() {
        List<Long> sizes = new ArrayList<>();
        regions.forEach(region -> sizes.add(region.size()));
        lent.forEach(region -> sizes.add(region.size()));
        return sizes;
    }

    List<RingPlacement> placements() {
        List<RingPlacement> placements = new ArrayList<>();
        for (int i = 0; i < layout.rings(); i++) {
            boolean s2m = i < layout.s2mRings();
            placements.add(
                    new RingPlacement(
                            s2m ? Direction.S2M : Direction.M2S,
                            s2m ? i : i - layout.s2mRings(),
                            0,
                            layout.ringOffset(i),
                            layout.log2RingSize()));
        }
        return placements;
    }

    OwnedFd descriptor(FdRef ref) {
        if (ref instanceof FdRef.Region region) {
            int own = files.size();
            int index = region.index();
            return index < own ? files.get(index) : lent.get(index - own).file();
        }
        if (ref instanceof FdRef.Ring ring) {
            int first = ring.direction() == Direction.S2M ? 0 : layout.s2mRings();
            return events.get(first + ring.index()).fd();
        }
        return null;
    }

    /** The link over this memory. */
    Link link(PeerInfo peer, Consumer<String> onFault) {
        List<RingPlacement> placements = placements();
        List<RegionInfo> infos = infos();
        List<LinkRing> tx = new ArrayList<>();
        List<LinkRing> rx = new ArrayList<>();
        for (int i = 0; i < layout.rings(); i++) {
            SlaveLayout.Place place = place(i, infos);
            boolean sends = i < layout.s2mRings();
            (sends ? tx : rx)
                    .add(
                            new LinkRing(
                                    rings.get(i),
                                    events.get(i),
                                    placements.get(i),
                                    sends ? null : layout.buffers(place),
                                    sends ? layout.sendMemory(place) : null));
        }
        return new Link(
                Role.SLAVE,
                peer,
                rx,
                tx,
                infos,
                null,
                shared(infos),
                1 << layout.log2RingSize(),
                layout.bufferSize(),
                onFault);
    }

    private SlaveLayout.Place place(int ring, List<RegionInfo> infos) {
        int own = wanted.bufferRegion();
        if (own != InterfaceSpec.CREATED) {
            return layout.placeIn(ring, lent.get(own), files.size() + own, wanted.bufferOffset());
        }
        List<ByteBuffer> windows = new ArrayList<>();
        regions.forEach(region -> windows.add(region.windows().get(0)));
        return layout.place(ring, windows, infos.stream().map(RegionInfo::id).toList());
    }

    private static SharedRegions shared(List<RegionInfo> infos) {
        return new SharedRegions(
                infos.stream()
                        .map(info -> new SharedRegions.Entry(info.id(), info.size()))
                        .toList());
    }

    private List<RegionInfo> infos() {
        RegionCheck check = new RegionCheck(reactor.posix());
        List<RegionInfo> infos = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            OwnedFd file = files.get(i);
            infos.add(
                    new RegionInfo(
                            i,
                            regions.get(i).size(),
                            check.sealed(file),
                            check.pageSize(file),
                            check.id(file)));
        }
        for (SharedRegion region : lent) {
            infos.add(
                    new RegionInfo(
                            infos.size(),
                            region.size(),
                            region.sealed(),
                            region.pageSize(),
                            region.id()));
        }
        return infos;
    }

    /** Idempotent. */
    @Override
    public void close() {
        regions.forEach(region -> reactor.guard(region::close));
        files.forEach(file -> reactor.guard(file::close));
        events.forEach(event -> reactor.guard(event::close));
        lent.forEach(region -> reactor.guard(region::release));
        lent.clear();
        regions.clear();
        files.clear();
        events.clear();
        rings.clear();
    }
}
