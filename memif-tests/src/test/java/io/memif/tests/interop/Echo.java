package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;

/**
 * Sends numbered packets on a queue pair whose peer returns what it gets, and checks that each
 * comes back whole and in order. Never has more than half a ring under way.
 */
final class Echo {
    private static final int BURST = 32;
    private static final int MAX_PACKET = 65_536;

    private final TxQueue tx;
    private final RxQueue rx;
    private final int window;
    private final int bufferSize;
    private final int maxLength;
    private final byte[] packet = new byte[MAX_PACKET];
    private final PacketAssembler assembler;
    private long sent;
    private long back;
    private int slotsUnderWay;

    /**
     * For one queue.
     *
     * @param itf connected
     * @param queue index of the pair
     * @param ringSize smallest of its rings
     * @param bufferSize smallest of both sides' buffers
     * @param maxLength longest packet in bytes
     */
    Echo(MemifInterface itf, int queue, int ringSize, int bufferSize, int maxLength) {
        this.tx = itf.txQueue(queue);
        this.rx = itf.rxQueue(queue);
        this.window = Math.max(1, ringSize / 2);
        this.bufferSize = bufferSize;
        this.maxLength = maxLength;
        this.assembler = new PacketAssembler(this::check, MAX_PACKET);
    }

    private void check(ByteBuffer buffer, int offset, int length, int flags) {
        int wanted = NumberedPacket.length(back, maxLength);
        NumberedPacket.check(buffer, offset, length, back, wanted);
        back++;
        slotsUnderWay -= slots(wanted);
    }

    private int slots(int length) {
        return (length + bufferSize - 1) / bufferSize;
    }

    /** Sends packets and waits until all are back. */
    void run(int count) throws InterruptedException {
        long end = sent + count;
        while (back < end) {
            sendSome(end);
            if (sent == back) {
                awaitFreeSlot(end);
            }
            if (rx.poll(assembler, BURST) == 0) {
                assertTrue(
                        rx.await(Testpmd.SOON_NS) || rx.poll(assembler, BURST) > 0,
                        () -> "queue " + rx.index() + ": sent " + sent + ", back only " + back);
            }
        }
    }

    /** A slave posts its first buffers some time after its link is up. */
    private void awaitFreeSlot(long end) {
        long deadline = System.nanoTime() + Testpmd.SOON_NS;
        while (sent == back) {
            assertTrue(
                    System.nanoTime() < deadline, () -> "queue " + rx.index() + ": no free slot");
            Thread.onSpinWait();
            sendSome(end);
        }
    }

    private void sendSome(long end) {
        int staged = 0;
        while (sent < end && staged < BURST) {
            int length = NumberedPacket.length(sent, maxLength);
            if (slotsUnderWay > 0 && slotsUnderWay + slots(length) > window) {
                break;
            }
            NumberedPacket.write(packet, length, sent);
            int result = tx.offer(packet, 0, length);
            if (result == TxQueue.BACK_PRESSURED) {
                break;
            }
            assertTrue(result > 0, () -> "offer answered " + result);
            slotsUnderWay += slots(length);
            sent++;
            staged++;
        }
        tx.flush();
    }
}
