package io.memif.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two machines with each other, over bytes. */
@Timeout(20)
class HandshakeTest {
    // configured S2M, M2S, log2; offered S2M, M2S; expected S2M, M2S; cache line; regions
    @ParameterizedTest
    @CsvSource({
        "1, 1, 10,  1, 1,  1, 1,  64, 1",
        "1, 1, 0,   1, 1,  1, 1,  64, 2",
        "4, 2, 14,  4, 2,  4, 2,  64, 1",
        "2, 4, 1,   8, 8,  2, 4,  128, 3",
        "8, 8, 10,  3, 1,  3, 1,  128, 1",
        "256, 256, 4,  256, 256,  256, 256,  64, 256",
        "256, 1, 2,  16, 256,  16, 1,  64, 1",
    })
    void linkComesUp(
            int s2m,
            int m2s,
            int log2,
            int s2mOffer,
            int m2sOffer,
            int s2mLink,
            int m2sLink,
            int cacheLine,
            int regions) {
        SlaveMachine slave =
                new SlaveMachine(
                        MachineFixture.parameters(
                                Role.SLAVE,
                                Mode.ETHERNET,
                                Secret.NONE,
                                s2m,
                                m2s,
                                1,
                                1,
                                log2,
                                0,
                                cacheLine),
                        "our app",
                        MachineFixture.ownRegions(regions - 1));
        InterfaceDirectory.Entry entry =
                MachineFixture.entry(MachineFixture.limits(s2mOffer, m2sOffer, 1, 0, cacheLine));
        MasterMachine master =
                new MasterMachine(
                        new Message.Hello("ma", 0x200, 0x200, 255, m2sOffer - 1, s2mOffer - 1, 14),
                        (id, role) ->
                                id == MachineFixture.ID && role == Role.MASTER
                                        ? Optional.of(entry)
                                        : Optional.empty());
        Wire wire = new Wire(slave, master);

        wire.run();

        assertTrue(slave.isConnected(), slave::phase);
        assertTrue(master.isConnected(), master::phase);
        assertEquals(new Effect.LinkUp("ma", "our if"), wire.slavePeer);
        assertEquals(new Effect.LinkUp("our app", "our if"), wire.masterPeer);
        assertEquals(regions, wire.attached.regions().size());
        assertEquals(wire.created.regions(), wire.attached.regions());
        assertEquals(wire.created.rings(), wire.attached.rings());
        assertEquals(s2mLink + m2sLink, wire.created.rings().size());
        assertEquals(1 + regions + s2mLink + m2sLink, wire.acks);
    }

    @Test
    void aRefusalReachesTheOtherSide() {
        Wire wire = new Wire(MachineFixture.slave(), MachineFixture.master());
        wire.refusal = "cannot map region 0";

        wire.run();

        assertEquals(Ending.Kind.PEER_DISCONNECTED, wire.slaveEnding.kind());
        assertEquals("cannot map region 0", wire.slaveEnding.peerReason());
        assertEquals(Optional.of(Refusal.Reason.MEMORY), wire.masterEnding.reason());
        assertNull(wire.slavePeer);
        assertNull(wire.masterPeer);
    }

    /** Carries messages to and fro and plays the part of both owners. */
    private static final class Wire {
        private final SlaveMachine slave;
        private final MasterMachine master;
        private final List<Effect.Send> toSlave = new ArrayList<>();
        private final List<Effect.Send> toMaster = new ArrayList<>();
        private String refusal;
        private MemoryPlan created;
        private MemoryPlan attached;
        private Effect.LinkUp slavePeer;
        private Effect.LinkUp masterPeer;
        private Ending slaveEnding;
        private Ending masterEnding;
        private int acks;

        Wire(SlaveMachine slave, MasterMachine master) {
            this.slave = slave;
            this.master = master;
        }

        void run() {
            master(master.start());
            while (!toSlave.isEmpty() || !toMaster.isEmpty()) {
                assertTrue(toSlave.size() + toMaster.size() == 1, "lock-step");
                if (toSlave.isEmpty()) {
                    master(deliver(toMaster.remove(0), master));
                } else {
                    slave(deliver(toSlave.remove(0), slave));
                }
            }
        }

        private Step<?> deliver(Effect.Send send, Machine<?> machine) {
            ByteBuffer frame = ByteBuffer.wrap(MachineFixture.encode(send.message()));
            acks += send.message() instanceof Message.Ack ? 1 : 0;
            int fds = send.message().type().fds();
            return machine.onMessage(frame, MessageCodec.MESSAGE_SIZE, fds, false);
        }

        private void master(Step<?> step) {
            for (Effect<?> effect : step.effects()) {
                if (effect instanceof Effect.Send send) {
                    toSlave.add(send);
                } else if (effect instanceof Effect.AttachMemory attach) {
                    attached = attach.plan();
                    master(
                            refusal == null
                                    ? master.attached()
                                    : master.refuse(Refusal.memory(refusal)));
                } else if (effect instanceof Effect.LinkUp up) {
                    masterPeer = up;
                } else if (effect instanceof Effect.Close close) {
                    masterEnding = close.ending();
                }
            }
        }

        private void slave(Step<?> step) {
            for (Effect<?> effect : step.effects()) {
                if (effect instanceof Effect.Send send) {
                    toMaster.add(send);
                } else if (effect instanceof Effect.CreateMemory create) {
                    created = create.plan();
                    slave(slave.memoryReady(created.regions()));
                } else if (effect instanceof Effect.LinkUp up) {
                    slavePeer = up;
                } else if (effect instanceof Effect.Close close) {
                    slaveEnding = close.ending();
                }
            }
        }
    }
}
