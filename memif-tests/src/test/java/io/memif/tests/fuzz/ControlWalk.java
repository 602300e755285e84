package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.Ending;
import io.memif.internal.protocol.Machine;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.Refusal;
import io.memif.internal.protocol.RingPlacement;
import io.memif.internal.protocol.Step;
import io.memif.tests.hostile.RawMessage;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One peer against a state machine: sends what an input makes it send, carries the effects out as a
 * session does, and keeps account of every descriptor.
 */
abstract class ControlWalk<H extends Effect.Handler> implements Effect.Handler {
    private static final int MOST_KEPT = 256 + 16;

    final ByteSource input;
    final Coverage coverage;
    Machine<H> machine;
    private Step<H> followUp;
    private boolean dropRest;
    private int incoming;
    private int offered;
    private int taken;
    private int closed;
    private int sent;
    private int kept;
    private int ups;
    private int downs;
    private int closes;
    private long messages;
    private boolean rejected;

    ControlWalk(ByteSource input, Coverage coverage) {
        this.input = input;
        this.coverage = coverage;
    }

    /** This walk, which carries out what its machine wants. */
    abstract H handler();

    abstract MessageGenerator generator();

    /** One of our messages goes to the peer. */
    void received(RawMessage message) {}

    final long run() {
        MessageGenerator generator = generator();
        while (!input.isOver()) {
            if (input.oneIn(200)) {
                int kind = input.below(5);
                coverage.mark(1, kind);
                other(kind);
            } else {
                deliver(generator.next(), input.oneIn(250));
            }
            if (machine.isClosed() && input.oneIn(3)) {
                break;
            }
        }
        carryOut(machine.disconnect("end of the walk"));
        assertTrue(machine.isClosed());
        assertEquals(1, closes, "closed once");
        assertEquals(ups, downs, "as many ups as downs");
        assertEquals(offered, taken + closed, "every descriptor went to one owner or was closed");
        return messages;
    }

    private void other(int kind) {
        switch (kind) {
            case 0 -> carryOut(machine.timeout());
            case 1 -> carryOut(machine.peerClosed("end of file"));
            case 4 -> carryOut(machine.broken("receiving: ENOMEM"));
            case 2 -> carryOut(machine.refuse(Refusal.memory("no memory")));
            default -> carryOut(machine.disconnect("we go"));
        }
    }

    private void deliver(GeneratedMessage generated, boolean truncated) {
        RawMessage message = generated.message();
        CodecOracle.decoded(message);
        messages++;
        incoming = generated.descriptors();
        offered += incoming;
        boolean over = machine.isClosed();
        int before = sent;
        int wereKept = kept;
        String phase = machine.phase();
        Step<H> step =
                machine.onMessage(
                        ByteBuffer.wrap(message.bytes()),
                        message.length(),
                        generated.descriptors(),
                        truncated);
        if (over) {
            assertEquals(List.of(), step.effects(), "a machine that is closed stays closed");
        }
        carryOut(step);
        if (wereKept < kept) {
            assertTrue(generated.descriptors() == 1 && !truncated, "one descriptor, and all of it");
            assertEquals(1, kept - wereKept);
        }
        assertTrue(sent - before <= 1, "each message is answered once at most");
        closed += incoming;
        incoming = 0;
        int type = message.length() < 2 ? -1 : Math.min(9, message.type());
        coverage.mark(phase.hashCode(), type, machine.phase().hashCode(), sent - before);
    }

    private void carryOut(Step<H> step) {
        Step<H> current = step;
        int steps = 0;
        while (current != null) {
            assertTrue(++steps <= 3 && current.effects().size() <= 3, "bounded");
            followUp = null;
            dropRest = false;
            for (Effect<? super H> effect : current.effects()) {
                assertEquals(0, closes, "nothing comes after the end");
                effect.apply(handler());
                if (dropRest) {
                    break;
                }
            }
            current = followUp;
        }
        assertTrue(!rejected || machine.isClosed(), "a rejected machine stays rejected");
    }

    final void then(Step<H> step) {
        followUp = step;
    }

    final void refuse(String why) {
        followUp = machine.refuse(Refusal.memory(why));
        dropRest = true;
    }

    /** Whether the link has been up. */
    final boolean wasUp() {
        return ups > 0;
    }

    @Override
    public final void send(Effect.Send effect) {
        RawMessage message = CodecOracle.encoded(effect.message());
        if (effect.message().type() == Message.Type.DISCONNECT) {
            String reason = message.reason();
            assertTrue(!reason.isBlank() && reason.length() <= 95, reason);
            rejected = true;
        }
        sent++;
        received(message);
    }

    /** A descriptor is taken over. */
    final void keep() {
        assertTrue(incoming > 0, "there is a descriptor to keep");
        incoming--;
        taken++;
        kept++;
        assertTrue(kept <= MOST_KEPT, "bounded memory");
    }

    @Override
    public final void linkUp(Effect.LinkUp effect) {
        ups++;
        assertEquals(1, ups);
        CodecOracle.assertPrintable(effect.application());
        CodecOracle.assertPrintable(effect.interfaceName());
    }

    @Override
    public final void linkDown(Effect.LinkDown effect) {
        downs++;
        assertEquals(1, downs);
    }

    @Override
    public final void close(Effect.Close effect) {
        closes++;
        Ending ending = effect.ending();
        assertEquals(ending.kind() == Ending.Kind.REFUSED, ending.refusal().isPresent());
        assertTrue(!ending.text().isBlank());
        CodecOracle.assertPrintable(ending.text());
        coverage.mark(ending.kind() + "" + ending.reason().orElse(null));
    }

    /** States the plan in another way: every ring in its region, apart from all others. */
    final void checkRings(MemoryPlan plan) {
        for (RingPlacement ring : plan.rings()) {
            assertEquals(0, ring.offset() % 4);
            MemoryPlan.Region home = null;
            for (MemoryPlan.Region region : plan.regions()) {
                home = region.index() == ring.region() ? region : home;
            }
            assertTrue(home != null && home.size() > 0 && end(ring) <= home.size(), ring::toString);
            for (RingPlacement other : plan.rings()) {
                boolean apart =
                        ring == other
                                || ring.region() != other.region()
                                || end(ring) <= other.offset()
                                || end(other) <= ring.offset();
                assertTrue(apart, () -> ring + " and " + other);
            }
        }
    }

    private static long end(RingPlacement ring) {
        return ring.offset() + 2 * 64 + (16L << ring.log2Size());
    }
}
