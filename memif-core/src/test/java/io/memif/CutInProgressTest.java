package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A long file is cut while packets pass at full rate. The kernel takes its pages away from the
 * first to the last, so that a fault is met while the end of the file is still there: it is the
 * link's all the same, and nothing is thrown.
 */
@Timeout(60)
class CutInProgressTest {
    private static final int WARM_UP = 50_000;
    private static final int ROUNDS = 200_000;
    private static final int LOG2 = 4;
    private static final int PAGE = 4096;
    private static final int BUFFER = 2048;
    private static final int SIZE = 128 << 20;
    private static final byte[] PACKET = PacketPattern.packet(1, 600);

    private final Posix posix = Posix.open();
    private final List<String> faults = new ArrayList<>();

    @RepeatedTest(3)
    void senderThatMeetsTheFirstMissingPageEndsTheLinkAndThrowsNothing() throws Exception {
        int number = posix.files().memfdCreate("cut in progress", FileCalls.MFD_CLOEXEC);
        OwnedFd file = OwnedFd.adopt(posix, number, "cut in progress");
        assertEquals(0, posix.files().ftruncate(number, SIZE));
        Region region = Region.adopt("cut in progress", file, SIZE, true);
        try (RegionTable table = RegionTable.of(region)) {
            Ring ring = new Ring(table.window(0), 0, LOG2, 64);
            ring.initialise(RingLayout.MASK_INT);
            OwnBuffers own = new OwnBuffers(0, PAGE, BUFFER);
            TxEngine tx = new SlaveTx(ring, table, own, () -> {}, new QueueCounters(), faults::add);
            // Reads the ring only.
            RxEngine rx = new MasterRx(ring, table, new QueueCounters(), faults::add);
            for (int i = 0; i < WARM_UP; i++) {
                pass(tx, rx);
            }
            Thread cutter = new Thread(() -> posix.files().ftruncate(number, PAGE), "cutter");
            cutter.start();
            while (faults.isEmpty() && cutter.isAlive() || !tx.broken()) {
                pass(tx, rx);
            }
            cutter.join();
            assertTrue(
                    faults.get(0).contains("shrunk the file of region cut in progress"),
                    faults::toString);
        } finally {
            region.close();
        }
    }

    /**
     * A peer cuts its file and makes it long again in a loop, so that no page is missing when the
     * fault is looked into. What is copied out of it to another link is gone, and nothing is
     * thrown.
     */
    @Test
    void cutThatIsHiddenAgainHarmsNoOtherLink() throws Exception {
        int number = posix.files().memfdCreate("cut and long again", FileCalls.MFD_CLOEXEC);
        OwnedFd file = OwnedFd.adopt(posix, number, "cut and long again");
        int length = 2 * PAGE;
        assertEquals(0, posix.files().ftruncate(number, length));
        Region region = Region.adopt("cut and long again", file, length, true);
        int memory = PAGE + 2 * (BUFFER << LOG2);
        try (RegionTable table = RegionTable.of(region);
                RegionTable sound =
                        RegionTable.of(Region.over(ByteBuffer.allocateDirect(memory)))) {
            Ring ring = new Ring(sound.window(0), 0, LOG2, 64);
            ring.initialise(RingLayout.MASK_INT);
            OwnBuffers own = new OwnBuffers(0, PAGE, BUFFER);
            TxEngine tx = new SlaveTx(ring, sound, own, () -> {}, new QueueCounters(), faults::add);
            RxEngine rx = new MasterRx(ring, sound, new QueueCounters(), faults::add);
            AtomicBoolean stop = new AtomicBoolean();
            Thread cutter =
                    new Thread(
                            () -> {
                                while (!stop.get()) {
                                    posix.files().ftruncate(number, PAGE);
                                    posix.files().ftruncate(number, length);
                                }
                            },
                            "cutter");
            cutter.start();
            int gone = 0;
            long end = System.nanoTime() + SOON;
            try {
                for (int i = 0; i < ROUNDS || gone == 0 && System.nanoTime() < end; i++) {
                    gone += tx.offer(table.window(0), PAGE, 600) == TxQueue.SOURCE_GONE ? 1 : 0;
                    tx.flush();
                    rx.poll(CutInProgressTest::ignore, 8);
                }
            } finally {
                stop.set(true);
                cutter.join();
            }
            assertTrue(gone > 0);
            assertEquals(List.of(), faults);
            assertFalse(tx.broken());
        } finally {
            region.close();
        }
    }

    private static void pass(TxEngine tx, RxEngine rx) {
        tx.offer(PACKET, 0, PACKET.length);
        tx.flush();
        rx.poll(CutInProgressTest::ignore, 8);
    }

    private static void ignore(ByteBuffer buffer, int offset, int length, int flags) {
        // The sender's accesses are what counts.
    }
}
