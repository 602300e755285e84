package io.memif.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The slave's side: answers HELLO with INIT, has the memory created once the master has said yes to
 * that, and announces it in lock-step.
 *
 * <p>Exactly one of our messages is outstanding at any time: a VPP master answers a slave that runs
 * ahead only in part and then stays silent. INIT, each ADD_REGION and each ADD_RING (S2M rings
 * first) is answered by ACK, CONNECT by CONNECTED; any other answer ends the connection.
 */
public final class SlaveMachine extends Machine<Effect.SlaveHandler> {
    private enum State {
        AWAIT_HELLO,
        INIT_SENT,
        CREATE_MEMORY,
        AWAIT_ANSWER
    }

    private final InterfaceParameters parameters;
    private final String applicationName;
    private final MemoryPlan.OwnRegions ownRegions;
    private final List<Message> script = new ArrayList<>();
    private State state = State.AWAIT_HELLO;
    private MemoryPlan plan;
    private String peerApplication;
    private int sent;

    /**
     * A connection that has just been made.
     *
     * @param applicationName sent in INIT, 31 bytes, the rest is cut off
     * @param ownRegions regions of the application
     */
    public SlaveMachine(
            InterfaceParameters parameters,
            String applicationName,
            MemoryPlan.OwnRegions ownRegions) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.applicationName = Objects.requireNonNull(applicationName, "applicationName");
        this.ownRegions = Objects.requireNonNull(ownRegions, "ownRegions");
    }

    /**
     * The memory that {@link Effect.CreateMemory} asked for exists.
     *
     * @param regions as they are announced: the planned ones, each as long or longer, since
     *     hugepages come as a whole
     * @return what to do; nothing if the connection has ended meanwhile
     * @throws IllegalStateException if no memory was asked for
     */
    public Step<Effect.SlaveHandler> memoryReady(List<MemoryPlan.Region> regions) {
        if (isClosed()) {
            return nothing();
        }
        if (state != State.CREATE_MEMORY) {
            throw new IllegalStateException("memory ready while " + phase());
        }
        writeScript(regions);
        state = State.AWAIT_ANSWER;
        return sendNext();
    }

    @Override
    Step<Effect.SlaveHandler> onMessage(Message message) {
        if (isConnected()) {
            return unexpected(message);
        }
        if (state == State.AWAIT_HELLO && message instanceof Message.Hello hello) {
            return onHello(hello);
        }
        if (state == State.INIT_SENT && message.type() == Message.Type.ACK) {
            state = State.CREATE_MEMORY;
            return Step.of(new Effect.CreateMemory(plan));
        }
        if (state == State.AWAIT_ANSWER && message.type() == expectedAnswer()) {
            return message instanceof Message.Connected answer
                    ? Step.of(linkUp(peerApplication, answer.interfaceName()))
                    : sendNext();
        }
        return unexpected(message);
    }

    @Override
    String handshakePhase() {
        return switch (state) {
            case AWAIT_HELLO -> "waiting for HELLO";
            case INIT_SENT -> "waiting for ACK of INIT";
            case CREATE_MEMORY -> "creating memory";
            default -> "waiting for " + expectedAnswer() + " of " + outstanding();
        };
    }

    @Override
    String closedHint() {
        if (isConnected() || state != State.INIT_SENT && state != State.AWAIT_ANSWER) {
            return "";
        }
        return "; it may not know interface "
                + Integer.toUnsignedString(parameters.id())
                + ", or refuse our mode, secret or rings";
    }

    private Step<Effect.SlaveHandler> onHello(Message.Hello hello) {
        if (hello.minVersion() > Protocol.VERSION || hello.maxVersion() < Protocol.VERSION) {
            return end(
                    Refusal.Reason.VERSION.because(
                            "HELLO offers "
                                    + Protocol.versionText(hello.minVersion())
                                    + (" to " + Protocol.versionText(hello.maxVersion()))
                                    + (", this side needs "
                                            + Protocol.versionText(Protocol.VERSION))));
        }
        int s2m = Math.min(hello.maxS2mRing() + 1, parameters.s2mRings().queues());
        int m2s = Math.min(hello.maxM2sRing() + 1, parameters.m2sRings().queues());
        int log2 = Math.min(hello.maxLog2RingSize(), parameters.log2RingSize());
        if (s2m < parameters.s2mRings().min()) {
            return offerTooSmall("S2M rings", s2m, parameters.s2mRings().min());
        }
        if (m2s < parameters.m2sRings().min()) {
            return offerTooSmall("M2S rings", m2s, parameters.m2sRings().min());
        }
        if (log2 < parameters.minLog2RingSize()) {
            return offerTooSmall("log2 ring size", log2, parameters.minLog2RingSize());
        }
        plan = MemoryPlan.ofSlave(parameters, new MemoryPlan.Rings(s2m, m2s, log2), ownRegions);
        int needed = plan.regions().size();
        if (needed > hello.maxRegion() + 1) {
            return end(
                    Refusal.Reason.TOO_MANY_REGIONS.because(
                            needed + " needed, the master accepts " + (hello.maxRegion() + 1)));
        }
        peerApplication = hello.name();
        state = State.INIT_SENT;
        return Step.of(new Effect.Send(init()));
    }

    private Message.Init init() {
        return new Message.Init(
                Protocol.VERSION,
                parameters.id(),
                Protocol.number(parameters.mode()),
                parameters.secret(),
                applicationName);
    }

    private Step<Effect.SlaveHandler> offerTooSmall(String what, int offered, int demanded) {
        return end(
                Refusal.Reason.OFFER_TOO_SMALL.because(
                        what + ": offered " + offered + ", demanded " + demanded));
    }

    private void writeScript(List<MemoryPlan.Region> regions) {
        for (MemoryPlan.Region region : regions) {
            script.add(new Message.AddRegion(region.index(), region.size()));
        }
        for (RingPlacement ring : plan.rings()) {
            script.add(new Message.AddRing(ring, 0));
        }
        script.add(new Message.Connect(parameters.name()));
    }

    private Step<Effect.SlaveHandler> sendNext() {
        return Step.of(new Effect.Send(script.get(sent++)));
    }

    private Message.Type expectedAnswer() {
        return sent == script.size() ? Message.Type.CONNECTED : Message.Type.ACK;
    }

    private String outstanding() {
        Message message = script.get(sent - 1);
        if (message instanceof Message.AddRegion region) {
            return "region " + region.index();
        }
        return message instanceof Message.AddRing ring
                ? ring.placement().ringName()
                : message.type().toString();
    }
}
