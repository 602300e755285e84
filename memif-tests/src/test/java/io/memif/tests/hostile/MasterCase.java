package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.internal.posix.Posix;
import io.memif.tests.hostile.FakeSlave.Step;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of our master against a hostile slave share. */
@Timeout(60)
@ExtendWith(AttackTable.class)
abstract class MasterCase {
    static final String HINT = "; check id, role, mode, secret and queue counts on both sides";
    private static final byte[] PROBE = "still alive".getBytes();

    final Posix posix = Posix.open();
    @TempDir Path directory;

    String address() {
        return directory.resolve("s").toString();
    }

    FakeSlave connect() {
        return new FakeSlave(posix, address(), TestedInterface.ID);
    }

    static String phase(Step state) {
        return switch (state) {
            case HELLO -> "waiting for INIT";
            case CONNECT -> "connected";
            default -> "waiting for ADD_REGION, ADD_RING or CONNECT";
        };
    }

    /** Our side has ended the connection in this state and says why, where it has to. */
    static void expectReport(TestedInterface ours, Step state, String reason)
            throws InterruptedException {
        switch (state) {
            case HELLO -> ours.expectRefusal(reason);
            case CONNECT -> {
                ours.expectEvent("up raw slave raw0");
                ours.expectEvent("down: " + reason);
            }
            default -> ours.expectFailure("REFUSED_BY_US", reason);
        }
        ours.expectQuiet();
    }

    /** Sends what must be refused, and checks what both sides get to know. */
    void expectRefused(TestedInterface ours, FakeSlave slave, Step state, String reason)
            throws InterruptedException {
        slave.control.expectDisconnect(cut(reason));
        expectReport(ours, state, reason);
        expectHealthy(ours);
    }

    /** The same, for what the slave brought: its regions, rings and events. */
    void expectMemoryRefused(TestedInterface ours, FakeSlave slave, String reason)
            throws InterruptedException {
        slave.control.expectDisconnect(cut(reason));
        ours.expectFailure("MEMORY", reason);
        ours.expectQuiet();
        expectHealthy(ours);
    }

    /** The wire takes 95 bytes. */
    static String cut(String reason) {
        return reason.substring(0, Math.min(95, reason.length()));
    }

    /** The next slave gets its link, and a packet each way. */
    void expectHealthy(TestedInterface ours) throws InterruptedException {
        try (FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            expectTraffic(ours, slave);
            slave.control.send(RawMessage.disconnect(0, "enough"));
            slave.control.expectEnd();
            ours.expectEvent("down: peer disconnected: enough");
        }
        ours.expectQuiet();
    }

    /** One packet each way on queue 0. */
    static void expectTraffic(TestedInterface ours, FakeSlave slave) throws InterruptedException {
        slave.sendPacket(PROBE);
        ours.expectPacket(PROBE);
        slave.postAll();
        byte[] back = Arrays.copyOf(PROBE, 100);
        int slot = slave.m2s.tail();
        assertEquals(1, ours.itf.txQueue(0).offer(back, 0, back.length));
        assertEquals(1, ours.itf.txQueue(0).flush());
        assertArrayEquals(back, slave.packet(slot));
    }
}
