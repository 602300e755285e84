package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import io.memif.fd.OwnedFd;
import io.memif.posix.Errno;
import io.memif.posix.Posix;
import io.memif.posix.SocketCalls;
import io.memif.posix.UnixAddress;
import io.memif.protocol.Role;
import io.memif.testing.LeakCheck;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listener gets 10,000 connections that close at once, while a link on the same socket is at full
 * rate: the link keeps it, and afterwards everything is as before.
 */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class HammeredListenerTest {
    private static final int CONNECTIONS = 10_000;
    private static final int A_WINDOW = 500;

    /**
     * The hammering thread and the listener take processor time of their own; two data paths that
     * had two processors must keep at least this part of their rate.
     */
    private static final int PART_KEPT = 10;

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    @Test
    void anotherLinkKeepsItsRate() throws Exception {
        String address = directory.resolve("s").toString();
        // Each of them is reported as refused: it never said which interface it wanted.
        SocketConfig config =
                SocketConfig.builder().address(address).errorHandler(refused -> {}).build();
        try (MemifSocket socket = MemifSocket.open(config);
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
                MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
                Pump there = new Pump("master");
                Pump back = new Pump("slave")) {
            TestPackets.connect(master, slave);
            there.use(master);
            back.use(slave);
            there.awaitTraffic(TestPackets.SOON);
            back.awaitTraffic(TestPackets.SOON);
            Holdings before = Holdings.now();
            double alone = rate(there, back, () -> Thread.sleep(2_000));
            double hammered = rate(there, back, () -> hammer(address, there, back));
            System.out.printf(
                    "HammeredListenerTest: %.0f packets/s alone, %.0f hammered%n", alone, hammered);
            assertTrue(hammered * PART_KEPT > alone, alone + " packets/s, then " + hammered);
            // Still the same link.
            assertEquals(1, slave.details().links());
            before.awaitBack("after the hammering");
            assertEquals(CONNECTIONS + 1, socket.details().accepted());
            assertEquals(0, socket.details().halfOpen());
        }
    }

    /** Something that takes a while. */
    private interface Meanwhile {
        void run() throws Exception;
    }

    private static double rate(Pump there, Pump back, Meanwhile meanwhile) throws Exception {
        long start = System.nanoTime();
        long before = there.in() + back.in();
        meanwhile.run();
        long packets = there.in() + back.in() - before;
        return packets * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    private void hammer(String address, Pump there, Pump back) throws InterruptedException {
        UnixAddress target = UnixAddress.of(address);
        for (int i = 0; i < CONNECTIONS; i++) {
            connectAndClose(target);
            if (i % A_WINDOW == 0) {
                there.awaitTraffic(TestPackets.SOON);
                back.awaitTraffic(TestPackets.SOON);
            }
        }
    }

    private void connectAndClose(UnixAddress target) throws InterruptedException {
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        int raw = posix.sockets().socket(type);
        try (OwnedFd fd = OwnedFd.adopt(posix, raw, "hammer")) {
            int[] result = {-Errno.EAGAIN};
            // Blocks while the queue of connections is full.
            Holdings.until(
                    TestPackets.SOON,
                    () -> {
                        result[0] = posix.sockets().connect(raw, target);
                        return result[0] != -Errno.EAGAIN && result[0] != -Errno.EINTR;
                    });
            assertEquals(0, result[0], () -> "connecting: " + Errno.name(-result[0]) + fd);
        }
    }
}
