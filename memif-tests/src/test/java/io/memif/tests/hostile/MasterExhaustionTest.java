package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.Role;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.DescriptorShortage;
import io.memif.tests.hostile.FakeSlave.Step;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** No descriptor left in the process when slaves connect or send some: existing links keep on. */
class MasterExhaustionTest extends MasterCase {
    private static final long LOW_LIMIT = 1024;

    private static final int SECOND = 8;
    private static final long WHILE_NS = TimeUnit.MILLISECONDS.toNanos(400);

    @Test
    void acceptAndReceive() throws Exception {
        Preload.library();
        scenario(false);
        scenario(true);
    }

    private void scenario(boolean full) throws Exception {
        try (TestedInterface ours = TestedInterface.master(address());
                FakeSlave slave = connect().through(Step.CONNECT)) {
            ours.expectEvent("up raw slave raw0");
            ours.socket.addInterface(
                    InterfaceConfig.builder().role(Role.MASTER).id(SECOND).build());
            int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
            OwnedFd late = OwnedFd.adopt(posix, posix.sockets().socket(type), "late slave");
            try (FakeSlave second = new FakeSlave(posix, address(), SECOND).through(Step.INIT);
                    RawConnection control = new RawConnection(posix, late)) {
                if (full) {
                    ours.watch().noHonestPairs();
                    DescriptorShortage.during(
                            posix,
                            0,
                            LOW_LIMIT,
                            () -> withoutDescriptors(ours, slave, second, late));
                    ours.errors().clear();
                } else {
                    connectTo(late);
                }
                control.expect(RawMessage.HELLO);
            }
            expectTraffic(ours, slave);
            try (FakeSlave second = new FakeSlave(posix, address(), SECOND).through(Step.CONNECT)) {
                expectTraffic(ours, slave);
                second.control.send(RawMessage.disconnect(0, "enough"));
                second.control.expectEnd();
            }
        }
    }

    private void connectTo(OwnedFd late) {
        int number = late.acquire();
        assertEquals(0, posix.sockets().connect(number, UnixAddress.of(address()).toBytes()));
        late.release();
    }

    private void withoutDescriptors(
            TestedInterface ours, FakeSlave slave, FakeSlave second, OwnedFd late)
            throws Exception {
        expectTraffic(ours, slave);
        second.control.send(RawMessage.addRegion(0, FakeSlave.SIZE), second.region.fd());
        second.control.expectDisconnect(
                "descriptors lost: too many were sent, or this process has no descriptor left (ulimit -n)");
        connectTo(late);
        Throwable error = ours.errors().poll(20, TimeUnit.SECONDS);
        assertTrue(error != null, "an error");
        String text = error.getMessage();
        assertTrue(
                text.startsWith(address() + ": cannot accept: Too many open files (EMFILE)"), text);
        assertTrue(text.endsWith("; trying again"), text);
        long end = System.nanoTime() + WHILE_NS;
        while (System.nanoTime() < end) {
            expectTraffic(ours, slave);
        }
        int reports = ours.errors().size();
        assertTrue(reports <= 10, () -> "it spins: " + reports + " times " + ours.errors());
    }
}
