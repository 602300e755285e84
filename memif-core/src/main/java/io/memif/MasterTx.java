package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A master's transmit queue: fills the empty buffers that the slave posted on an M2S ring. The
 * slave owns head and where the buffers are, so each posted descriptor is read once and checked
 * before a byte is written; region and offset are left as posted.
 */
public final class MasterTx extends TxEngine {
    private final RegionTable table;
    private final int[] regions;

    /** Region that the slot of {@link #place} named last; written back as it was. */
    private int placed = -1;

    /** Offsets below this are positions in {@link #window}. */
    private long reach;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param ring the M2S ring
     * @param table the regions of the link
     * @param doorbell signals the slave
     * @param counters of the queue
     * @param fault told when the memory is gone
     */
    public MasterTx(
            Ring ring,
            RegionTable table,
            Runnable doorbell,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, table.canShrink(), doorbell, counters, fault);
        this.table = table;
        this.regions = new int[size];
    }

    @Override
    void refresh() {
        int distance = Ring.distance(ring.headAcquire(), position);
        if (distance > size) {
            counters.add(Counter.INDEX_JUMPS, 1);
            distance = size;
        }
        free = distance;
    }

    @Override
    int slot(int index, int part) {
        long low = ring.descriptorLow(index);
        int region = Ring.region(low);
        long offset = Ring.offset(ring.descriptorHigh(index));
        long room = Ring.length(low);
        regions[part] = region;
        if (!table.holds(region, offset, room)) {
            rooms[part] = 0;
            return 0;
        }
        int pick = RegionTable.pick(region, offset);
        picks[part] = pick;
        positions[part] = table.position(pick, offset);
        rooms[part] = (int) room;
        return (int) room;
    }

    @Override
    ByteBuffer window(int pick) {
        return table.window(pick);
    }

    @Override
    int place(int index, int length) {
        long low = ring.descriptorLow(index);
        int region = Ring.region(low);
        long offset = Ring.offset(ring.descriptorHigh(index));
        long room = Ring.length(low);
        if (region == placed && RegionTable.holdsBelow(reach, offset, room, length)) {
            return (int) offset;
        }
        return placeElsewhere(region, offset, room, length);
    }

    /** Another region than the last, or a part of it that its first window does not show. */
    private int placeElsewhere(int region, long offset, long room, int length) {
        if (!table.holds(region, offset, room) || length > room) {
            return -1;
        }
        int pick = RegionTable.pick(region, offset);
        placed = region;
        window = table.window(pick);
        reach = table.position(pick, offset) == offset ? window.capacity() : 0;
        return table.position(pick, offset);
    }

    @Override
    void single(int index, int at, int length) {
        ring.descriptorLow(index, Ring.low(0, placed, length));
    }

    @Override
    void descriptor(int index, int part, int flags, int length) {
        ring.descriptorLow(index, Ring.low(flags, regions[part], length));
    }

    /** Seen only by what the slave posted again; peers do that as they receive. */
    @Override
    int outstanding() {
        return size - Ring.distance(ring.headAcquire(), published());
    }

    @Override
    void publish(int index) {
        ring.tailRelease(index);
    }
}
