package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Machines in any state, and short names for what they return. */
final class MachineFixture {
    static final int ID = 7;
    static final int SLAVE_ONLY_ID = 8;
    static final long REGION = 1 << 20;
    static final List<MemoryPlan.Region> REGIONS = List.of(new MemoryPlan.Region(0, REGION));
    static final long RING = 128 + 16 * 1024;

    /** As the slave of {@link #slaveParameters} places them. */
    static final List<RingPlacement> RINGS =
            List.of(
                    new RingPlacement(Direction.S2M, 0, 0, 0, 10),
                    new RingPlacement(Direction.M2S, 0, 0, RING, 10));

    private MachineFixture() {}

    static InterfaceParameters slaveParameters(Secret secret) {
        return parameters(Role.SLAVE, Mode.ETHERNET, secret, 1, 1, 0, 0, 10, 0, 64);
    }

    static InterfaceParameters slaveParameters(
            int s2m, int m2s, int log2, int minRings, int minLog2) {
        return parameters(
                Role.SLAVE,
                Mode.ETHERNET,
                Secret.NONE,
                s2m,
                m2s,
                minRings,
                minRings,
                log2,
                minLog2,
                64);
    }

    static InterfaceParameters limits(Mode mode, Secret secret) {
        return parameters(Role.MASTER, mode, secret, 2, 3, 1, 1, 10, 0, 64);
    }

    static InterfaceParameters limits(int s2m, int m2s, int minRings, int minLog2, int cacheLine) {
        return parameters(
                Role.MASTER,
                Mode.ETHERNET,
                Secret.NONE,
                s2m,
                m2s,
                minRings,
                minRings,
                10,
                minLog2,
                cacheLine);
    }

    static InterfaceParameters parameters(
            Role role,
            Mode mode,
            Secret secret,
            int s2m,
            int m2s,
            int minS2m,
            int minM2s,
            int log2,
            int minLog2,
            int cacheLine) {
        return new InterfaceParameters(
                role,
                ID,
                mode,
                secret,
                "our if",
                new RingCount(s2m, minS2m),
                new RingCount(m2s, minM2s),
                Math.max(s2m, m2s),
                log2,
                minLog2,
                cacheLine,
                64,
                0,
                true);
    }

    /** Regions of the application that hold no buffers. */
    static MemoryPlan.OwnRegions ownRegions(int count) {
        List<Long> sizes = Collections.nCopies(count, 4096L);
        return new MemoryPlan.OwnRegions(sizes, MemoryPlan.OwnRegions.CREATED, 0);
    }

    static SlaveMachine slave(InterfaceParameters parameters) {
        return new SlaveMachine(parameters, "our app", MemoryPlan.OwnRegions.NONE);
    }

    static InterfaceDirectory.Entry entry(Secret secret) {
        return entry(limits(Mode.ETHERNET, secret));
    }

    static InterfaceDirectory.Entry entry(InterfaceParameters limits) {
        return new InterfaceDirectory.Entry(limits, Optional.empty(), true);
    }

    /** Why a slave cannot have an interface that another has. */
    static Optional<Refusal> busy() {
        return Optional.of(Refusal.Reason.ALREADY_CONNECTED.because("interface " + ID));
    }

    /** Interface 7 is a master as given, interface 8 a slave. */
    static MasterMachine master(InterfaceDirectory.Entry entry) {
        return new MasterMachine(
                Message.Hello.of("our app"),
                (id, role) -> {
                    boolean known = role == Role.MASTER ? id == ID : id == SLAVE_ONLY_ID;
                    return known ? Optional.of(entry) : Optional.empty();
                });
    }

    static MasterMachine master() {
        return master(entry(Secret.NONE));
    }

    static SlaveMachine slave() {
        return slave(slaveParameters(Secret.NONE));
    }

    /** A slave that has sent INIT. */
    static SlaveMachine slaveAfterInit() {
        SlaveMachine slave = slave();
        feed(slave, hello());
        return slave;
    }

    /** A slave that has sent ADD_REGION. */
    static SlaveMachine slaveWithMemory() {
        SlaveMachine slave = slaveAfterInit();
        feed(slave, ack());
        slave.memoryReady(REGIONS);
        return slave;
    }

    static Frame hello() {
        return Frame.hello(0x0200, 0x0200, 255, 255, 14);
    }

    static Frame ack() {
        return Frame.ofType(1);
    }

    static Frame region() {
        return Frame.addRegion(0, REGION);
    }

    static Frame s2mRing() {
        return Frame.addRing(true, 0, 0, 0, 10);
    }

    static Frame m2sRing() {
        return Frame.addRing(false, 0, 0, RING, 10);
    }

    /** Feeds a frame with as many descriptors as its type wants. */
    static Step<?> feed(Machine<?> machine, Frame frame) {
        int type = frame.bytes()[0];
        return machine.onMessage(frame.buffer(), Frame.SIZE, type == 4 || type == 5 ? 1 : 0, false);
    }

    /** A master to which these have been fed, all of them accepted. */
    static MasterMachine masterAfter(InterfaceDirectory.Entry entry, Frame... frames) {
        MasterMachine master = master(entry);
        master.start();
        for (Frame frame : frames) {
            feed(master, frame);
            assertTrue(!master.isClosed(), master::phase);
        }
        return master;
    }

    static Effect.Send send(Message message) {
        return new Effect.Send(message);
    }

    static void assertStep(Step<?> step, Effect<?>... effects) {
        assertEquals(List.of(effects), step.effects());
    }

    /** Checks the whole refusal: bytes of the DISCONNECT, link down if it was up, close. */
    static void assertRejected(Step<?> step, boolean wasUp, Refusal.Reason reason, String text) {
        Refusal refusal = new Refusal(reason, text);
        Ending ending = new Ending(Ending.Kind.REFUSED, Optional.of(refusal), text, "");
        assertEnded(step, wasUp, ending);
        Effect.Send send = (Effect.Send) step.effects().get(0);
        assertArrayEquals(Frame.disconnect(0, text).bytes(), encode(send.message()));
        assertTrue(text.length() <= 95, "fits the DISCONNECT: " + text);
        assertTrue(text.startsWith(reason.summary()) || reason == Refusal.Reason.MEMORY, text);
    }

    static void assertEnded(Step<?> step, boolean wasUp, Ending ending) {
        List<Effect<?>> expected = new ArrayList<>();
        boolean tell = ending.kind() == Ending.Kind.REFUSED || ending.kind() == Ending.Kind.LOCAL;
        if (tell) {
            expected.add(send(new Message.Disconnect(0, ending.text())));
        }
        if (wasUp) {
            expected.add(new Effect.LinkDown(ending));
        }
        expected.add(new Effect.Close(ending));
        assertEquals(expected, step.effects());
    }

    static byte[] encode(Message message) {
        byte[] bytes = new byte[Frame.SIZE];
        MessageCodec.encode(message, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Effects by name; a whole ending as one word, with "down+" if the link was up. */
    static String describe(Step<?> step) {
        List<? extends Effect<?>> effects = step.effects();
        if (effects.isEmpty()) {
            return "-";
        }
        if (effects.get(effects.size() - 1) instanceof Effect.Close close) {
            Ending ending = close.ending();
            boolean down = effects.contains(new Effect.LinkDown(ending));
            assertEnded(step, down, ending);
            return (down ? "down+" : "")
                    + ending.reason().map(Refusal.Reason::name).orElse(ending.kind().name());
        }
        return effects.stream().map(MachineFixture::name).collect(Collectors.joining("+"));
    }

    private static String name(Effect<?> effect) {
        return effect instanceof Effect.Send send
                ? send.message().type().name()
                : effect.getClass().getSimpleName();
    }
}
