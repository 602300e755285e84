package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.Await;
import io.memif.testing.LeakCheck;
import io.memif.testing.TestPackets;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both ends close their regions when a link ends, although an application has kept buffers over
 * them: such a buffer reads zeros from then on, the file is no longer mapped, and no collection is
 * asked for.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class ClosedRegionsTest {
    private static final int LINKS = 32;

    @TempDir Path directory;

    private final List<ByteBuffer> kept = new ArrayList<>();

    @Test
    void bothEndsCloseTheRegionsOfALinkThatEnds() throws Exception {
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
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
        } finally {
            kept.clear();
        }
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
        noLink.awaitBack("after " + links + " links");
        for (ByteBuffer buffer : kept) {
            for (int i = 0; i < buffer.capacity(); i++) {
                assertEquals(0, buffer.get(i));
            }
        }
    }
}
