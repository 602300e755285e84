package io.memif.internal.control;

import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.SlaveMachine;
import io.memif.unix.OwnedFd;
import java.util.function.Consumer;

/**
 * A slave's control connection: brings the memory, hands the link to the interface when it is up.
 */
final class SlaveSession extends Session<Effect.SlaveHandler> implements Effect.SlaveHandler {
    private final SlaveMachine machine;
    private final InterfaceSpec spec;
    private final LinkSink sink;
    private final Runnable onUp;
    private final Consumer<Ending> onEnd;
    private SlaveMemory memory;

    static SlaveSession open(
            Reactor reactor,
            OwnedFd socket,
            InterfaceSpec spec,
            String applicationName,
            LinkSink sink,
            Runnable onUp,
            Consumer<Ending> onEnd) {
        SlaveMachine machine =
                new SlaveMachine(spec.parameters(), applicationName, spec.ownRegions());
        return new SlaveSession(reactor, socket, machine, spec, sink, onUp, onEnd);
    }

    private SlaveSession(
            Reactor reactor,
            OwnedFd socket,
            SlaveMachine machine,
            InterfaceSpec spec,
            LinkSink sink,
            Runnable onUp,
            Consumer<Ending> onEnd) {
        super(reactor, socket, machine, spec.handshakeTimeoutNs());
        this.machine = machine;
        this.spec = spec;
        this.sink = sink;
        this.onUp = onUp;
        this.onEnd = onEnd;
    }

    @Override
    Effect.SlaveHandler handler() {
        return this;
    }

    @Override
    OwnedFd descriptor(Message message) {
        return memory == null ? null : memory.descriptor(message);
    }

    @Override
    public void createMemory(Effect.CreateMemory effect) {
        memory = new SlaveMemory(reactor, effect.plan(), spec);
        byHelper(
                () -> "creating memory of " + spec,
                memory.bytes(),
                memory::create,
                () -> machine.memoryReady(memory.announced()));
    }

    @Override
    public void linkUp(Effect.LinkUp effect) {
        up(memory.link(peer(effect), this::failFromAnyThread), spec, sink);
        onUp.run();
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
}
