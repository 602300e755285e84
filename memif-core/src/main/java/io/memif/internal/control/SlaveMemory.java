package io.memif.internal.control;

import io.memif.Role;
import io.memif.internal.memory.MappedRegion;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.RegionCheck;
import io.memif.internal.memory.RegionException;
import io.memif.internal.memory.RegionFile;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.SendMemory;
import io.memif.internal.memory.SharedRegion;
import io.memif.internal.memory.SharedRegions;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Message;
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
    private final MemoryPlan plan;
    private final InterfaceSpec spec;
    private final List<OwnedFd> files = new ArrayList<>();
    private final List<MappedRegion> regions = new ArrayList<>();
    private final List<SharedRegion> lent = new ArrayList<>();
    private final List<EventFd> events = new ArrayList<>();
    private final List<Ring> rings = new ArrayList<>();

    private SlaveMemory(Reactor reactor, MemoryPlan plan, InterfaceSpec spec) {
        this.reactor = reactor;
        this.plan = plan;
        this.spec = spec;
    }

    /**
     * Creates everything, or nothing.
     *
     * @throws RegionException or {@link UnixException} saying what is missing
     */
    static SlaveMemory create(Reactor reactor, MemoryPlan plan, InterfaceSpec spec) {
        SlaveMemory memory = new SlaveMemory(reactor, plan, spec);
        try {
            memory.fill(spec.parameters().name());
            return memory;
        } catch (RegionException | UnixException e) {
            memory.close();
            throw e;
        }
    }

    private void fill(String name) {
        for (SharedRegion region : spec.regions()) {
            region.retain();
            lent.add(region);
        }
        createRegions(name);
        for (RingPlacement placement : plan.rings()) {
            events.add(
                    EventFd.create(
                            reactor.posix(),
                            name + " " + placement.direction() + " ring " + placement.index()));
            Ring ring =
                    new Ring(
                            memory(placement.region()),
                            Math.toIntExact(placement.offset()),
                            placement.log2Size(),
                            spec.parameters().cacheLine());
            // The mask belongs to the receiver: ours on M2S rings, cleared when the queue wants
            // signals. Masters that want signals on S2M rings expect it clear, others set it.
            ring.initialise(placement.direction() == Direction.M2S ? RingLayout.MASK_INT : 0);
            rings.add(ring);
        }
    }

    private void createRegions(String name) {
        RegionFile maker = new RegionFile(reactor.posix());
        RegionCheck check = new RegionCheck(reactor.posix());
        Pages pages = spec.pages();
        List<MemoryPlan.Region> planned =
                plan.regions().subList(0, plan.regions().size() - lent.size());
        if (!pages.huge()) {
            maker.requireRoom(name, planned.stream().mapToLong(MemoryPlan.Region::size).sum());
        }
        for (MemoryPlan.Region each : planned) {
            OwnedFd file =
                    maker.create(name + " region " + each.index(), each.size(), pages.huge());
            files.add(file);
            long size = pages.huge() ? check.size(file) : each.size();
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

    /** As they are announced: created ones first, then the application's. */
    List<MemoryPlan.Region> regions() {
        List<MemoryPlan.Region> all = new ArrayList<>();
        regions.forEach(region -> all.add(new MemoryPlan.Region(all.size(), region.size())));
        lent.forEach(region -> all.add(new MemoryPlan.Region(all.size(), region.size())));
        return all;
    }

    /** What goes with a message, null for most. */
    OwnedFd descriptor(Message message) {
        if (message instanceof Message.AddRegion region) {
            int own = files.size();
            int index = region.index();
            return index < own ? files.get(index) : lent.get(index - own).file();
        }
        return message instanceof Message.AddRing ring
                ? events.get(plan.rings().indexOf(ring.placement())).fd()
                : null;
    }

    /** The link over this memory. */
    Link link(PeerInfo peer, Consumer<String> onFault) {
        List<RegionInfo> infos = infos();
        List<LinkRing> tx = new ArrayList<>();
        List<LinkRing> rx = new ArrayList<>();
        for (int i = 0; i < rings.size(); i++) {
            RingPlacement placement = plan.rings().get(i);
            MemoryPlan.Buffers at = plan.buffers().get(i);
            boolean sends = placement.direction() == Direction.S2M;
            (sends ? tx : rx)
                    .add(
                            new LinkRing(
                                    rings.get(i),
                                    events.get(i),
                                    placement,
                                    sends ? null : buffers(at, infos),
                                    sends ? sendMemory(at) : null));
        }
        return new Link(
                Role.SLAVE,
                peer,
                rx,
                tx,
                infos,
                null,
                shared(infos),
                rings.get(0).size(),
                spec.parameters().bufferSize(),
                onFault);
    }

    private SendMemory sendMemory(MemoryPlan.Buffers at) {
        return new SendMemory(
                memoryOfBuffers(at),
                at.region(),
                Math.toIntExact(at.offset()),
                at.capacity(),
                canShrink(at));
    }

    private OwnBuffers buffers(MemoryPlan.Buffers at, List<RegionInfo> infos) {
        return new OwnBuffers(
                memoryOfBuffers(at),
                at.region(),
                Math.toIntExact(at.offset()),
                at.stride(),
                at.stagger(),
                at.capacity(),
                infos.get(at.region()).id(),
                canShrink(at));
    }

    private ByteBuffer memoryOfBuffers(MemoryPlan.Buffers at) {
        int own = regions.size();
        return at.region() < own
                ? memory(at.region())
                : lent.get(at.region() - own).windows().get(0);
    }

    private boolean canShrink(MemoryPlan.Buffers at) {
        int own = regions.size();
        return at.region() >= own && !lent.get(at.region() - own).sealed();
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
