package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.memory.Mappings;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both ends give their regions back when a link ends, although an application has kept buffers over
 * them: files and descriptors are gone at once, and such a buffer reads zeros from then on. Its
 * addresses wait, and are counted, until the application has dropped it; no collection is asked
 * for.
 */
@Timeout(120)
class ClosedRegionsTest {
    private static final int LINKS = 32;

    @TempDir Path directory;

    private final List<ByteBuffer> kept = new ArrayList<>();

    @Test
    void bothEndsCloseTheRegionsOfALinkThatEnds() throws Exception {
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
        awaitNoneWaits();
        try (ExplicitGcCounter asked = new ExplicitGcCounter();
                MemifSocket socket = MemifSocket.open(config);
                MemifInterface master = socket.addInterface(config(Role.MASTER));
                MemifInterface slave = socket.addInterface(config(Role.SLAVE))) {
            HeldResources noLink = null;
            for (int i = 1; i <= LINKS; i++) {
                TestPackets.connect(master, slave);
                keepABuffer(master, slave);
                keepABuffer(slave, master);
                (i % 2 == 0 ? slave : master).setAdminUp(false);
                assertTrue(
                        Await.until(
                                TestPackets.SOON,
                                () -> !master.isConnected() && !slave.isConnected()));
                slave.setAdminUp(false);
                if (noLink == null) {
                    noLink = HeldResources.now();
                }
                expectGone(i, noLink);
                assertEquals(0, asked.count(), "collections asked for");
                master.setAdminUp(true);
                slave.setAdminUp(i < LINKS);
            }
            assertEquals(0, asked.count(), "collections asked for");
            // Counted after the pages are gone.
            Await.soon(
                    "all have ended and wait",
                    () ->
                            Mappings.OF_PROCESS.count() == 0
                                    && Mappings.OF_PROCESS.waitingCount() == 2 * LINKS);
        } finally {
            kept.clear();
        }
        awaitNoneWaits();
    }

    private static void awaitNoneWaits() throws InterruptedException {
        assertTrue(
                Await.until(
                        TestPackets.SOON,
                        () -> {
                            System.gc();
                            return Mappings.OF_PROCESS.waitingCount() == 0;
                        }),
                () -> "addresses that wait: " + Mappings.OF_PROCESS.waitingCount());
        assertEquals(0, Mappings.OF_PROCESS.waitingBytes());
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder().role(role).ringSize(8).bufferSize(256).build();
    }

    private void keepABuffer(MemifInterface from, MemifInterface to) throws InterruptedException {
        TestPackets.send(from.txQueue(0), TestPackets.pattern(1, 60));
        assertTrue(
                Await.until(
                        TestPackets.SOON,
                        () ->
                                to.rxQueue(0)
                                                .poll(
                                                        (buffer, offset, length, flags) ->
                                                                kept.add(buffer),
                                                        1)
                                        > 0));
    }

    private void expectGone(int links, HeldResources noLink) throws InterruptedException {
        assertEquals(2 * links, kept.size());
        assertTrue(
                Await.until(
                        TestPackets.SOON,
                        () -> {
                            HeldResources now = HeldResources.now();
                            return now.descriptors() <= noLink.descriptors() && now.mappings() == 0;
                        }),
                () -> HeldResources.now() + " instead of " + noLink);
        for (ByteBuffer buffer : kept) {
            assertEquals(0, buffer.getLong(0));
        }
    }
}
