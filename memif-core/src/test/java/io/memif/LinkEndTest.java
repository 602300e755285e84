package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.Await;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A link that ends while a handler has not returned. */
@Timeout(60)
class LinkEndTest {
    @TempDir Path directory;

    /** Its packet stays for a while, the peer's files do not stay for ever. */
    @Test
    void handlerThatDoesNotReturnHoldsTheMemoryForASecondAtMost() throws Exception {
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        byte[] packet = TestPackets.pattern(1, 60);
        try (MemifSocket socket = MemifSocket.open(config);
                MemifInterface master = socket.addInterface(config(Role.MASTER));
                MemifInterface slave = socket.addInterface(config(Role.SLAVE))) {
            TestPackets.connect(master, slave);
            TestPackets.send(slave.txQueue(0), packet);
            Thread reader =
                    new Thread(
                            () -> {
                                try {
                                    read(master.rxQueue(0), packet, inside, ended);
                                } catch (Throwable e) {
                                    failure.set(e);
                                }
                            });
            reader.start();
            inside.await();
            slave.setAdminUp(false);
            Await.soon("the end of the link", () -> !master.isConnected());
            ended.countDown();
            Await.soon("memory given back", () -> ProcessTables.sharedMappings().isEmpty());
            assertTrue(reader.isAlive(), "the handler has not returned");
            reader.interrupt();
            reader.join();
            master.rxQueue(0).handOver();
            assertEquals(null, failure.get());
            slave.setAdminUp(true);
            TestPackets.connect(master, slave);
            TestPackets.exchange(master, slave, 60);
        }
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder().role(role).build();
    }

    private static void read(
            RxQueue rx, byte[] packet, CountDownLatch inside, CountDownLatch ended) {
        int[] polled = {0};
        while (polled[0] == 0) {
            rx.poll(
                    (buffer, offset, length, flags) -> {
                        polled[0]++;
                        inside.countDown();
                        uninterrupted(ended);
                        for (int i = 0; i < length; i++) {
                            assertEquals(packet[i], buffer.get(offset + i));
                        }
                        assertFalse(uninterrupted(new CountDownLatch(1)));
                        assertEquals(0, buffer.getLong(offset));
                    },
                    1);
        }
    }

    /** Whether it came before an interrupt. */
    private static boolean uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
