package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A master's receive queue: consumes an S2M ring. The slave owns head and the descriptors, which
 * are therefore checked against the regions it announced; we own tail.
 */
final class MasterRx extends RxEngine {
    private final RegionTable table;

    /** Flags and region of the last packet in one buffer, as its descriptor holds them. */
    private int lastFlagsAndRegion;

    /**
     * Offsets below this in that region are positions in {@link #window}. 0 if there is no such
     * region: at first, and while {@link #window} is not the region's first.
     */
    private long reach;

    MasterRx(Ring ring, RegionTable table, QueueCounters counters, Consumer<String> onFault) {
        super(ring, table, counters, onFault);
        this.table = table;
    }

    @Override
    void start() {}

    @Override
    int published() {
        return ring.headAcquire();
    }

    @Override
    void refresh() {
        int distance = Ring.distance(published(), next);
        if (distance > size) {
            // A sender that lost count (DPDK with chains in a full ring does): what it
            // overwrote is gone, the newest ring-full is what there is.
            counters.add(Counter.INDEX_JUMPS, 1);
            consume(distance - size);
            distance = size;
        }
        available = distance;
    }

    @Override
    int pick(long low, long high) {
        int region = Ring.region(low);
        long offset = Ring.offset(high);
        return table.holds(region, offset, Ring.length(low))
                ? RegionTable.pick(region, offset)
                : -1;
    }

    @Override
    int locate(int index, long low, long high) {
        long offset = Ring.offset(high);
        return (int) low == lastFlagsAndRegion
                        && RegionTable.holdsBelow(reach, offset, Ring.length(low), 1)
                ? (int) offset
                : locateElsewhere(low, high);
    }

    /** In another region than the last, or a part of it that its first window does not show. */
    private int locateElsewhere(long low, long high) {
        int pick = single(low, high);
        if (pick < 0) {
            return -1;
        }
        long offset = Ring.offset(high);
        int position = table.position(pick, offset);
        ByteBuffer found = windows[pick];
        long foundReach = position == offset ? found.capacity() : 0;
        // All at once: no fault may appear between them.
        lastFlagsAndRegion = (int) low;
        window = found;
        reach = foundReach;
        return position;
    }

    /** A counted loop over locals, for which the bounds of the batch are checked once. */
    @Override
    int handOver(PacketHandler handler, long[] batch, int from, int count) {
        int flagsAndRegion = lastFlagsAndRegion;
        long reach = this.reach;
        ByteBuffer window = this.window;
        int whole = window.capacity();
        long bytes = 0;
        int i = from;
        try {
            while (i < count) {
                long low = batch[2 * i];
                long offset = Ring.offset(batch[2 * i + 1]);
                long length = Ring.length(low);
                if ((int) low != flagsAndRegion
                        || !RegionTable.holdsBelow(reach, offset, length, 1)) {
                    break;
                }
                i++;
                bytes += length;
                if (window.limit() != whole) {
                    window.clear();
                }
                handler.onPacket(window, (int) offset, (int) length, 0);
            }
        } finally {
            passed(i - from, bytes);
        }
        return i - from;
    }

    @Override
    int position(int index, int pick, long high) {
        return table.position(pick, Ring.offset(high));
    }

    @Override
    Region.Id memory(int pick) {
        return table.id(pick);
    }

    @Override
    long offset(int pick, int position) {
        return table.offset(pick, position);
    }

    /** Protects us from senders that never clear NEXT when a slot is used for the next packet. */
    @Override
    void clearNext(int index, long low) {
        if ((low & RingLayout.NEXT) != 0) {
            ring.descriptorLow(index, low & ~(long) RingLayout.NEXT);
        }
    }

    @Override
    void giveBack(int from, int upTo) {
        ring.tailRelease(upTo);
    }
}
