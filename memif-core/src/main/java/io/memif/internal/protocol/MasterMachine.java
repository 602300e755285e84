package io.memif.internal.protocol;

import io.memif.Mode;
import io.memif.Role;
import java.util.Objects;
import java.util.Optional;

/**
 * The master's side: says HELLO, learns from INIT which interface the slave wants, records what it
 * announces, and has it mapped at CONNECT.
 *
 * <p>Each accepted message is answered exactly once, and only then: a VPP slave sends its next
 * message per message received, and stalls when answers come in a burst. INIT is checked as VPP
 * does, in the order version, id, role, busy, mode, secret.
 */
public final class MasterMachine extends Machine<Effect.MasterHandler> {
    private enum State {
        AWAIT_INIT,
        COLLECT,
        ATTACH
    }

    private final Message.Hello hello;
    private final InterfaceDirectory directory;
    private State state = State.AWAIT_INIT;
    private InterfaceParameters ours;
    private AnnouncedMemory announced;
    private String peerApplication;
    private String peerInterface;

    /**
     * A connection that has just been accepted.
     *
     * @param hello names no interface, and so no numbers of any
     * @param directory asked once, when INIT comes
     */
    public MasterMachine(Message.Hello hello, InterfaceDirectory directory) {
        this.hello = Objects.requireNonNull(hello, "hello");
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /**
     * Begins; to be called once, right after accept, since the master speaks first.
     *
     * @return what to do: send HELLO
     */
    public Step<Effect.MasterHandler> start() {
        return Step.of(new Effect.Send(hello));
    }

    /**
     * The memory that {@link Effect.AttachMemory} named is mapped and its cookies are right.
     *
     * @return what to do: send CONNECTED, then the link is up; nothing if the connection has ended
     *     meanwhile
     * @throws IllegalStateException if there was nothing to attach
     */
    public Step<Effect.MasterHandler> attached() {
        if (isClosed()) {
            return nothing();
        }
        if (state != State.ATTACH || isConnected()) {
            throw new IllegalStateException("attached while " + phase());
        }
        return Step.of(
                new Effect.Send(new Message.Connected(ours.name())),
                linkUp(peerApplication, peerInterface));
    }

    @Override
    Step<Effect.MasterHandler> onMessage(Message message) {
        if (state == State.AWAIT_INIT && message instanceof Message.Init init) {
            return onInit(init);
        }
        if (state == State.COLLECT) {
            if (message instanceof Message.AddRegion region) {
                return onAddRegion(new MemoryPlan.Region(region.index(), region.size()));
            }
            if (message instanceof Message.AddRing ring) {
                return onAddRing(ring);
            }
            if (message instanceof Message.Connect connect) {
                return onConnect(connect);
            }
        }
        return unexpected(message);
    }

    @Override
    String handshakePhase() {
        return switch (state) {
            case AWAIT_INIT -> "waiting for INIT";
            case COLLECT -> "waiting for ADD_REGION, ADD_RING or CONNECT";
            default -> "mapping memory";
        };
    }

    @Override
    String closedHint() {
        return "";
    }

    private Step<Effect.MasterHandler> onInit(Message.Init init) {
        if (init.version() != Protocol.VERSION) {
            return end(
                    Refusal.Reason.VERSION.because(
                            ("INIT asks for " + Protocol.versionText(init.version()))
                                    + (", this side needs "
                                            + Protocol.versionText(Protocol.VERSION))));
        }
        InterfaceDirectory.Entry found = directory.find(init.id(), Role.MASTER).orElse(null);
        if (found == null) {
            return end(
                    directory.find(init.id(), Role.SLAVE).isPresent()
                            ? Refusal.Reason.ROLE_MISMATCH.because(
                                    named(init) + " is a slave here too")
                            : Refusal.Reason.UNKNOWN_ID.because(
                                    Integer.toUnsignedString(init.id())));
        }
        Optional<Refusal> refusal = refusal(init, found);
        if (refusal.isPresent()) {
            return end(refusal.get());
        }
        ours = found.parameters();
        announced = new AnnouncedMemory(found.parameters());
        peerApplication = init.name();
        state = State.COLLECT;
        return Step.of(new Effect.Bind(init.id(), init.name()), ack());
    }

    private static Optional<Refusal> refusal(Message.Init init, InterfaceDirectory.Entry found) {
        if (found.busy().isPresent()) {
            return found.busy();
        }
        if (!found.adminUp()) {
            return Optional.of(Refusal.Reason.ADMIN_DOWN.because(named(init)));
        }
        InterfaceParameters parameters = found.parameters();
        Mode mode = Protocol.mode(init.mode()).orElse(null);
        if (mode == null) {
            return Optional.of(
                    Refusal.Reason.UNSUPPORTED_MODE.because(Protocol.modeText(init.mode())));
        }
        if (mode != parameters.mode()) {
            return Optional.of(
                    Refusal.Reason.MODE_MISMATCH.because(
                            named(init) + " is " + parameters.mode() + ", slave asks for " + mode));
        }
        if (parameters.secret().isNone() || parameters.secret().equals(init.secret())) {
            return Optional.empty();
        }
        Refusal.Reason reason =
                init.secret().isNone()
                        ? Refusal.Reason.SECRET_REQUIRED
                        : Refusal.Reason.SECRET_WRONG;
        return Optional.of(reason.because(named(init)));
    }

    private static String named(Message.Init init) {
        return "interface " + Integer.toUnsignedString(init.id());
    }

    private Step<Effect.MasterHandler> onAddRegion(MemoryPlan.Region region) {
        return announced
                .add(region)
                .map(this::end)
                .orElseGet(() -> Step.of(new Effect.KeepRegion(region), ack()));
    }

    private Step<Effect.MasterHandler> onAddRing(Message.AddRing ring) {
        return announced
                .add(ring)
                .map(this::end)
                .orElseGet(() -> Step.of(new Effect.KeepRing(ring.placement()), ack()));
    }

    private Step<Effect.MasterHandler> onConnect(Message.Connect connect) {
        Optional<Refusal> refusal = announced.check();
        if (refusal.isPresent()) {
            return end(refusal.get());
        }
        peerInterface = connect.interfaceName();
        state = State.ATTACH;
        return Step.of(new Effect.AttachMemory(announced.plan(), peerInterface));
    }

    private static Effect.Send ack() {
        return new Effect.Send(new Message.Ack());
    }
}
