package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.Effect;
import io.memif.internal.protocol.InterfaceDirectory;
import io.memif.internal.protocol.InterfaceParameters;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import io.memif.internal.protocol.MasterMachine;
import io.memif.internal.protocol.MemoryPlan;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.Refusal;
import io.memif.internal.protocol.Secret;
import java.util.Optional;

/** A slave's life against the master's machine. */
final class MasterWalk extends ControlWalk<Effect.MasterHandler> implements Effect.MasterHandler {
    private static final int ID = 7;

    private final MasterMachine master;
    private final boolean refuseMemory;

    MasterWalk(ByteSource input, Coverage coverage) {
        super(input, coverage);
        Secret secret = input.oneIn(16) ? Secret.of(new byte[] {'a'}) : Secret.NONE;
        int minS2mRings = input.below(2);
        int minM2sRings = input.below(2);
        InterfaceParameters parameters =
                new InterfaceParameters(
                        Role.MASTER,
                        ID,
                        input.oneIn(20) ? Mode.IP : Mode.ETHERNET,
                        secret,
                        "ours",
                        new RingCount(3, minS2mRings),
                        new RingCount(3, minM2sRings),
                        3,
                        10,
                        0,
                        64,
                        64,
                        0,
                        true);
        InterfaceDirectory.Entry entry =
                new InterfaceDirectory.Entry(
                        parameters,
                        input.oneIn(30)
                                ? Optional.of(Refusal.Reason.ALREADY_CONNECTED.because("it"))
                                : Optional.empty(),
                        !input.oneIn(30));
        refuseMemory = input.oneIn(20);
        master =
                new MasterMachine(
                        Message.Hello.of("ours"),
                        (id, role) ->
                                id == ID && role == Role.MASTER || id == 8 && role == Role.SLAVE
                                        ? Optional.of(entry)
                                        : Optional.empty());
        machine = master;
        for (Effect<? super Effect.MasterHandler> effect : master.start().effects()) {
            effect.apply(this);
        }
    }

    @Override
    Effect.MasterHandler handler() {
        return this;
    }

    @Override
    MessageGenerator generator() {
        return new SlaveMessages(input, ID);
    }

    @Override
    public void bind(Effect.Bind effect) {
        assertTrue(effect.id() == ID);
    }

    @Override
    public void keepRegion(Effect.KeepRegion effect) {
        keep();
        if (input.oneIn(40)) {
            refuse("region " + effect.region().index() + " will not do");
        }
    }

    @Override
    public void keepRing(Effect.KeepRing effect) {
        keep();
        if (input.oneIn(40)) {
            refuse("ring " + effect.ring().index() + " will not do");
        }
    }

    @Override
    public void attachMemory(Effect.AttachMemory effect) {
        MemoryPlan plan = effect.plan();
        assertTrue(!plan.regions().isEmpty() && !plan.rings().isEmpty());
        assertTrue(plan.rings().size() <= 6 && plan.regions().size() <= 256);
        checkRings(plan);
        if (refuseMemory) {
            refuse("S2M ring 0: wrong cookie");
        } else {
            then(master.attached());
        }
    }
}
