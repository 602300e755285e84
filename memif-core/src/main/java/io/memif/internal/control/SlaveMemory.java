package io.memif.internal.control;

import io.memif.Role;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a slave brings to a link: regions, and an eventfd for each ring. Owned by one session and
 * closed with it; the application's regions are only retained meanwhile. Created and released by a
 * helper, linked on the reactor's thread.
 */
final class SlaveMemory extends LinkMemory {
    private final MemoryPlan plan;
    private final InterfaceSpec spec;
    private final List<Region> created = new ArrayList<>();
    private final List<EventFd> events = new ArrayList<>();
    private final List<Ring> rings = new ArrayList<>();

    SlaveMemory(Reactor reactor, MemoryPlan plan, InterfaceSpec spec) {
        super(reactor, spec);
        this.plan = plan;
        this.spec = spec;
    }

    /**
     * Creates everything. On a helper.
     *
     * @throws UnixException saying what is missing
     */
    void create() {
        String name = spec.parameters().name();
        createRegions(name);
        List<Region> all = new ArrayList<>(created);
        all.addAll(spec.regions());
        table = new RegionTable(all, reactor::report, this::byHelper);
        for (RingPlacement placement : plan.rings()) {
            events.add(EventFd.create(reactor.posix(), name + " ring " + events.size()));
            Ring ring =
                    table.region(placement.region())
                            .ring(
                                    placement.offset(),
                                    placement.log2Size(),
                                    spec.parameters().cacheLine());
            // The mask belongs to the receiver: ours on M2S rings, cleared when the queue wants
            // signals. Masters that want signals on S2M rings expect it clear, others set it.
            ring.initialise(placement.direction() == Direction.M2S ? RingLayout.MASK_INT : 0);
            // Or the control thread would, when it posts the buffers.
            ring.touch();
            rings.add(ring);
        }
    }

    /** What it takes besides the application's regions. */
    @Override
    long bytes() {
        long bytes = 0;
        for (MemoryPlan.Region each : toCreate()) {
            bytes += each.size();
        }
        return bytes;
    }

    private List<MemoryPlan.Region> toCreate() {
        return plan.regions().subList(0, plan.regions().size() - spec.regions().size());
    }

    private void createRegions(String name) {
        if (!spec.pages().huge()) {
            Region.requireMemory(name, bytes());
        }
        for (MemoryPlan.Region each : toCreate()) {
            String full = name + " region " + each.index();
            created.add(Region.create(reactor.posix(), full, each.size(), spec.pages()));
        }
    }

    /** As they are announced: created ones first, then the application's. */
    List<MemoryPlan.Region> announced() {
        List<MemoryPlan.Region> all = new ArrayList<>();
        for (int index = 0; index < table.size(); index++) {
            all.add(new MemoryPlan.Region(index, table.region(index).size()));
        }
        return all;
    }

    /** What goes with a message, null for most. */
    OwnedFd descriptor(Message message) {
        if (message instanceof Message.AddRegion region) {
            return table.region(region.index()).file();
        }
        return message instanceof Message.AddRing ring
                ? events.get(plan.rings().indexOf(ring.placement())).fd()
                : null;
    }

    /** The link over this memory. */
    Link link(Link.Peer peer, Consumer<String> onFault) {
        List<LinkRing> tx = new ArrayList<>();
        List<LinkRing> rx = new ArrayList<>();
        for (int i = 0; i < rings.size(); i++) {
            RingPlacement placement = plan.rings().get(i);
            MemoryPlan.Buffers at = plan.buffers().get(i);
            EventFd event = events.get(i);
            Runnable signal = signaller.of(event);
            (placement.direction() == Direction.S2M ? tx : rx)
                    .add(new LinkRing(rings.get(i), event, signal, placement, buffers(at)));
        }
        return new Link(
                Role.SLAVE,
                peer,
                rx,
                tx,
                table,
                rings.get(0).size(),
                spec.parameters().bufferSize(),
                onFault,
                new PeerMovement(reactor.nanoTime()));
    }

    private static OwnBuffers buffers(MemoryPlan.Buffers at) {
        return new OwnBuffers(
                at.region(),
                Math.toIntExact(at.offset()),
                at.stride(),
                at.stagger(),
                at.capacity());
    }

    @Override
    String what() {
        return "releasing memory of " + spec;
    }

    @Override
    Collection<Region> regions() {
        return created;
    }

    @Override
    Collection<EventFd> events() {
        return events;
    }

    @Override
    void forget() {
        created.clear();
        events.clear();
        rings.clear();
    }
}
