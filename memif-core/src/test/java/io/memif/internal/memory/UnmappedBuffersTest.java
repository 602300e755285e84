package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.memif.MasterRx;
import io.memif.MasterTx;
import io.memif.QueueCounters;
import io.memif.RxEngine;
import io.memif.SlaveRx;
import io.memif.SlaveTx;
import io.memif.TxEngine;
import io.memif.internal.posix.Posix;
import io.memif.testing.LeakCheck;
import io.memif.unix.OwnedFd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Engines whose buffers are unmapped while their ring is still there, as happens in the middle of a
 * link's end: they answer and throw nothing, and their thread is not left interrupted. (Before JDK
 * 22 nothing is unmapped under anybody, and they go on.)
 */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnmappedBuffersTest {
    private static final int LOG2 = 4;
    private static final int STRIDE = 2_048;
    private static final int SIZE = (STRIDE << LOG2) + STRIDE;
    private static final int ROUNDS = 300;

    private final Posix posix = Posix.open();
    private final RegionMapper mapper = new RegionMapper(BufferTable.WINDOW_STRIDE);
    private final Ring ring =
            new Ring(ByteBuffer.allocateDirect(RingLayout.ringLength(LOG2, 64)), 0, LOG2, 64);
    private final byte[] packet = new byte[STRIDE];
    private TxEngine tx;
    private RxEngine rx;

    @BeforeEach
    void start() {
        ring.initialise(RingLayout.MASK_INT);
    }

    /** They would keep the last mapping from being collected. */
    @AfterEach
    void forgetEngines() {
        tx = null;
        rx = null;
    }

    private MappedRegion map() {
        try (OwnedFd file = new RegionFile(posix).create("unmapped buffers", SIZE)) {
            return mapper.map(file, SIZE);
        }
    }

    private void slaveToMaster(MappedRegion region) {
        ring.initialise(RingLayout.MASK_INT);
        ByteBuffer memory = region.windows().get(0);
        BufferTable table = new BufferTable(List.of(new BufferTable.Entry(SIZE, List.of(memory))));
        SendMemory own = new SendMemory(memory, 0, 0, STRIDE);
        tx = new SlaveTx(ring, own, () -> {}, new QueueCounters(), reason -> {});
        rx = new MasterRx(ring, table, new QueueCounters(), reason -> {});
    }

    private void masterToSlave(MappedRegion region) {
        ByteBuffer memory = region.windows().get(0);
        BufferTable table = new BufferTable(List.of(new BufferTable.Entry(SIZE, List.of(memory))));
        OwnBuffers own = new OwnBuffers(memory, 0, 0, STRIDE, STRIDE);
        SlaveRx receiver = new SlaveRx(ring, own, new QueueCounters(), reason -> {});
        receiver.postAll();
        rx = receiver;
        tx = new MasterTx(ring, table, () -> {}, new QueueCounters(), reason -> {});
    }

    private int read() {
        return rx.poll((buffer, offset, length, flags) -> buffer.getLong(offset), 64);
    }

    private void expectEndWithout(MappedRegion region) {
        assertEquals(1, tx.offer(packet, 0, STRIDE));
        assertEquals(1, tx.flush());
        region.close();
        if (Runtime.version().feature() >= 22) {
            assertEquals(0, read());
            assertEquals(TxEngine.NOT_CONNECTED, tx.offer(packet, 0, STRIDE));
        } else {
            assertEquals(1, read());
            assertEquals(1, tx.offer(packet, 0, STRIDE));
        }
    }

    @Test
    void ringOfASlaveThatSends() {
        try (MappedRegion region = map()) {
            slaveToMaster(region);
            expectEndWithout(region);
        }
    }

    @Test
    void ringOfAMasterThatSends() {
        try (MappedRegion region = map()) {
            masterToSlave(region);
            expectEndWithout(region);
        }
    }

    @Test
    void threadThatIsThrownOutIsNotInterrupted() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            try (MappedRegion region = map()) {
                slaveToMaster(region);
                unmapUnderTraffic(region, interrupted);
            }
        }
        assertEquals(0, interrupted.get());
    }

    private void unmapUnderTraffic(MappedRegion region, AtomicInteger interrupted)
            throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        AtomicBoolean stop = new AtomicBoolean();
        Thread traffic =
                new Thread(
                        () -> {
                            while (!stop.get()) {
                                tx.offer(packet, 0, STRIDE);
                                tx.flush();
                                read();
                                running.countDown();
                            }
                            interrupted.addAndGet(Thread.interrupted() ? 1 : 0);
                        });
        traffic.start();
        running.await();
        region.close();
        stop.set(true);
        traffic.join();
        assertFalse(Thread.interrupted());
    }
}
