package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.Negotiated;
import io.memif.internal.protocol.RingPlacement;
import io.memif.internal.protocol.Secret;
import io.memif.internal.protocol.SlaveMachine;
import io.memif.tests.hostile.RawMessage;
import java.util.ArrayList;
import java.util.List;

/** A master's life against the slave's machine. */
final class SlaveWalk extends ControlWalk {
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
                                rings,
                                rings,
                                least,
                                least,
                                10,
                                input.below(3),
                                64,
                                2048,
                                0,
                                true),
                        "ours");
        machine = slave;
        generator = new MasterMessages(input);
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
        Negotiated allowed = effect.negotiated();
        assertTrue(allowed.s2mRings() <= MOST_RINGS && allowed.m2sRings() <= MOST_RINGS);
        assertTrue(allowed.log2RingSize() <= 10);
        if (refuseMemory) {
            refuse("no memory");
            return;
        }
        List<RingPlacement> rings = new ArrayList<>();
        for (int i = 0; i < allowed.s2mRings() + allowed.m2sRings(); i++) {
            boolean s2m = i < allowed.s2mRings();
            int index = s2m ? i : i - allowed.s2mRings();
            Direction direction = s2m ? Direction.S2M : Direction.M2S;
            rings.add(new RingPlacement(direction, index, 0, i << 15, allowed.log2RingSize()));
        }
        then(slave.memoryReady(List.of(1L << 20, 1L << 20), rings));
    }

    @Override
    public void bind(Effect.Bind effect) {
        throw new AssertionError("a slave binds nothing");
    }

    @Override
    public void attachMemory(Effect.AttachMemory effect) {
        throw new AssertionError("a slave attaches nothing");
    }
}
