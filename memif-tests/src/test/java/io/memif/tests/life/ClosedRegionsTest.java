package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
 * them: such a buffer throws from then on. Before JDK 22 it still reads, and its mapping stays;
 * what tells a closed region from a forgotten one there is the collection that the library asks for
 * when enough closed ones are still in place.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class ClosedRegionsTest {
    /** Closed mappings that are worth a collection: one at each end of so many links. */
    private static final int LINKS = 64 / 2;

    @TempDir Path directory;

    private final List<ByteBuffer> kept = new ArrayList<>();

    @Test
    void bothEndsCloseTheRegionsOfALinkThatEnds() throws Exception {
        SocketConfig config =
                SocketConfig.builder().address(directory.resolve("s").toString()).build();
        // One reactor for both ends, whose closed mappings are counted together.
        try (ExplicitGcCounter asked = new ExplicitGcCounter();
                MemifSocket socket = MemifSocket.open(config);
                MemifInterface master = socket.addInterface(config(Role.MASTER));
                MemifInterface slave = socket.addInterface(config(Role.SLAVE))) {
            HeldResources noLink = null;
            for (int i = 1; i <= LINKS; i++) {
                TestPackets.connect(master, slave);
                keepABuffer(master, slave);
                keepABuffer(slave, master);
                assertEquals(0, asked.count(), "after " + (i - 1) + " links");
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
                master.setAdminUp(true);
                slave.setAdminUp(i < LINKS);
            }
            int wanted = HeldResources.UNMAPS_AT_ONCE ? 0 : 1;
            Await.until(TestPackets.SOON, () -> asked.count() >= wanted);
            assertEquals(wanted, asked.count(), "both ends closed a region of each link");
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
        assertTrue(
                Await.until(
                        TestPackets.SOON,
                        () -> HeldResources.now().descriptors() <= noLink.descriptors()),
                () -> HeldResources.now() + " instead of " + noLink);
        if (HeldResources.UNMAPS_AT_ONCE) {
            for (ByteBuffer buffer : kept.subList(2 * links - 2, 2 * links)) {
                assertThrows(IllegalStateException.class, () -> buffer.get(0));
            }
        } else {
            kept.forEach(buffer -> buffer.get(0));
        }
    }
}
