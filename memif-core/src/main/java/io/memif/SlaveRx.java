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
public final class SlaveRx extends RxEngine {
    private final Region.Id id;
    private final ByteBuffer memory;

    /** The one thing a returned descriptor must still say: our region. */
    private final int region;

    private final int capacity;

    /** Where each slot's buffer begins. */
    private final int[] starts;

    /** Slots up to here are posted; 16 bits. */
    private int posted;

    /**
     * An engine at index 0 of a fresh ring, with nothing posted yet.
     *
     * @param ring the M2S ring
     * @param table all regions that were announced to the master
     * @param buffers our buffers in them, one a slot
     * @param counters of the queue
     * @param fault told when the memory is gone
     */
    public SlaveRx(
            Ring ring,
            RegionTable table,
            OwnBuffers buffers,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, table.canShrink(buffers.region()), counters, fault);
        this.id = table.id(RegionTable.pick(buffers.region(), 0));
        this.memory = table.window(RegionTable.pick(buffers.region(), 0));
        this.region = buffers.region();
        this.capacity = buffers.capacity();
        this.starts = buffers.offsets(size);
    }

    /**
     * Posts every buffer. Called once, after CONNECTED and not before: libmemif and DPDK store 0 to
     * both indexes while they connect.
     */
    public void postAll() {
        giveBack(0xffff & -size, 0);
    }

    @Override
    void refresh() {
        int distance = Ring.distance(ring.tailAcquire(), next);
        int outstanding = Ring.distance(posted, next);
        if (distance > outstanding) {
            counters.add(Counter.INDEX_JUMPS, 1);
            distance = outstanding;
        }
        available = distance;
    }

    @Override
    int scan(int max) {
        int index = next;
        int i = 0;
        while (i < max) {
            long low = ring.descriptorLow(index);
            if ((low & RingLayout.NEXT) != 0 || !sound(low)) {
                break;
            }
            picks[i] = 0;
            positions[i] = starts[index & starts.length - 1];
            lengths[i] = (int) Ring.length(low);
            i++;
            index++;
        }
        return i;
    }

    private boolean sound(long low) {
        return RegionTable.returned(low, region, capacity);
    }

    @Override
    int pick(long low, long high) {
        return sound(low) ? 0 : -1;
    }

    @Override
    int position(int index, int pick, long high) {
        return starts[index & starts.length - 1];
    }

    @Override
    ByteBuffer window(int pick) {
        return memory;
    }

    @Override
    Region.Id memory(int pick) {
        return id;
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
