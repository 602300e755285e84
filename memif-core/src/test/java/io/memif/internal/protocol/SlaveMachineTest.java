package io.memif.internal.protocol;

import static io.memif.internal.protocol.MachineFixture.REGION;
import static io.memif.internal.protocol.MachineFixture.REGIONS;
import static io.memif.internal.protocol.MachineFixture.RING;
import static io.memif.internal.protocol.MachineFixture.RINGS;
import static io.memif.internal.protocol.MachineFixture.ack;
import static io.memif.internal.protocol.MachineFixture.assertEnded;
import static io.memif.internal.protocol.MachineFixture.assertStep;
import static io.memif.internal.protocol.MachineFixture.describe;
import static io.memif.internal.protocol.MachineFixture.feed;
import static io.memif.internal.protocol.MachineFixture.send;
import static io.memif.internal.protocol.MachineFixture.slave;
import static io.memif.internal.protocol.MachineFixture.slaveAfterInit;
import static io.memif.internal.protocol.MachineFixture.slaveParameters;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import io.memif.internal.protocol.InterfaceParameters.RingCount;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class SlaveMachineTest {
    @Test
    void announcesEverythingOneByOne() {
        SlaveMachine slave = slave();
        assertEquals("waiting for HELLO", slave.phase());
        MemoryPlan.Rings agreed = new MemoryPlan.Rings(1, 1, 10);
        MemoryPlan plan =
                MemoryPlan.ofSlave(
                        slaveParameters(Secret.NONE), agreed, MemoryPlan.OwnRegions.NONE);
        assertEquals(RINGS, plan.rings());
        assertStep(
                feed(slave, MachineFixture.hello()),
                send(new Message.Init(0x0200, 7, 0, Secret.NONE, "our app")));
        assertEquals("waiting for ACK of INIT", slave.phase());
        assertStep(feed(slave, ack()), new Effect.CreateMemory(plan));
        assertEquals("creating memory", slave.phase());
        assertStep(
                slave.memoryReady(
                        List.of(new MemoryPlan.Region(0, REGION), new MemoryPlan.Region(1, 5))),
                send(new Message.AddRegion(0, REGION)));
        assertEquals("waiting for ACK of region 0", slave.phase());
        assertStep(feed(slave, ack()), send(new Message.AddRegion(1, 5)));
        assertStep(
                feed(slave, ack()),
                send(new Message.AddRing(new RingPlacement(Direction.S2M, 0, 0, 0, 10), 0)));
        assertStep(
                feed(slave, ack()),
                send(new Message.AddRing(new RingPlacement(Direction.M2S, 0, 0, RING, 10), 0)));
        assertEquals("waiting for ACK of M2S ring 0", slave.phase());
        assertStep(feed(slave, ack()), send(new Message.Connect("our if")));
        assertEquals("waiting for CONNECTED of CONNECT", slave.phase());
        assertFalse(slave.isConnected());
        assertStep(
                feed(slave, Frame.connected("memif0/0")),
                new Effect.LinkUp("peer app", "memif0/0"));
        assertTrue(slave.isConnected());
    }

    @Test
    void showsWhatItWasGiven() {
        SlaveMachine slave =
                new SlaveMachine(
                        new InterfaceParameters(
                                Role.SLAVE,
                                -2,
                                Mode.IP,
                                Secret.of("s3cret".getBytes(StandardCharsets.US_ASCII)),
                                "if",
                                new RingCount(1, 1),
                                new RingCount(1, 1),
                                Protocol.MAX_RINGS,
                                10,
                                1,
                                64,
                                2048,
                                0,
                                true),
                        "app",
                        MemoryPlan.OwnRegions.NONE);
        Effect.Send init = (Effect.Send) feed(slave, MachineFixture.hello()).effects().get(0);
        byte[] expected =
                Frame.ofType(3)
                        .u16(2, 0x0200)
                        .u32(4, -2)
                        .u8(8, 1)
                        .text(9, "s3cret")
                        .text(33, "app")
                        .bytes();
        assertArrayEquals(expected, MachineFixture.encode(init.message()));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0200, 0x0200, true",
        "0x0100, 0x0300, true",
        "0x0000, 0xffff, true",
        "0x0200, 0x0201, true",
        "0x01ff, 0x0200, true",
        "0x0201, 0x0300, false",
        "0x0100, 0x01ff, false",
        "0x0300, 0x0100, false",
        "0xffff, 0x0000, false",
    })
    void acceptsEveryRangeWithItsVersion(String min, String max, boolean accepted) {
        Frame hello = Frame.hello(Integer.decode(min), Integer.decode(max), 0, 0, 14);
        assertEquals(accepted ? "INIT" : "VERSION", describe(feed(slave(), hello)));
    }

    // offered M2S index, S2M index, log2; configured M2S, S2M, log2; expected M2S, S2M, log2
    @ParameterizedTest
    @CsvSource({
        "0, 0, 14,  4, 4, 10,  1, 1, 10",
        "1, 0, 14,  4, 4, 10,  2, 1, 10",
        "0, 1, 14,  4, 4, 10,  1, 2, 10",
        "255, 255, 14,  256, 256, 14,  256, 256, 14",
        "254, 255, 14,  256, 256, 14,  255, 256, 14",
        "256, 256, 15,  256, 256, 14,  256, 256, 14",
        "65535, 65535, 255,  256, 255, 14,  256, 255, 14",
        "65535, 65535, 255,  1, 1, 0,  1, 1, 0",
        "3, 3, 0,  4, 4, 10,  4, 4, 0",
    })
    void takesTheSmallerOfOfferAndWish(
            int m2sOffer,
            int s2mOffer,
            int log2Offer,
            int m2s,
            int s2m,
            int log2,
            int m,
            int s,
            int l) {
        InterfaceParameters parameters = slaveParameters(s2m, m2s, log2, 0, 0);
        SlaveMachine slave = slave(parameters);
        feed(slave, Frame.hello(0x0200, 0x0200, m2sOffer, s2mOffer, log2Offer));
        Step<?> step = feed(slave, ack());
        MemoryPlan plan =
                MemoryPlan.ofSlave(
                        parameters, new MemoryPlan.Rings(s, m, l), MemoryPlan.OwnRegions.NONE);
        assertStep(step, new Effect.CreateMemory(plan));
        assertEquals(s, plan.rings().stream().filter(r -> r.direction() == Direction.S2M).count());
        assertEquals(s + m, plan.rings().size());
        plan.rings().forEach(ring -> assertEquals(l, ring.log2Size()));
    }

    @Test
    void settlesForItsMinimum() {
        SlaveMachine slave = slave(slaveParameters(8, 8, 10, 4, 6));
        assertEquals("INIT", describe(feed(slave, Frame.hello(0x0200, 0x0200, 3, 3, 6))));
    }

    @Test
    void regionCountIsReadInMoreThan16Bits() {
        SlaveMachine two =
                new SlaveMachine(
                        slaveParameters(Secret.NONE), "our app", MachineFixture.ownRegions(1));
        Frame hello = MachineFixture.hello().u16(38, 65535);
        assertEquals("INIT", describe(feed(two, hello)));
    }

    /** A master that says no costs us no memory. */
    @Test
    void asksForMemoryOnlyWhenTheMasterHasSaidYes() {
        SlaveMachine slave = slaveAfterInit();
        Step<?> refused = feed(slave, Frame.disconnect(0, "unknown interface"));
        assertEquals("PEER_DISCONNECTED", describe(refused));
        assertThrows(
                IllegalStateException.class,
                () -> slaveAfterInit().memoryReady(REGIONS),
                "memory before the answer to INIT");
    }

    /** A VPP master wants to hear from a slave before its connection goes away. */
    @Test
    void saysGoodbyeWhateverItKnowsOfThePeer() {
        Ending deleted = Ending.local("interface deleted");
        assertEnded(slave().disconnect("interface deleted"), false, deleted);
        SlaveMachine afterHello = slave();
        feed(afterHello, MachineFixture.hello());
        assertEnded(afterHello.disconnect("interface deleted"), false, deleted);
        SlaveMachine noMemory = slaveAfterInit();
        feed(noMemory, ack());
        MachineFixture.assertRejected(
                noMemory.refuse(Refusal.memory("no space left")),
                false,
                Refusal.Reason.MEMORY,
                "no space left");
    }

    @Test
    void tellsWhatThePeerSaid() {
        Ending ending =
                new Ending(
                        Ending.Kind.PEER_DISCONNECTED,
                        Optional.empty(),
                        "peer disconnected: no\\x0a (code 5)",
                        "no\\x0a");
        assertEnded(feed(slaveAfterInit(), Frame.disconnect(5, "no\n")), false, ending);
        Ending silent =
                new Ending(
                        Ending.Kind.PEER_DISCONNECTED,
                        Optional.empty(),
                        "peer disconnected: no reason given",
                        "");
        assertEnded(feed(slaveAfterInit(), Frame.disconnect(0, "")), false, silent);
    }

    /** libmemif closes without a word when it does not know the id. */
    @Test
    void guessesWhyThePeerClosed() {
        SlaveMachine slave = MachineFixture.slaveWithMemory();
        assertEnded(
                slave.peerClosed("end of file"),
                false,
                Ending.peerClosed(
                        "peer closed the connection (end of file) while waiting for ACK of region 0"
                                + "; it may not know interface 7, or refuse our mode, secret or"
                                + " rings"));
        assertEnded(
                slave().peerClosed("ECONNRESET"),
                false,
                Ending.peerClosed(
                        "peer closed the connection (ECONNRESET) while waiting for HELLO"));
    }

    @Test
    void lateMemoryIsIgnoredOnceClosed() {
        SlaveMachine slave = slaveAfterInit();
        feed(slave, ack());
        slave.timeout();
        assertStep(slave.memoryReady(REGIONS));
    }

    @Test
    void memoryNobodyAskedForIsAnError() {
        assertThrows(IllegalStateException.class, () -> slave().memoryReady(REGIONS));
        assertThrows(
                IllegalStateException.class,
                () -> MachineFixture.slaveWithMemory().memoryReady(REGIONS));
    }

    @Test
    void announcesRingsOfBothDirectionsInOrder() {
        SlaveMachine slave = slave(slaveParameters(3, 2, 0, 0, 0));
        feed(slave, MachineFixture.hello());
        feed(slave, ack());
        slave.memoryReady(List.of(new MemoryPlan.Region(0, 720)));
        for (int i = 0; i < 5; i++) {
            Direction direction = i < 3 ? Direction.S2M : Direction.M2S;
            int index = i < 3 ? i : i - 3;
            RingPlacement ring = new RingPlacement(direction, index, 0, i * 144L, 0);
            assertStep(feed(slave, ack()), send(new Message.AddRing(ring, 0)));
        }
        assertEquals("CONNECT", describe(feed(slave, ack())));
    }
}
