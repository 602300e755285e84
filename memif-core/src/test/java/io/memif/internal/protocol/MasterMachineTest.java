package io.memif.internal.protocol;

import static io.memif.internal.protocol.MachineFixture.ID;
import static io.memif.internal.protocol.MachineFixture.REGION;
import static io.memif.internal.protocol.MachineFixture.RINGS;
import static io.memif.internal.protocol.MachineFixture.assertEnded;
import static io.memif.internal.protocol.MachineFixture.assertStep;
import static io.memif.internal.protocol.MachineFixture.busy;
import static io.memif.internal.protocol.MachineFixture.describe;
import static io.memif.internal.protocol.MachineFixture.entry;
import static io.memif.internal.protocol.MachineFixture.feed;
import static io.memif.internal.protocol.MachineFixture.limits;
import static io.memif.internal.protocol.MachineFixture.m2sRing;
import static io.memif.internal.protocol.MachineFixture.master;
import static io.memif.internal.protocol.MachineFixture.masterAfter;
import static io.memif.internal.protocol.MachineFixture.region;
import static io.memif.internal.protocol.MachineFixture.s2mRing;
import static io.memif.internal.protocol.MachineFixture.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Mode;
import io.memif.Role;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class MasterMachineTest {
    private static final Effect.Send ACK = send(new Message.Ack());

    @Test
    void takesASlaveThroughTheHandshake() {
        MasterMachine master = master();
        assertStep(
                master.start(),
                send(new Message.Hello("our app", 0x0200, 0x0200, 255, 255, 255, 14)));
        assertEquals("waiting for INIT", master.phase());
        assertStep(feed(master, Frame.init(ID)), new Effect.Bind(ID, "peer app"), ACK);
        assertStep(
                feed(master, region()),
                new Effect.KeepRegion(new MemoryPlan.Region(0, REGION)),
                ACK);
        assertStep(feed(master, s2mRing()), new Effect.KeepRing(RINGS.get(0)), ACK);
        assertStep(feed(master, m2sRing()), new Effect.KeepRing(RINGS.get(1)), ACK);
        assertStep(
                feed(master, Frame.connect("memif1/7")),
                new Effect.AttachMemory(
                        new MemoryPlan(MachineFixture.REGIONS, RINGS, List.of()), "memif1/7"));
        assertEquals("mapping memory", master.phase());
        assertFalse(master.isConnected());
        assertStep(
                master.attached(),
                send(new Message.Connected("our if")),
                new Effect.LinkUp("peer app", "memif1/7"));
        assertTrue(master.isConnected());
    }

    @Test
    void helloOffersHighestIndexes() {
        Effect.Send hello =
                (Effect.Send)
                        new MasterMachine(Message.Hello.of("app"), (id, role) -> Optional.empty())
                                .start()
                                .effects()
                                .get(0);
        assertArrayEquals(
                Frame.hex("02 00 61 70 70 00*29 00 02 00 02 ff 00 ff 00 ff 00 0e"),
                MachineFixture.encode(hello.message()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "'', anything, true",
        "abc, '', false",
        "abc, abd, false",
        "abc, ab, false",
        "abc, abcd, false",
        "abc, abc, true",
        "0123456789abcdefghijklmn, 0123456789abcdefghijklmn, true",
        "0123456789abcdefghijklmn, 0123456789abcdefghijklm, false",
        "0123456789abcdefghijklm, 0123456789abcdefghijklmn, false",
    })
    void comparesSecrets(String wanted, String shown, boolean accepted) {
        Secret secret = Secret.of(wanted.getBytes(StandardCharsets.US_ASCII));
        MasterMachine master = master(entry(secret));
        Frame init = Frame.init(ID).text(9, shown);
        assertEquals(accepted, describe(feed(master, init)).equals("Bind+ACK"));
    }

    @Test
    void ignoresGarbageBehindTheSecret() {
        Secret secret = Secret.of("abc".getBytes(StandardCharsets.US_ASCII));
        Frame init = Frame.init(ID).text(9, "abc\0garbage garbage gar");
        assertEquals("Bind+ACK", describe(feed(master(entry(secret)), init)));
    }

    /** The order of the checks decides what a peer with several faults is told; it is VPP's. */
    @Test
    void checksInitInTheOrderOfVpp() {
        Secret secret = Secret.of("abc".getBytes(StandardCharsets.US_ASCII));
        InterfaceParameters ip = limits(Mode.IP, secret);
        InterfaceDirectory.Entry busy = new InterfaceDirectory.Entry(ip, busy(), false);
        InterfaceDirectory.Entry down = new InterfaceDirectory.Entry(ip, Optional.empty(), false);
        InterfaceDirectory.Entry up = new InterfaceDirectory.Entry(ip, Optional.empty(), true);
        Frame wrong = Frame.init(99).u16(2, 1);
        assertEquals("VERSION", describe(feed(master(busy), wrong)));
        assertEquals("UNKNOWN_ID", describe(feed(master(busy), Frame.init(99))));
        assertEquals("ALREADY_CONNECTED", describe(feed(master(busy), Frame.init(ID))));
        assertEquals("ADMIN_DOWN", describe(feed(master(down), Frame.init(ID))));
        assertEquals("UNSUPPORTED_MODE", describe(feed(master(up), Frame.init(ID).u8(8, 2))));
        assertEquals("MODE_MISMATCH", describe(feed(master(up), Frame.init(ID))));
        assertEquals("SECRET_REQUIRED", describe(feed(master(up), Frame.init(ID).u8(8, 1))));
    }

    @Test
    void servesManyInterfacesAndBothRolesOfOneId() {
        Map<String, InterfaceDirectory.Entry> interfaces = new HashMap<>();
        for (int id : new int[] {0, 1, -1}) {
            InterfaceParameters limits = MachineFixture.limits(1 + (id & 1), 1, 1, 0, 64);
            interfaces.put(Role.MASTER + "/" + id, entry(limits));
        }
        // Loopback: id 0 is a slave, too, and that one is not what INIT asks for.
        interfaces.put(
                Role.SLAVE + "/0",
                new InterfaceDirectory.Entry(limits(Mode.IP, Secret.NONE), busy(), false));
        interfaces.put(Role.SLAVE + "/5", entry(Secret.NONE));
        InterfaceDirectory directory =
                (id, role) -> Optional.ofNullable(interfaces.get(role + "/" + id));
        for (int id : new int[] {0, 1, -1}) {
            MasterMachine master = new MasterMachine(Message.Hello.of("a"), directory);
            assertStep(feed(master, Frame.init(id)), new Effect.Bind(id, "peer app"), ACK);
            String second = describe(feed(master, Frame.addRing(true, 1, 0, 0, 10)));
            assertEquals((id & 1) == 1 ? "KeepRing+ACK" : "RING_INDEX", second);
        }
        MasterMachine master = new MasterMachine(Message.Hello.of("a"), directory);
        assertEquals("ROLE_MISMATCH", describe(feed(master, Frame.init(5))));
    }

    @Test
    void endOfALinkIsToldOnce() {
        MasterMachine master = connected();
        Ending bye =
                new Ending(
                        Ending.Kind.PEER_DISCONNECTED,
                        Optional.empty(),
                        "peer disconnected: bye",
                        "bye");
        assertEnded(feed(master, Frame.disconnect(0, "bye")), true, bye);
        assertFalse(master.isConnected());
        assertTrue(master.isClosed());
        assertStep(master.peerClosed("end of file"));
        assertStep(master.attached());
    }

    @Test
    void aCorruptedLinkIsRefused() {
        MachineFixture.assertRejected(
                connected().refuse(Refusal.memory("region 0 was truncated")),
                true,
                Refusal.Reason.MEMORY,
                "region 0 was truncated");
    }

    @Test
    void longReasonsAreKeptHereAndCutOnTheWire() {
        String reason = "x".repeat(200);
        Step<?> step = connected().disconnect(reason);
        Effect.Send send = (Effect.Send) step.effects().get(0);
        assertArrayEquals(Frame.hex("08 00 00*4 78*95"), MachineFixture.encode(send.message()));
        assertEnded(connected().disconnect(reason), true, Ending.local(reason));
    }

    @Test
    void closedByThePeer() {
        assertEnded(
                masterAfter(entry(Secret.NONE), Frame.init(ID)).peerClosed("end of file"),
                false,
                Ending.peerClosed(
                        "peer closed the connection (end of file) while waiting for ADD_REGION,"
                                + " ADD_RING or CONNECT"));
        assertEnded(
                connected().peerClosed("ECONNRESET"),
                true,
                Ending.peerClosed("peer closed the connection (ECONNRESET) while connected"));
    }

    @Test
    void attachingOutOfTurnIsAnError() {
        assertThrows(IllegalStateException.class, () -> master().attached());
        assertThrows(IllegalStateException.class, () -> connected().attached());
    }

    private static MasterMachine connected() {
        MasterMachine master =
                masterAfter(
                        entry(Secret.NONE),
                        Frame.init(ID),
                        region(),
                        s2mRing(),
                        m2sRing(),
                        Frame.connect("peer if"));
        master.attached();
        return master;
    }
}
