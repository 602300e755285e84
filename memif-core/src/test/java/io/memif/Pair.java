package io.memif;

import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Both ends of one ring over plain direct memory: a sender, a receiver, and the raw ring for a test
 * that plays the peer by hand.
 */
final class Pair {
    /** Which way the ring goes; decides which engines stand at its ends. */
    enum Way {
        S2M,
        M2S
    }

    final ByteBuffer memory;
    final Ring ring;
    final OwnBuffers buffers;
    final RegionTable table;
    final QueueCounters sent = new QueueCounters();
    final QueueCounters received = new QueueCounters();
    final List<String> faults = new ArrayList<>();
    final TxEngine tx;
    final RxEngine rx;
    int signals;

    Pair(Way way, int log2, int bufferSize) {
        this(way, log2, bufferSize, 0);
    }

    /**
     * Indexes start at {@code start}, so that a test need not send 65536 packets to see the wrap.
     */
    Pair(Way way, int log2, int bufferSize, int start) {
        int stride = (bufferSize + 63) / 64 * 64 + 64;
        int base = Protocol.ringLength(log2, 64);
        memory = ByteBuffer.allocateDirect(base + (stride << log2) + stride);
        ring = new Ring(memory, 0, log2, 64);
        ring.initialise(RingLayout.MASK_INT);
        buffers = new OwnBuffers(0, base, stride, bufferSize);
        table = RegionTable.of(Region.over(memory));
        if (way == Way.S2M) {
            OwnBuffers own = new OwnBuffers(0, base, bufferSize);
            tx = new SlaveTx(ring, table, own, () -> signals++, sent, faults::add);
            rx = new MasterRx(ring, table, received, faults::add);
        } else {
            tx = new MasterTx(ring, table, () -> signals++, sent, faults::add);
            rx = new SlaveRx(ring, table, buffers, received, faults::add);
            rx.start();
        }
        move(start);
    }

    /** Runs packets through until both indexes stand at {@code start}. */
    private void move(int start) {
        byte[] one = {1};
        for (int i = 0; i < start; i++) {
            if (tx.offer(one, 0, 1) != 1 || tx.flush() != 1) {
                throw new IllegalStateException("cannot send packet " + i);
            }
            if (rx.poll((b, o, l, f) -> {}, 1) != 1) {
                throw new IllegalStateException("cannot receive packet " + i);
            }
        }
    }
}
