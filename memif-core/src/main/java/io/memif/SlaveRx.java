package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A slave's receive queue: posts empty buffers on an M2S ring and consumes what the master filled.
 * We own head and where the buffers are; of a returned descriptor only flags, region and length are
 * looked at, and the data is always where we posted it.
 */
final class SlaveRx extends RxEngine {
    private final Region.Id id;

    /** The one thing a returned descriptor must still say: our region. */
    private final int region;

    /** Number of the window that all buffers lie in. */
    private final int pick;

    private final int capacity;

    /** Where each slot's buffer begins. */
    private final int[] starts;

    /** Slots up to here are posted; 16 bits. */
    private int posted;

    /**
     * An engine with nothing posted yet.
     *
     * @param table all regions that were announced to the master
     * @param buffers our buffers in them, one a slot
     */
    SlaveRx(
            Ring ring,
            RegionTable table,
            OwnBuffers buffers,
            QueueCounters counters,
            Consumer<String> onFault) {
        super(ring, table, counters, onFault);
        this.region = buffers.region();
        this.pick = RegionTable.pick(region, 0);
        this.id = table.id(pick);
        this.capacity = buffers.capacity();
        this.starts = buffers.offsets(size);
        this.window = windows[pick];
    }

    @Override
    void start() {
        giveBack(0xffff & -size, 0);
    }

    @Override
    int published() {
        return ring.tailAcquire();
    }

    @Override
    void refresh() {
        int distance = Ring.distance(published(), next);
        int outstanding = Ring.distance(posted, next);
        if (distance > outstanding) {
            counters.add(Counter.INDEX_JUMPS, 1);
            distance = outstanding;
        }
        available = distance;
    }

    @Override
    int pick(long low, long high) {
        return RegionTable.returned(low, region, capacity) ? pick : -1;
    }

    @Override
    int locate(int index, long low, long high) {
        return single(low, high) < 0 ? -1 : position(index, pick, high);
    }

    /** A counted loop over locals, for which the bounds of the batch are checked once. */
    @Override
    int handOver(PacketHandler handler, long[] batch, int from, int count) {
        int region = this.region;
        int capacity = this.capacity;
        int[] starts = this.starts;
        int slot = next - from;
        ByteBuffer window = this.window;
        int whole = window.capacity();
        long bytes = 0;
        int i = from;
        try {
            while (i < count) {
                long low = batch[2 * i];
                if ((low & RingLayout.NEXT) != 0 || !RegionTable.returned(low, region, capacity)) {
                    break;
                }
                int position = starts[slot + i & starts.length - 1];
                long length = Ring.length(low);
                i++;
                bytes += length;
                if (window.limit() != whole) {
                    window.clear();
                }
                handler.onPacket(window, position, (int) length, 0);
            }
        } finally {
            passed(i - from, bytes);
        }
        return i - from;
    }

    @Override
    int position(int index, int pick, long high) {
        return starts[index & starts.length - 1];
    }

    @Override
    Region.Id memory(int pick) {
        return id;
    }

    @Override
    long offset(int pick, int position) {
        return position;
    }

    /** Nothing to do: posting the slot again writes the whole descriptor. */
    @Override
    void clearNext(int index, long low) {}

    @Override
    void giveBack(int from, int upTo) {
        int count = Ring.distance(upTo, from);
        for (int i = 0; i < count; i++) {
            int index = from + i;
            ring.descriptor(
                    index,
                    Ring.low(0, region, capacity),
                    starts[index & starts.length - 1] & 0xffffffffL);
        }
        posted = upTo + size & 0xffff;
        ring.headRelease(posted);
    }
}
