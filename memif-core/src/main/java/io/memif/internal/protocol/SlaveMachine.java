package io.memif.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The slave's side: waits for HELLO, has the memory created, and announces it in lock-step.
 *
 * <p>Exactly one of our messages is outstanding at any time: a VPP master answers a slave that runs
 * ahead only in part and then stays silent. INIT, each ADD_REGION and each ADD_RING (S2M rings
 * first) is answered by ACK, CONNECT by CONNECTED; any other answer ends the connection.
 */
public final class SlaveMachine extends Machine {
    private enum State {
        AWAIT_HELLO,
        CREATE_MEMORY,
        AWAIT_ANSWER
    }

    private final InterfaceParameters parameters;
    private final String applicationName;
    private final List<Effect.Send> script = new ArrayList<>();
    private State state = State.AWAIT_HELLO;
    private Negotiated negotiated;
    private int sent;

    /**
     * A connection that has just been made.
     *
     * @param parameters what we want
     * @param applicationName told in INIT, 31 bytes, the rest is cut off
     */
    public SlaveMachine(InterfaceParameters parameters, String applicationName) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.applicationName = Objects.requireNonNull(applicationName, "applicationName");
    }

    /**
     * The memory that {@link Effect.CreateMemory} asked for exists.
     *
     * @param regionSizes bytes of each region, by index
     * @param rings S2M rings by index, then M2S rings by index, as many and as large as negotiated
     * @return what to do; nothing if the connection has ended meanwhile
     * @throws IllegalStateException if no memory was asked for
     * @throws IllegalArgumentException if the rings are not those that were negotiated
     */
    public Step memoryReady(List<Long> regionSizes, List<RingPlacement> rings) {
        if (isClosed()) {
            return Step.NOTHING;
        }
        if (state != State.CREATE_MEMORY) {
            throw new IllegalStateException("memory ready while " + phase());
        }
        requireNegotiated(rings, regionSizes.size());
        if (regionSizes.size() > negotiated.maxRegions()) {
            return reject(
                    RejectReason.TOO_MANY_REGIONS.because(
                            (regionSizes.size() + " needed, master takes ")
                                    + negotiated.maxRegions()));
        }
        writeScript(regionSizes, rings);
        state = State.AWAIT_ANSWER;
        return sendNext();
    }

    @Override
    Step onMessage(Message message) {
        if (isConnected()) {
            return unexpected(message);
        }
        if (state == State.AWAIT_HELLO && message instanceof Hello hello) {
            return onHello(hello);
        }
        if (state == State.AWAIT_ANSWER && message.type() == expectedAnswer()) {
            return message instanceof Connected answer
                    ? Step.of(linkUp(negotiated.peerApplication(), answer.interfaceName()))
                    : sendNext();
        }
        return unexpected(message);
    }

    @Override
    String handshakePhase() {
        return switch (state) {
            case AWAIT_HELLO -> "waiting for HELLO";
            case CREATE_MEMORY -> "creating memory";
            default -> "waiting for " + expectedAnswer() + " of " + outstanding();
        };
    }

    @Override
    String closedHint() {
        if (isConnected() || state != State.AWAIT_ANSWER) {
            return "";
        }
        return "; it may not know interface "
                + Integer.toUnsignedString(parameters.id())
                + ", or refuse our mode, secret or rings";
    }

    private Step onHello(Hello hello) {
        if (hello.minVersion() > Protocol.VERSION || hello.maxVersion() < Protocol.VERSION) {
            return reject(
                    RejectReason.VERSION.because(
                            "HELLO offers "
                                    + Protocol.versionText(hello.minVersion())
                                    + (" to " + Protocol.versionText(hello.maxVersion()))
                                    + (", needed is " + Protocol.versionText(Protocol.VERSION))));
        }
        int s2m = Math.min(hello.maxS2mRing() + 1, parameters.s2mRings());
        int m2s = Math.min(hello.maxM2sRing() + 1, parameters.m2sRings());
        int log2 = Math.min(hello.maxLog2RingSize(), parameters.log2RingSize());
        if (s2m < parameters.minS2mRings()) {
            return offerTooSmall("S2M rings", s2m, parameters.minS2mRings());
        }
        if (m2s < parameters.minM2sRings()) {
            return offerTooSmall("M2S rings", m2s, parameters.minM2sRings());
        }
        if (log2 < parameters.minLog2RingSize()) {
            return offerTooSmall("log2 ring size", log2, parameters.minLog2RingSize());
        }
        negotiated = new Negotiated(s2m, m2s, log2, hello.maxRegion() + 1, hello.name());
        state = State.CREATE_MEMORY;
        return Step.of(new Effect.CreateMemory(negotiated));
    }

    private Step offerTooSmall(String what, int offered, int demanded) {
        return reject(
                RejectReason.OFFER_TOO_SMALL.because(
                        what + ": offered " + offered + ", demanded " + demanded));
    }

    private void requireNegotiated(List<RingPlacement> rings, int regions) {
        int s2m = negotiated.s2mRings();
        if (rings.size() != s2m + negotiated.m2sRings()) {
            throw new IllegalArgumentException("rings=" + rings.size() + ", not " + negotiated);
        }
        for (int i = 0; i < rings.size(); i++) {
            RingPlacement ring = rings.get(i);
            Ranges.require("offset", ring.offset(), 0, 0xffff_ffffL);
            Direction direction = i < s2m ? Direction.S2M : Direction.M2S;
            if (ring.direction() != direction
                    || ring.index() != (i < s2m ? i : i - s2m)
                    || ring.log2Size() != negotiated.log2RingSize()
                    || ring.region() >= regions) {
                throw new IllegalArgumentException("ring " + i + " is " + ring);
            }
        }
    }

    private void writeScript(List<Long> regionSizes, List<RingPlacement> rings) {
        Init init =
                new Init(
                        Protocol.VERSION,
                        parameters.id(),
                        parameters.mode().wire(),
                        parameters.secret(),
                        applicationName);
        script.add(new Effect.Send(init, FdRef.NONE));
        for (int index = 0; index < regionSizes.size(); index++) {
            AddRegion region = new AddRegion(index, regionSizes.get(index));
            script.add(new Effect.Send(region, new FdRef.Region(index)));
        }
        for (RingPlacement ring : rings) {
            FdRef event = new FdRef.Ring(ring.direction(), ring.index());
            script.add(new Effect.Send(new AddRing(ring, 0), event));
        }
        script.add(new Effect.Send(new Connect(parameters.name()), FdRef.NONE));
    }

    private Step sendNext() {
        return Step.of(script.get(sent++));
    }

    private MessageType expectedAnswer() {
        return sent == script.size() ? MessageType.CONNECTED : MessageType.ACK;
    }

    private String outstanding() {
        Message message = script.get(sent - 1).message();
        if (message instanceof AddRegion region) {
            return "region " + region.index();
        }
        return message instanceof AddRing ring
                ? ring.placement().ringName()
                : message.type().toString();
    }
}
