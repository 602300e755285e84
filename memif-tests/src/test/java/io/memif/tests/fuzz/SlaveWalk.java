package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.RingPlacement;
import io.memif.internal.protocol.Secret;
import io.memif.internal.protocol.SlaveMachine;
import io.memif.tests.hostile.RawMessage;

/** A master's life against the slave's machine. */
final class SlaveWalk extends ControlWalk<Effect.SlaveHandler> implements Effect.SlaveHandler {
    private static final int MOST_RINGS = 4;

    private final SlaveMachine slave;
    private final MasterMessages generator;
    private final boolean refuseMemory;

    SlaveWalk(ByteSource input, Coverage coverage) {
        super(input, coverage);
        int rings = 1 + input.below(MOST_RINGS);
        int least = input.below(2);
        refuseMemory = input.oneIn(20);
        slave =
                new SlaveMachine(
                        new InterfaceParameters(
                                Role.SLAVE,
                                7,
                                Mode.ETHERNET,
                                Secret.NONE,
                                "ours0",
                                new RingCount(rings, least),
                                new RingCount(rings, least),
                                rings,
                                10,
                                input.below(3),
                                64,
                                64,
                                0,
                                true),
                        "ours",
                        MemoryPlan.OwnRegions.NONE);
        machine = slave;
        generator = new MasterMessages(input);
    }

    @Override
    Effect.SlaveHandler handler() {
        return this;
    }

    @Override
    MessageGenerator generator() {
        return generator;
    }

    @Override
    void received(RawMessage message) {
        generator.received(message.type());
    }

    @Override
    public void createMemory(Effect.CreateMemory effect) {
        MemoryPlan plan = effect.plan();
        assertTrue(plan.rings().size() <= 2 * MOST_RINGS);
        for (RingPlacement ring : plan.rings()) {
            assertTrue(ring.index() < MOST_RINGS && ring.log2Size() <= 10);
        }
        checkRings(plan);
        if (refuseMemory) {
            refuse("no memory");
        } else {
            then(slave.memoryReady(plan.regions()));
        }
    }
}
