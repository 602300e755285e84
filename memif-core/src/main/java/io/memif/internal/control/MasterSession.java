package io.memif.internal.control;

import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.MasterMachine;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.Refusal;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixException;

/**
 * An accepted control connection: belongs to nobody until INIT names an interface, then maps what
 * the slave brings.
 */
final class MasterSession extends Session<Effect.MasterHandler> implements Effect.MasterHandler {
    private final MasterMachine machine;
    private final SocketControl socket;
    private MasterControl owner;
    private MasterMemory memory;

    MasterSession(
            Reactor reactor,
            OwnedFd connection,
            MasterMachine machine,
            SocketControl socket,
            long handshakeTimeoutNs) {
        super(reactor, connection, machine, handshakeTimeoutNs);
        this.machine = machine;
        this.socket = socket;
    }

    /** The master speaks first. */
    void start() {
        carryOut(machine.start());
    }

    /** Instead of {@link #start}: nobody speaks with this slave. */
    void refusePeer(Refusal refusal) {
        carryOut(machine.refuse(refusal));
    }

    @Override
    Effect.MasterHandler handler() {
        return this;
    }

    /** Only slaves send descriptors. */
    @Override
    OwnedFd descriptor(Message message) {
        return null;
    }

    @Override
    public void bind(Effect.Bind effect) {
        owner = socket.master(effect.id());
        owner.bind(this);
        socket.listener().named(this);
        memory = new MasterMemory(reactor, owner.spec(), socket.listener().memoryLimits());
    }

    @Override
    public void keepRegion(Effect.KeepRegion effect) {
        OwnedFd file = takeDescriptor();
        try {
            memory.keepRegion(effect.region(), file);
        } catch (UnixException e) {
            refuse(e, file);
        }
    }

    @Override
    public void keepRing(Effect.KeepRing effect) {
        OwnedFd event = takeDescriptor();
        try {
            memory.keepRing(effect.ring(), event);
        } catch (UnixException e) {
            refuse(e, event);
        }
    }

    /** Not before the listener has returned from the last link. */
    @Override
    public void attachMemory(Effect.AttachMemory effect) {
        stopReading();
        owner.sink().callbacks().whenIdle(() -> attach(effect));
    }

    private void attach(Effect.AttachMemory effect) {
        if (isOver()) {
            return;
        }
        InterfaceSpec spec = owner.spec();
        byHelper(
                () -> "mapping memory for " + spec,
                0,
                () -> memory.attach(effect.plan().rings()),
                machine::attached);
    }

    @Override
    public void linkUp(Effect.LinkUp effect) {
        socket.listener().finished(this);
        Link link = memory.link(peer(effect), this::failFromAnyThread);
        up(link, owner.spec(), owner.sink());
    }

    @Override
    public void linkDown(Effect.LinkDown effect) {
        down(effect.ending(), owner.sink());
    }

    @Override
    void ended(Ending ending) {
        if (memory != null) {
            memory.close();
        }
        socket.listener().finished(this);
        if (owner != null) {
            owner.ended(this, ending);
        } else {
            socket.listener().refused(ending);
        }
    }
}
