package io.memif.internal.control;

import io.memif.internal.memory.RegionException;
import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.FdRef;
import io.memif.internal.protocol.Negotiated;
import io.memif.internal.protocol.SlaveMachine;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;
import java.util.function.Consumer;

/**
 * A slave's control connection: brings the memory, hands the link to the interface when it is up.
 */
final class SlaveSession extends Session {
    private final SlaveMachine machine;
    private final InterfaceSpec spec;
    private final LinkSink sink;
    private final Consumer<Ending> onEnd;
    private SlaveMemory memory;

    static SlaveSession open(
            Reactor reactor,
            OwnedFd socket,
            InterfaceSpec spec,
            String applicationName,
            LinkSink sink,
            Consumer<Ending> onEnd) {
        SlaveMachine machine = new SlaveMachine(spec.parameters(), applicationName);
        return new SlaveSession(reactor, socket, machine, spec, sink, onEnd);
    }

    private SlaveSession(
            Reactor reactor,
            OwnedFd socket,
            SlaveMachine machine,
            InterfaceSpec spec,
            LinkSink sink,
            Consumer<Ending> onEnd) {
        super(reactor, socket, machine, spec.handshakeTimeoutNs());
        this.machine = machine;
        this.spec = spec;
        this.sink = sink;
        this.onEnd = onEnd;
    }

    @Override
    OwnedFd descriptor(FdRef ref) {
        return memory == null ? null : memory.descriptor(ref);
    }

    @Override
    public void createMemory(Effect.CreateMemory effect) {
        Negotiated allowed = effect.negotiated();
        try {
            memory = SlaveMemory.create(reactor, spec.layout(allowed), spec);
            then(machine.memoryReady(memory.regionSizes(), memory.placements()));
        } catch (RegionException | UnixException e) {
            refuse(e.getMessage());
        }
    }

    @Override
    public void linkUp(Effect.LinkUp effect) {
        up(memory.link(peer(effect.peer()), this::failFromAnyThread), spec, sink);
    }

    @Override
    public void linkDown(Effect.LinkDown effect) {
        down(effect.ending(), sink);
    }

    @Override
    void ended(Ending ending) {
        if (memory != null) {
            memory.close();
        }
        onEnd.accept(ending);
    }

    @Override
    public void bind(Effect.Bind effect) {
        throw new IllegalStateException("a slave binds nothing");
    }

    @Override
    public void keepRegion(Effect.KeepRegion effect) {
        throw new IllegalStateException("a slave keeps no regions");
    }

    @Override
    public void keepRing(Effect.KeepRing effect) {
        throw new IllegalStateException("a slave keeps no rings");
    }

    @Override
    public void attachMemory(Effect.AttachMemory effect) {
        throw new IllegalStateException("a slave attaches nothing");
    }
}
