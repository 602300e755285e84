package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.Posix;
import io.memif.internal.protocol.Protocol;
import io.memif.testing.ProcessTables;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links that end while engines use their memory: zeros replace it, and no engine ever takes them
 * for a packet.
 */
@Timeout(120)
class EngineEndTest {
    private static final int LOG2 = 4;
    private static final int BASE = Protocol.ringLength(LOG2, 64);
    private static final int STRIDE = 2_048;
    private static final int SIZE = BASE + (STRIDE << LOG2) + STRIDE;
    private static final int ROUNDS = 2_000;
    private static final byte FILL = 0x55;

    private final Posix posix = Posix.open();
    private final byte[] packet = new byte[1_000];
    private final QueueCounters received = new QueueCounters();

    private RegionTable table;
    private ByteBuffer memory;
    private TxEngine tx;
    private RxEngine rx;

    EngineEndTest() {
        Arrays.fill(packet, FILL);
    }

    private void link(boolean slaveSends) {
        try (Region region = Region.create(posix, "memif table test", SIZE, Pages.ORDINARY)) {
            table = RegionTable.of(region);
        }
        memory = table.window(0);
        Ring ring = new Ring(memory, 0, LOG2, 64);
        ring.initialise(RingLayout.MASK_INT);
        QueueCounters sent = new QueueCounters();
        if (slaveSends) {
            OwnBuffers own = new OwnBuffers(0, BASE, STRIDE);
            tx = new SlaveTx(ring, table, own, () -> {}, sent, EngineEndTest::fault);
            rx = new MasterRx(ring, table, received, EngineEndTest::fault);
        } else {
            OwnBuffers own = new OwnBuffers(0, BASE, STRIDE, STRIDE);
            rx = new SlaveRx(ring, table, own, received, EngineEndTest::fault);
            rx.start();
            tx = new MasterTx(ring, table, () -> {}, sent, EngineEndTest::fault);
        }
    }

    private static void fault(String reason) {
        throw new AssertionError(reason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterTheEndEnginesAnswerLikeIdleOnes(boolean slaveSends) {
        int before = ProcessTables.sharedMappings().size();
        link(slaveSends);
        assertEquals(1, tx.offer(packet, 0, packet.length));
        assertEquals(1, tx.flush());
        assertTrue(rx.ready());
        assertFalse(table.hasEnded());
        table.close();
        assertTrue(table.hasEnded());
        assertEquals(before, ProcessTables.sharedMappings().size());
        assertFalse(rx.ready());
        assertFalse(rx.mask(false));
        assertEquals(0, rx.poll((buffer, offset, length, flags) -> fault("polled"), 1));
        assertEquals(0, rx.receive(ByteBuffer.allocate(4_096)));
        assertEquals(0, rx.hold(new ReceivedBurst(4)));
        assertEquals(tx.staged(), tx.taken());
        int code;
        do {
            code = tx.offer(packet, 0, packet.length);
        } while (code > 0);
        assertEquals(TxQueue.NOT_CONNECTED, code);
        assertEquals(0, tx.flush());
    }

    @Test
    void memoryStaysUntilTheCallThatUsesItIsThrough() throws InterruptedException {
        int before = ProcessTables.sharedMappings().size();
        link(true);
        tx.offer(packet, 0, packet.length);
        tx.offer(packet, 0, packet.length);
        tx.flush();
        int polled =
                rx.poll(
                        (buffer, offset, length, flags) -> {
                            onOtherThread(table::close);
                            assertFalse(rx.ready(), "calls within the call see the end");
                            expectPacket(buffer, offset);
                        },
                        8);
        assertEquals(2, polled);
        assertEquals(before, ProcessTables.sharedMappings().size(), "gone with the call");
        assertEquals(0, memory.getLong(BASE));
    }

    @Test
    void releasedAnywayACallThatIsStuckReadsZeros() {
        int before = ProcessTables.sharedMappings().size();
        link(true);
        tx.offer(packet, 0, packet.length);
        tx.flush();
        rx.poll(
                (buffer, offset, length, flags) -> {
                    onOtherThread(table::close);
                    assertEquals(before + 1, ProcessTables.sharedMappings().size());
                    onOtherThread(table::releaseAnyway);
                    assertEquals(before, ProcessTables.sharedMappings().size());
                    assertEquals(0, buffer.get(offset));
                    assertTrue(table.hasEnded());
                },
                8);
    }

    private static void onOtherThread(Runnable task) {
        Thread other = new Thread(task);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void expectPacket(ByteBuffer buffer, int offset) {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(FILL, buffer.get(offset + i));
        }
    }

    /** How packets are taken while links end. */
    enum Take {
        POLL,
        RECEIVE,
        HOLD
    }

    /** Ends {@link #ROUNDS} links in the middle of traffic. */
    @ParameterizedTest
    @EnumSource(Take.class)
    void noZerosAreEverTakenForAPacket(Take take) throws InterruptedException {
        AtomicInteger bad = new AtomicInteger();
        int before = ProcessTables.sharedMappings().size();
        long took = 0;
        for (int round = 0; round < ROUNDS; round++) {
            link(round % 2 == 0);
            CountDownLatch running = new CountDownLatch(1);
            AtomicBoolean stop = new AtomicBoolean();
            Thread traffic = new Thread(() -> traffic(take, running, stop, bad));
            traffic.start();
            running.await();
            spin(round % 512);
            long from = System.nanoTime();
            table.close();
            took += System.nanoTime() - from;
            stop.set(true);
            traffic.join();
            assertTrue(table.isReleased());
        }
        assertEquals(0, bad.get());
        assertEquals(before, ProcessTables.sharedMappings().size());
        assertEquals(0, received.get(QueueCounters.Counter.BAD_DESCRIPTORS));
        assertEquals(0, received.get(QueueCounters.Counter.INDEX_JUMPS));
        System.out.println(take + ": " + took / ROUNDS + " ns to end a link under traffic");
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private void traffic(Take take, CountDownLatch running, AtomicBoolean stop, AtomicInteger bad) {
        ByteBuffer copy = ByteBuffer.allocate(1 << 16);
        ReceivedBurst burst = new ReceivedBurst(16);
        int[] lengths = new int[16];
        while (!stop.get()) {
            tx.offer(packet, 0, packet.length);
            tx.flush();
            switch (take) {
                case POLL ->
                        rx.poll(
                                (buffer, offset, length, flags) ->
                                        bad.addAndGet(zeros(buffer, offset, length)),
                                16);
                case RECEIVE -> {
                    copy.clear();
                    int count = rx.receive(copy, lengths);
                    int at = 0;
                    for (int i = 0; i < count; i++) {
                        bad.addAndGet(zeros(copy, at, lengths[i]));
                        at += lengths[i];
                    }
                }
                case HOLD -> {
                    int count = rx.hold(burst);
                    int zeros = 0;
                    for (int i = 0; i < count; i++) {
                        zeros += zeros(burst.buffer(i), burst.offset(i), burst.length(i));
                    }
                    // What is held and read after the call is the reader's to judge.
                    bad.addAndGet(table.hasEnded() ? 0 : zeros);
                    rx.release(count);
                }
                default -> throw new AssertionError(take);
            }
            running.countDown();
        }
    }

    private static int zeros(ByteBuffer buffer, int offset, int length) {
        int zeros = 0;
        for (int i = 0; i < length; i++) {
            zeros |= buffer.get(offset + i) ^ FILL;
        }
        return zeros == 0 && length == 1_000 ? 0 : 1;
    }
}
