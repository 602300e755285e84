package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an engine takes of the heap when it is made, which the control thread does: little, whatever
 * rings and regions a peer brings. More comes with the packets that need it, once.
 */
@Timeout(60)
class EngineMemoryTest {
    private static final int LOG2 = Protocol.MAX_LOG2_RING_SIZE;
    private static final int BUFFER = 128;

    /** For 16,384 slots and 256 regions; with an entry a slot it would be ten times as much. */
    private static final long MOST_BYTES = 40_000;

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256})
    void aMastersEnginesAreSmallWhateverThePeerBrings(int regions) {
        ByteBuffer memory = ByteBuffer.allocateDirect(Protocol.ringLength(LOG2, 64));
        Ring ring = new Ring(memory, 0, LOG2, 64);
        ring.initialise(RingLayout.MASK_INT);
        Region[] all = new Region[regions];
        Arrays.setAll(all, index -> Region.over(memory));
        RegionTable table = RegionTable.of(all);
        QueueCounters counters = new QueueCounters();
        for (int round = 0; round < 3; round++) {
            long before = allocated();
            new MasterRx(ring, table, counters, reason -> {});
            long rx = allocated() - before;
            before = allocated();
            new MasterTx(ring, table, () -> {}, counters, reason -> {});
            long tx = allocated() - before;
            // The first of each loads classes.
            assertTrue(round == 0 || rx < MOST_BYTES, "receiver: " + rx);
            assertTrue(round == 0 || tx < MOST_BYTES, "sender: " + tx);
        }
        table.close();
    }

    /** Longer than what engines have memory for from the start, up to the whole ring. */
    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void aPacketMayHaveAsManyBuffersAsTheRing(Pair.Way way) {
        int log2 = 10;
        for (int buffers : new int[] {63, 64, 65, 129, 700, 1 << log2}) {
            Pair pair = new Pair(way, log2, BUFFER);
            byte[] packet = PacketPattern.packet(buffers, buffers * BUFFER);
            assertEquals(buffers, pair.tx.offer(packet, 0, packet.length));
            pair.tx.flush();
            ByteBuffer target = ByteBuffer.allocate(packet.length);
            assertEquals(packet.length, pair.rx.receive(target));
            assertArrayEquals(packet, target.array());
            assertEquals(buffers, pair.tx.offer(packet, 0, packet.length));
            pair.tx.flush();
            ReceivedBurst burst = new ReceivedBurst(buffers);
            assertEquals(buffers, pair.rx.hold(burst));
            assertEquals(buffers, pair.rx.release(burst));
        }
    }
}
