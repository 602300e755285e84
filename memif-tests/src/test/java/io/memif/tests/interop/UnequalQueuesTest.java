package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Testpmd with more rings one way than the other. All are set up; it forwards on as many as it has
 * both ways, and those carry what is sent on them.
 */
@Needs(Need.TESTPMD)
@Timeout(120)
@Tag("once")
class UnequalQueuesTest {
    private static final int BURST = 32;

    @TempDir Path directory;

    @ParameterizedTest(name = "as {0}, {1} rings to testpmd, {2} from it")
    @CsvSource({"SLAVE, 1, 3", "SLAVE, 4, 2", "MASTER, 1, 3", "MASTER, 4, 2"})
    void asManyAsItServesWork(Role role, int toTestpmd, int fromTestpmd)
            throws InterruptedException {
        String address = directory.resolve("s").toString();
        boolean slave = role == Role.SLAVE;
        InterfaceConfig.Builder config =
                InterfaceConfig.builder()
                        .role(role)
                        .s2mRings(slave ? toTestpmd : fromTestpmd)
                        .m2sRings(slave ? fromTestpmd : toTestpmd);
        Testpmd.Builder builder =
                Testpmd.memif(address, slave ? "role=server" : "role=client")
                        .queues(toTestpmd, fromTestpmd)
                        .options("--forward-mode=rxonly");
        if (slave) {
            try (Testpmd server = builder.start();
                    OurSide us = new OurSide(address, config)) {
                exchange(server, us.awaitUp());
            }
        } else {
            try (OurSide us = new OurSide(address, config);
                    Testpmd client = builder.start()) {
                exchange(client, us.awaitUp(client));
            }
        }
    }

    private static void exchange(Testpmd testpmd, MemifInterface itf) throws InterruptedException {
        assertEquals(itf.txQueueCount(), itf.linkInfo().txQueues());
        assertEquals(itf.rxQueueCount(), itf.linkInfo().rxQueues());
        int served = Math.min(itf.rxQueueCount(), itf.txQueueCount());
        testpmd.command("start");
        long sent = 0;
        for (int i = 0; i < served; i++) {
            sent += send(itf.txQueue(i), 100 + i);
            awaitReceived(testpmd, sent);
        }
        testpmd.command("stop");
        testpmd.command("set fwd txonly");
        testpmd.command("start");
        for (int i = 0; i < served; i++) {
            RxQueue rx = itf.rxQueue(i);
            assertTrue(rx.await(Testpmd.SOON_NS), "testpmd sends on queue " + i);
            rx.poll(
                    (buffer, at, length, flags) ->
                            GeneratedPacket.check(buffer, at, length, new int[] {64}),
                    BURST);
        }
        testpmd.command("stop");
    }

    private static int send(TxQueue tx, int count) throws InterruptedException {
        byte[] packet = new byte[64];
        assertTrue(tx.awaitSpace(count, Testpmd.SOON_NS), "testpmd has posted buffers");
        for (int i = 0; i < count; i++) {
            assertEquals(1, tx.offer(packet, 0, packet.length));
        }
        tx.flush();
        return count;
    }

    private static void awaitReceived(Testpmd testpmd, long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Testpmd.SOON_NS;
        long received = 0;
        while (received < wanted && System.nanoTime() < deadline) {
            received = testpmd.statistics().rxPackets();
        }
        assertEquals(wanted, received);
    }
}
