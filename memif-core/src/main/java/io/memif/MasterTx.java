package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A master's transmit queue: fills the empty buffers that the slave posted on an M2S ring. The
 * slave owns head and where the buffers are, so each posted descriptor is read once and checked
 * before a byte is written; region and offset are left as posted.
 */
final class MasterTx extends TxEngine {
    private final RegionTable table;
    private final ByteBuffer[] windows;
    private final ByteBuffer[] handedWindows;

    /** Region that the slot of {@link #lookUp} named last; written back as it was. */
    private int lastRegion = -1;

    /** Offsets below this are positions in {@link #window}. */
    private long reach;

    MasterTx(
            Ring ring,
            RegionTable table,
            Runnable signal,
            QueueCounters counters,
            Consumer<String> onFault) {
        super(false, ring, table, signal, counters, onFault);
        this.table = table;
        this.windows = table.fixedWindows();
        this.handedWindows = table.windows();
    }

    @Override
    void refresh() {
        int distance = Ring.distance(ring.headAcquire(), descriptors.next());
        if (distance > size) {
            counters.add(Counter.INDEX_JUMPS, 1);
            distance = size;
        }
        end = descriptors.next() + distance & 0xffff;
    }

    @Override
    int slot(int index, int part) {
        long low = ring.descriptorLow(index);
        int region = Ring.region(low);
        long offset = Ring.offset(ring.descriptorHigh(index));
        long capacity = Ring.length(low);
        // Written back as it was, whatever it was.
        picks[part] = RegionTable.pick(region, 0);
        if (!table.holds(region, offset, capacity)) {
            capacities[part] = 0;
            return 0;
        }
        int pick = RegionTable.pick(region, offset);
        picks[part] = pick;
        positions[part] = table.position(pick, offset);
        capacities[part] = (int) capacity;
        return (int) capacity;
    }

    @Override
    ByteBuffer window(int pick) {
        return windows[pick];
    }

    @Override
    long lookUp(int length) {
        int index = descriptors.next();
        long low = ring.descriptorLow(index);
        int region = Ring.region(low);
        long offset = Ring.offset(ring.descriptorHigh(index));
        long capacity = Ring.length(low);
        if (region == lastRegion && RegionTable.holdsBelow(reach, offset, capacity, length)) {
            return offset;
        }
        return placeElsewhere(region, offset, capacity, length);
    }

    /** Another region than the last, or a part of it that its first window does not show. */
    private long placeElsewhere(int region, long offset, long capacity, int length) {
        if (!table.holds(region, offset, capacity) || length > capacity) {
            return -1;
        }
        int pick = RegionTable.pick(region, offset);
        int position = table.position(pick, offset);
        ByteBuffer found = windows[pick];
        ByteBuffer foundHanded = handedWindows[pick];
        long foundReach = position == offset ? found.capacity() : 0;
        // All at once: no fault may appear between them.
        lastRegion = region;
        window = found;
        handed = foundHanded;
        reach = foundReach;
        return position;
    }

    @Override
    int single(long at, int length) {
        settleAll();
        descriptors.keep(lastRegion, length);
        return 1;
    }

    @Override
    void fillRoom() {
        PacketFiller filler = this.filler;
        int most = this.most;
        long calm = calm();
        for (int left = room; left > 0; left--) {
            long at = lookUp(most);
            if (at < 0) {
                return;
            }
            int length = filler.fill(whole(), (int) at, most);
            if (length > most || !isCalm(calm)) {
                length = settledLength(length);
            }
            if (length <= 0) {
                return;
            }
            descriptors.keep(lastRegion, length);
        }
    }

    @Override
    void descriptor(int index, int part, int flags, int length) {
        ring.descriptorLow(index, Ring.low(flags, RegionTable.regionOf(picks[part]), length));
    }

    /** Seen only by what the slave posted again; peers do that as they receive. */
    @Override
    int outstanding() {
        return size - Ring.distance(ring.headAcquire(), published);
    }

    @Override
    int stageInPlace(Region.Id id, long offset, int length) {
        throw new IllegalArgumentException(
                "a master shares no memory of its own: use offer, which copies the packet");
    }

    @Override
    int passInPlace(ReceivedBurst burst, int first, int parts) {
        return 0;
    }

    @Override
    void publish(int index) {
        ring.tailRelease(index);
    }
}
