package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.Role;
import io.memif.tests.hostile.FakeSlave.Step;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our master: what INIT may ask for, and names that are no names. */
class MasterInitTest extends MasterCase {
    private static final int SECRET = 9;
    private static final int SECRET_SIZE = 24;

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "0x0100, 1.0",
        "0x01ff, 1.255",
        "0x0201, 2.1",
        "0x0300, 3.0",
        "0xffff, 255.255"
    })
    void onlyVersion20(String version, String text) throws Exception {
        expectInitRefused(
                RawMessage.init(TestedInterface.ID).u16(2, Integer.decode(version)),
                "incompatible version: INIT asks for " + text + ", this side needs 2.0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 0x7fffffffL, 0x80000007L, 0xffffffffL})
    void onlyKnownIds(long id) throws Exception {
        expectInitRefused(RawMessage.init((int) id), "unknown interface id: " + id);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 'mode mismatch: interface 7 is ETHERNET, slave asks for IP'",
        "2, unsupported mode: PUNT_INJECT",
        "3, unsupported mode: number 3",
        "255, unsupported mode: number 255"
    })
    void onlyItsMode(int mode, String reason) throws Exception {
        expectInitRefused(RawMessage.init(TestedInterface.ID).u8(8, mode), reason);
    }

    private void expectInitRefused(RawMessage init, String reason) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.control.send(init);
            expectRefused(ours, slave, Step.HELLO, reason);
        }
    }

    @Test
    void slaveInterfaceIsNoMaster() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address())) {
            // It tries our own listener, where nobody is a master of its id either.
            InterfaceConfig config =
                    InterfaceConfig.builder().role(Role.SLAVE).id(9).reconnect(false).build();
            String reason = "wrong role: interface 9 is a slave here too";
            try (var slaveInterface = ours.socket.addInterface(config);
                    FakeSlave slave = connect().through(Step.HELLO)) {
                ours.expectRefusal(reason);
                assertFalse(slaveInterface.isConnected());
                slave.control.send(RawMessage.init(9));
                expectRefused(ours, slave, Step.HELLO, reason);
            }
        }
    }

    /** From INIT on the interface is taken; the first slave notices nothing of the second. */
    @ParameterizedTest
    @EnumSource(value = Step.class, names = "HELLO", mode = EnumSource.Mode.EXCLUDE)
    void secondSlaveIsRefusedAndTheFirstGoesOn(Step state) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave first = connect().through(state)) {
            if (state == Step.CONNECT) {
                ours.expectEvent("up raw slave raw0");
            }
            try (FakeSlave second = connect().through(Step.HELLO)) {
                second.control.send(RawMessage.init(TestedInterface.ID));
                String said = second.control.drain();
                String refused = "already connected: interface 7";
                assertTrue(said.startsWith(refused), said);
                String told = ours.errors().poll(20, TimeUnit.SECONDS).getMessage();
                assertTrue(told.contains(": refused a slave: " + refused), told);
            }
            for (Step step : Step.values()) {
                if (step.compareTo(state) > 0) {
                    first.make(step);
                }
            }
            if (state != Step.CONNECT) {
                ours.expectEvent("up raw slave raw0");
            }
            expectTraffic(ours, first);
            ours.expectQuiet();
        }
    }

    private static byte[] secret(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), SECRET_SIZE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', secret required",
        "abd, incorrect secret",
        "ab, incorrect secret",
        "abcd, incorrect secret",
        "abcabcabcabcabcabcabcabc, incorrect secret"
    })
    void secretIsDemandedAndNeverSaid(String shown, String reason) throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(address(), config -> config.secret("abc"));
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.control.send(RawMessage.init(TestedInterface.ID).raw(SECRET, secret(shown)));
            slave.control.expectDisconnect(reason + ": interface 7");
            ours.expectRefusal(reason + ": interface 7");
            ours.expectQuiet();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "abc\0garbage", "abc\0abcabcabcabcabcabcabc"})
    void secretEndsAtItsNul(String shown) throws Exception {
        try (TestedInterface ours =
                        TestedInterface.master(address(), config -> config.secret("abc"));
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.acknowledged(RawMessage.init(TestedInterface.ID).raw(SECRET, secret(shown)));
            ours.expectQuiet();
        }
    }

    @Test
    void secretThatNobodyAskedForIsIgnored() throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.acknowledged(RawMessage.init(TestedInterface.ID).raw(SECRET, secret("whatever")));
            ours.expectQuiet();
        }
    }

    /** Names that fill their field without an end, or hold what a terminal would obey. */
    @ParameterizedTest
    @CsvSource({
        "'\u001b[2J\nroot\r\u0007', '\\x1b[2J\\x0aroot\\x0d\\x07'",
        "'a\u202eb\u0085c\\', 'a\\xe2\\x80\\xaeb\\xc2\\x85c\\\\'",
        "12345678901234567890123456789012, 12345678901234567890123456789012"
    })
    void namesAreMadePrintable(String name, String printable) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.acknowledged(RawMessage.init(TestedInterface.ID).text(33, 32, name));
            slave.make(Step.REGION);
            slave.make(Step.S2M);
            slave.make(Step.M2S);
            slave.control.send(RawMessage.connect("").text(2, 32, name));
            slave.control.expect(RawMessage.CONNECTED);
            ours.expectEvent("up " + printable + " " + printable);
            assertEquals(printable, ours.itf.linkInfo().peerInterfaceName());
        }
    }

    @Test
    void namesThatAreNoTextAtAllAreMadePrintable() throws Exception {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 0xff);
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.HELLO)) {
            slave.acknowledged(RawMessage.init(TestedInterface.ID).raw(33, bytes));
            slave.control.send(RawMessage.disconnect(0, "").raw(6, new byte[96]));
            slave.control.expectEnd();
            ours.expectFailure("REFUSED_BY_PEER", "peer disconnected: no reason given" + HINT);
        }
    }

    @Test
    void reasonOfThePeerIsMadePrintableAndBounded() throws Exception {
        byte[] reason = new byte[96];
        Arrays.fill(reason, (byte) 0x1b);
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            slave.control.send(RawMessage.disconnect(0xffffffffL, "").raw(6, reason));
            slave.control.expectEnd();
            String event = ours.nextEvent();
            assertEquals(
                    "down: peer disconnected: " + "\\x1b".repeat(96) + " (code 4294967295)", event);
            assertTrue(event.chars().allMatch(c -> c >= ' ' && c < 0x7f));
            expectHealthy(ours);
        }
    }
}
