package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.FakeMaster.Step;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of our slave against a hostile master share. The slave tries again for ever. */
@Timeout(60)
@ExtendWith(AttackTable.class)
abstract class SlaveCase implements AttackTable.SetUpAgain {
    static final String SILENT =
            "; it may not know interface 7, or refuse our mode, secret or rings";
    private static final byte[] PROBE = "still alive".getBytes();

    final Posix posix = Posix.open();
    FakeMaster master;
    @TempDir Path directory;

    @BeforeEach
    void listen() {
        master = new FakeMaster(posix, address(), 16);
    }

    @AfterEach
    void stopListening() {
        master.close();
    }

    /** Nobody of the first run is waiting to be accepted. */
    @Override
    public void setUpAgain() {
        stopListening();
        listen();
    }

    String address() {
        return directory.resolve("s").toString();
    }

    TestedInterface slave(Consumer<InterfaceConfig.Builder> tweak) {
        return TestedInterface.slave(
                address(),
                config -> {
                    config.reconnect(true);
                    tweak.accept(config);
                });
    }

    TestedInterface slave() {
        return slave(config -> {});
    }

    static String phase(Step state) {
        return switch (state) {
            case ACCEPT -> "waiting for HELLO";
            case HELLO -> "waiting for ACK of INIT";
            case ACK_INIT -> "waiting for ACK of region 0";
            case ACK_REGION -> "waiting for ACK of S2M ring 0";
            case ACK_S2M -> "waiting for ACK of M2S ring 0";
            case ACK_M2S -> "waiting for CONNECTED of CONNECT";
            case CONNECTED -> "connected";
            default -> throw new AssertionError(state);
        };
    }

    /** The message that the slave has sent in this state and that waits for an answer. */
    static void takeOutstanding(FakeMaster.Link link, Step state) {
        switch (state) {
            case HELLO -> link.control.expect(RawMessage.INIT);
            case ACK_INIT -> link.control.expect(RawMessage.ADD_REGION);
            case ACK_REGION, ACK_S2M -> link.control.expect(RawMessage.ADD_RING);
            case ACK_M2S -> link.control.expect(RawMessage.CONNECT);
            default -> {
                // Nothing.
            }
        }
    }

    static void expectReport(TestedInterface ours, Step state, String code, String reason)
            throws InterruptedException {
        if (state == Step.CONNECTED) {
            ours.expectEvent("up raw master raw0");
            ours.expectEvent("down: " + reason);
        } else {
            ours.expectFailure(code, reason);
        }
    }

    void expectRefused(TestedInterface ours, FakeMaster.Link link, Step state, String reason)
            throws InterruptedException {
        link.control.expectDisconnect(MasterCase.cut(reason));
        link.control.close();
        expectReport(ours, state, "REFUSED_BY_US", reason);
        expectHealthy(ours);
    }

    /** The slave comes back, gets its link, and passes a packet each way. */
    void expectHealthy(TestedInterface ours) throws InterruptedException {
        try (FakeMaster.Link link = master.accept().through(Step.CONNECTED)) {
            ours.expectEvent("up raw master raw0");
            expectTraffic(ours, link);
            ours.expectQuiet();
        }
    }

    static void expectTraffic(TestedInterface ours, FakeMaster.Link link)
            throws InterruptedException {
        int slot = link.m2s.tail();
        assertTrue((link.m2s.head() - slot & 0xffff) > 0, "buffers are posted");
        link.region.bytes(link.m2s.descriptorOffset(slot), PROBE);
        link.m2s.descriptorLength(slot, PROBE.length);
        link.m2s.tail(slot + 1);
        ours.expectPacket(PROBE);

        int head = link.s2m.head();
        assertEquals(1, ours.itf.txQueue(0).offer(PROBE, 0, PROBE.length));
        assertEquals(1, ours.itf.txQueue(0).flush());
        assertEquals(head + 1 & 0xffff, link.s2m.head());
        byte[] sent = link.region.bytes(link.s2m.descriptorOffset(head), PROBE.length);
        assertArrayEquals(PROBE, sent);
        link.s2m.tail(head + 1);
    }
}
