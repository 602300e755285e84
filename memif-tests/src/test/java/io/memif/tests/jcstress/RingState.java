package io.memif.tests.jcstress;

import io.memif.PacketHandler;
import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A small ring in shared memory for our engines; the handler checks every packet it gets. */
public class RingState implements PacketHandler {
    private static final int LINE = RingLayout.DEFAULT_CACHE_LINE;
    private static final int BUFFERS = 3 * LINE;
    private static final int CAPACITY = LINE;
    private static final Region REGION = Region.over(Slots.MEMORY);

    /** Packet {@code s} has this length plus 16 for each {@code s}; the capacity is 64. */
    private static final int SHORTEST = 32;

    static final byte[][] PACKETS = {bytes(0), bytes(1), bytes(2)};

    final int at = Slots.take();
    final Ring ring;
    final OwnBuffers buffers;
    final RegionTable table = RegionTable.of(REGION);

    /** Signals the sender gave. */
    int signals;

    /** Packets handed over. */
    int seen;

    /** Packets handed over whose length or content was not what was sent. */
    int bad;

    /** A ring that asks for signals. */
    RingState(int log2Size) {
        ring = new Ring(Slots.MEMORY, at, log2Size, LINE);
        ring.initialise(0);
        buffers = new OwnBuffers(0, at + BUFFERS, CAPACITY, CAPACITY);
    }

    final TxQueue slaveTx() {
        return slaveTx(QueueHandles.tx());
    }

    final TxQueue slaveTx(TxQueue queue) {
        OwnBuffers own = new OwnBuffers(0, at + BUFFERS, CAPACITY);
        return QueueHandles.slaveTx(queue, ring, table, own, () -> signals++, reason -> bad = 99);
    }

    final RxQueue masterRx() {
        return masterRx(QueueHandles.rx());
    }

    final RxQueue masterRx(RxQueue queue) {
        return QueueHandles.masterRx(queue, ring, table, reason -> bad = 99);
    }

    final TxQueue masterTx() {
        return QueueHandles.masterTx(
                QueueHandles.tx(), ring, table, () -> signals++, reason -> bad = 99);
    }

    final RxQueue slaveRx() {
        return QueueHandles.post(
                QueueHandles.slaveRx(QueueHandles.rx(), ring, table, buffers, reason -> bad = 99));
    }

    static int length(int packet) {
        return SHORTEST + 16 * packet;
    }

    static long content(int packet) {
        return 0x0101_0101_0101_0101L * (packet + 1);
    }

    private static byte[] bytes(int packet) {
        byte[] bytes = new byte[length(packet)];
        Arrays.fill(bytes, (byte) (packet + 1));
        return bytes;
    }

    /** Stages a packet; what offer says. */
    static int offer(TxQueue tx, int packet) {
        return tx.offer(PACKETS[packet], 0, PACKETS[packet].length);
    }

    @Override
    public final void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        long first = buffer.getLong(offset);
        long last = buffer.getLong(offset + length - Long.BYTES);
        long expected = content(seen);
        if (length != length(seen) || first != expected || last != expected || flags != 0) {
            bad++;
        }
        seen++;
    }
}
