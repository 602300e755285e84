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
public final class MasterMachine extends Machine {
    private enum State {
        AWAIT_INIT,
        COLLECT,
        ATTACH
    }

    private final Hello hello;
    private final InterfaceDirectory directory;
    private State state = State.AWAIT_INIT;
    private InterfaceParameters itf;
    private MemoryPlan plan;
    private String peerApplication;
    private String peerInterface;

    /**
     * A connection that has just been accepted.
     *
     * @param hello the most that any interface of the directory takes
     * @param directory asked once, when INIT comes
     */
    public MasterMachine(Hello hello, InterfaceDirectory directory) {
        this.hello = Objects.requireNonNull(hello, "hello");
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /**
     * Begins; to be called once, right after accept, since the master speaks first.
     *
     * @return what to do: send HELLO
     */
    public Step start() {
        return Step.of(new Effect.Send(hello, FdRef.NONE));
    }

    /**
     * The memory that {@link Effect.AttachMemory} named is mapped and its cookies are right.
     *
     * @return what to do: send CONNECTED, then the link is up; nothing if the connection has ended
     *     meanwhile
     * @throws IllegalStateException if there was nothing to attach
     */
    public Step attached() {
        if (isClosed()) {
            return Step.NOTHING;
        }
        if (state != State.ATTACH || isConnected()) {
            throw new IllegalStateException("attached while " + phase());
        }
        return Step.of(
                new Effect.Send(new Connected(itf.name()), FdRef.NONE),
                linkUp(peerApplication, peerInterface));
    }

    @Override
    Step onMessage(Message message) {
        if (state == State.AWAIT_INIT && message instanceof Init init) {
            return onInit(init);
        }
        if (state == State.COLLECT) {
            if (message instanceof AddRegion region) {
                return onAddRegion(new RegionSize(region.index(), region.size()));
            }
            if (message instanceof AddRing ring) {
                return onAddRing(ring);
            }
            if (message instanceof Connect connect) {
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

    private Step onInit(Init init) {
        if (init.version() != Protocol.VERSION) {
            return reject(
                    RejectReason.VERSION.because(
                            ("INIT asks for " + Protocol.versionText(init.version()))
                                    + (", needed is " + Protocol.versionText(Protocol.VERSION))));
        }
        String named = "interface " + Integer.toUnsignedString(init.id());
        InterfaceDirectory.Entry found = directory.find(init.id(), Role.MASTER).orElse(null);
        if (found == null) {
            return reject(
                    directory.find(init.id(), Role.SLAVE).isPresent()
                            ? RejectReason.ROLE_MISMATCH.because(named + " is a slave here, too")
                            : RejectReason.UNKNOWN_ID.because(Integer.toUnsignedString(init.id())));
        }
        Optional<Rejection> refusal = refusal(init, found, named);
        if (refusal.isPresent()) {
            return reject(refusal.get());
        }
        itf = found.parameters();
        plan = new MemoryPlan(itf);
        peerApplication = init.name();
        state = State.COLLECT;
        return Step.of(new Effect.Bind(init.id(), init.name()), ack());
    }

    private static Optional<Rejection> refusal(
            Init init, InterfaceDirectory.Entry entry, String named) {
        if (entry.busy()) {
            return Optional.of(RejectReason.ALREADY_CONNECTED.because(named));
        }
        if (!entry.adminUp()) {
            return Optional.of(RejectReason.ADMIN_DOWN.because(named));
        }
        Mode mode = Mode.ofWire(init.mode()).filter(Mode::isSupported).orElse(null);
        if (mode == null) {
            String text = Mode.ofWire(init.mode()).map(Mode::name).orElse("number " + init.mode());
            return Optional.of(RejectReason.UNSUPPORTED_MODE.because(text));
        }
        Mode ours = entry.parameters().mode();
        if (mode != ours) {
            return Optional.of(
                    RejectReason.MODE_MISMATCH.because(
                            named + " is " + ours + ", slave asks for " + mode));
        }
        Secret secret = entry.parameters().secret();
        if (secret.isNone() || secret.equals(init.secret())) {
            return Optional.empty();
        }
        RejectReason reason =
                init.secret().isNone() ? RejectReason.SECRET_REQUIRED : RejectReason.SECRET_WRONG;
        return Optional.of(reason.because(named));
    }

    private Step onAddRegion(RegionSize region) {
        return plan.add(region)
                .map(this::reject)
                .orElseGet(() -> Step.of(new Effect.KeepRegion(region), ack()));
    }

    private Step onAddRing(AddRing ring) {
        return plan.add(ring)
                .map(this::reject)
                .orElseGet(() -> Step.of(new Effect.KeepRing(ring.placement()), ack()));
    }

    private Step onConnect(Connect connect) {
        Optional<Rejection> refusal = plan.check();
        if (refusal.isPresent()) {
            return reject(refusal.get());
        }
        peerInterface = connect.interfaceName();
        state = State.ATTACH;
        return Step.of(new Effect.AttachMemory(plan.regions(), plan.rings(), peerInterface));
    }

    private static Effect.Send ack() {
        return new Effect.Send(new Ack(), FdRef.NONE);
    }
}
