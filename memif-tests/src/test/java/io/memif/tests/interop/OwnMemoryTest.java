package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Forwarder;
import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifRegion;
import io.memif.PacketAssembler;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** testpmd reads and fills the application's own memory. */
@Needs(Need.TESTPMD)
@Timeout(180)
class OwnMemoryTest {
    private static final int PACKETS = 20_000;
    private static final int BUFFERS = 2048;
    private static final int BUFFER_SIZE = 9216;
    private static final int LONGEST = 9000;

    @TempDir Path directory;

    private final byte[] packet = new byte[LONGEST];
    private long back;

    private String address() {
        return directory.resolve("s").toString();
    }

    private Testpmd server() throws InterruptedException {
        return Testpmd.memif(address(), "role=server").options("--forward-mode=io").start();
    }

    /**
     * Each packet is written into the region once, and its buffer is used again when it is free.
     */
    @Test
    void packetsGoOutFromWhereTheyLieAndComeBackWhole() throws InterruptedException {
        try (MemifRegion region = MemifRegion.builder().create((long) BUFFERS * BUFFER_SIZE);
                Testpmd testpmd = server();
                OurSide us =
                        new OurSide(
                                address(),
                                InterfaceConfig.builder().role(Role.SLAVE).region(region))) {
            MemifInterface itf = us.awaitUp();
            testpmd.command("start");
            exchange(itf, region);
            TxQueue tx = itf.txQueue(0);
            assertEquals(PACKETS, tx.counters().get(Counter.IN_PLACE));
            assertTrue(tx.isDrained());
            assertEquals(tx.counters().get(Counter.BUFFERS), tx.taken());
        }
    }

    private void exchange(MemifInterface itf, MemifRegion region) throws InterruptedException {
        TxQueue tx = itf.txQueue(0);
        RxQueue rx = itf.rxQueue(0);
        PacketAssembler assembler = new PacketAssembler(this::check, 1 << 16);
        long[] positions = new long[BUFFERS];
        int sent = 0;
        while (back < PACKETS) {
            // What waits on the way back is bounded by half the ring of 1024.
            while (sent < PACKETS && sent - back < 100 && free(tx, positions, sent)) {
                int index = sent % BUFFERS;
                int length = NumberedPacket.length(sent, LONGEST);
                NumberedPacket.write(packet, length, sent);
                region.buffer().put(index * BUFFER_SIZE, packet, 0, length);
                positions[index] = tx.transmit(region, (long) index * BUFFER_SIZE, length);
                assertTrue(positions[index] > 0, "transmit answered " + positions[index]);
                sent++;
            }
            tx.flush();
            if (rx.poll(assembler, 64) == 0) {
                assertTrue(rx.await(Testpmd.SOON_NS), "sent " + sent + ", back only " + back);
            }
        }
    }

    private static boolean free(TxQueue tx, long[] positions, int next) {
        return positions[next % BUFFERS] <= tx.taken();
    }

    private void check(ByteBuffer buffer, int offset, int length, int flags) {
        NumberedPacket.check(buffer, offset, length, back, NumberedPacket.length(back, LONGEST));
        back++;
    }

    /** Everything that testpmd sends is returned by us from the buffer it lies in. */
    @Test
    void packetsAreReflectedFromTheBuffersTheyCameIn() throws InterruptedException {
        InterfaceConfig.Builder config = InterfaceConfig.builder().role(Role.SLAVE);
        long needed = config.build().bufferMemory();
        try (MemifRegion region = MemifRegion.builder().create(needed + 4096);
                Testpmd testpmd = server();
                OurSide us = new OurSide(address(), config.buffersIn(region, 4096))) {
            MemifInterface itf = us.awaitUp();
            Forwarder mirror = new Forwarder(itf.rxQueue(0), itf.txQueue(0), 512);
            testpmd.command("start tx_first 2");
            long passed = 0;
            long end = System.nanoTime() + Testpmd.SOON_NS;
            while (passed < 100_000) {
                passed += mirror.doWork();
                assertTrue(System.nanoTime() < end, "passed " + passed);
            }
            assertEquals(0, mirror.dropped());
            assertEquals(0, itf.txQueue(0).counters().get(Counter.FORWARD_COPIES));
            assertEquals(
                    itf.rxQueue(0).counters().get(Counter.PACKETS),
                    itf.txQueue(0).counters().get(Counter.IN_PLACE));
        }
    }
}
