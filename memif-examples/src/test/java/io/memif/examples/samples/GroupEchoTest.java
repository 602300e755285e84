package io.memif.examples.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.SocketConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each of many interfaces gets its own packets back, from one thread. */
@Timeout(60)
class GroupEchoTest {
    private static final int LINKS = 20;

    /** A chain of three buffers. */
    private static final int LENGTH = 300;

    @TempDir Path directory;

    private static InterfaceConfig config(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(64)
                .bufferSize(128)
                .rxMode(RxMode.INTERRUPT)
                .build();
    }

    @Test
    void everyInterfaceGetsItsOwnPacketsBack() throws Exception {
        String address = directory.resolve("s").toString();
        SocketConfig where = SocketConfig.builder().address(address).build();
        try (MemifSocket masters = MemifSocket.open(where);
                MemifSocket slaves = MemifSocket.open(where)) {
            List<MemifInterface> ends = new ArrayList<>();
            for (int id = 0; id < LINKS; id++) {
                masters.addInterface(config(Role.MASTER, id));
                ends.add(slaves.addInterface(config(Role.SLAVE, id)));
            }
            GroupEcho echo = new GroupEcho(masters);
            Thread thread = new Thread(echo);
            thread.start();
            try {
                for (MemifInterface end : ends) {
                    assertTrue(end.awaitConnected(Duration.ofSeconds(20)));
                    expectEcho(end);
                }
            } finally {
                echo.close();
                thread.join();
            }
        }
    }

    private static void expectEcho(MemifInterface end) throws InterruptedException {
        byte[] packet = new byte[LENGTH];
        packet[0] = (byte) end.id();
        ByteBuffer back = ByteBuffer.allocate(2 * LENGTH);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        int received = 0;
        while (received == 0) {
            assertTrue(System.nanoTime() < deadline, "comes back");
            assertEquals(3, end.txQueue(0).offer(packet, 0, LENGTH));
            end.txQueue(0).flush();
            end.rxQueue(0).await(TimeUnit.SECONDS.toNanos(1));
            received = end.rxQueue(0).receive(back);
        }
        assertArrayEquals(packet, Arrays.copyOf(back.array(), received));
    }
}
