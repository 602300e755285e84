package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.SendSpace;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A slave's transmit queue: fills an S2M ring. We own head, the descriptors and the memory of the
 * packets; nothing is ever read back from a descriptor. Where packets lie is kept in {@link
 * SendSpace}, and how long one may be is what our configuration says, never the length that the
 * last packet left in the slot.
 */
final class SlaveTx extends TxEngine {
    private final ByteBuffer memory;
    private final int region;
    private final int capacity;
    private final SendSpace space;
    private final RegionTable shared;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param table all regions that were announced to the master
     * @param own where our packets lie in them
     */
    SlaveTx(
            Ring ring,
            RegionTable table,
            OwnBuffers own,
            Runnable signal,
            QueueCounters counters,
            Consumer<String> onFault) {
        super(true, ring, table, signal, counters, onFault);
        this.shared = table;
        this.memory = table.window(RegionTable.pick(own.region(), 0)).duplicate();
        this.region = own.region();
        this.capacity = own.capacity();
        this.space = new SendSpace(own.base(), size, capacity);
        this.window = memory;
        this.handed = memory.duplicate();
    }

    @Override
    void refresh() {
        int used = Ring.distance(descriptors.next(), ring.tailAcquire());
        if (used > size) {
            counters.add(Counter.INDEX_JUMPS, 1);
            used = size;
        }
        end = descriptors.next() + size - used & 0xffff;
    }

    @Override
    int slot(int index, int part) {
        long at = part == 0 ? space.cursor() : SendSpace.after(positions[part - 1], capacity);
        positions[part] = (int) space.from(at, capacity);
        capacities[part] = capacity;
        return capacity;
    }

    @Override
    ByteBuffer window(int pick) {
        return memory;
    }

    @Override
    long lookUp(int length) {
        return space.next(length);
    }

    @Override
    int single(long at, int length) {
        settleAll();
        descriptors.keep(region, at, length);
        space.moveTo(SendSpace.after(at, length));
        return 1;
    }

    /**
     * A counted loop over locals, of which only the count changes: HotSpot stores what changes once
     * a packet. The position of a packet is stored in its descriptor when the one before it is
     * finished, and read from there.
     */
    @Override
    void fillRoom() {
        PacketFiller filler = this.filler;
        ByteBuffer buffer = handed;
        int whole = buffer.capacity();
        int most = this.most;
        long calm = calm();
        int region = this.region;
        // Packets that lie side by side, so that the loop need not look for the end of the memory.
        int count = Math.min(room, space.room(most));
        room = count;
        long[] words = descriptors.words();
        int first = descriptors.entry();
        int done = 0;
        words[first + 1] = space.from(space.cursor(), most);
        try {
            for (; done < count; done++) {
                if (buffer.limit() != whole) {
                    buffer.clear();
                }
                int length = filler.fill(buffer, (int) words[first + 2 * done + 1], most);
                if (length > most || !isCalm(calm)) {
                    length = settledLength(length);
                }
                if (length <= 0) {
                    return;
                }
                words[first + 2 * done] = Ring.low(0, region, length);
                words[first + 2 * done + 3] = SendSpace.after(words[first + 2 * done + 1], length);
            }
        } finally {
            try {
                // Before the cursor is set: a fault must not appear in between.
                settleAll();
            } finally {
                space.moveTo(words[first + 2 * done + 1]);
                descriptors.keepUpTo(first + 2 * done);
            }
        }
    }

    @Override
    void descriptor(int index, int part, int flags, int length) {
        space.moveTo(SendSpace.after(positions[part], length));
        ring.descriptor(index, Ring.low(flags, region, length), positions[part] & 0xffffffffL);
    }

    @Override
    int outstanding() {
        return Ring.distance(published, ring.tailAcquire());
    }

    @Override
    int stageInPlace(Region.Id id, long offset, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length=" + length);
        }
        int there = shared.find(id, offset, length);
        if (there < 0) {
            throw new IllegalArgumentException(
                    length + " bytes at " + offset + " lie in no region of this link");
        }
        if (isFast() && length <= capacity) {
            descriptors.keep(there, offset, length);
            return 1;
        }
        int slots = prepare(length);
        if (slots > 0) {
            pieces(there, offset, length, slots);
        }
        return slots;
    }

    /** No piece is longer than our packets in one buffer: peers have the right to expect that. */
    private void pieces(int there, long offset, int length, int slots) {
        int done = 0;
        for (int part = 0; part < slots; part++) {
            int now = Math.min(length - done, capacity);
            int flags = part + 1 < slots ? RingLayout.NEXT : 0;
            int index = descriptors.next() + part;
            ring.descriptor(index, Ring.low(flags, there, now), offset + done);
            done += now;
        }
        staged(slots, length);
    }

    @Override
    int passInPlace(ReceivedBurst burst, int first, int parts) {
        int length = 0;
        for (int i = first; i < first + parts; i++) {
            Region.Id id = burst.memory(i);
            if (id == null
                    || burst.length(i) > capacity
                    || shared.find(id, burst.memoryOffset(i), burst.length(i)) < 0) {
                return 0;
            }
            length += burst.length(i);
        }
        // As many slots as that many full buffers need.
        int slots = parts > size ? 0 : prepare((parts - 1) * capacity + 1);
        if (slots <= 0) {
            return slots;
        }
        for (int part = 0; part < parts; part++) {
            int i = first + part;
            int there = shared.find(burst.memory(i), burst.memoryOffset(i), burst.length(i));
            int flags = part + 1 < parts ? RingLayout.NEXT : 0;
            ring.descriptor(
                    descriptors.next() + part,
                    Ring.low(flags, there, burst.length(i)),
                    burst.memoryOffset(i));
        }
        staged(parts, length);
        return parts;
    }

    @Override
    void publish(int index) {
        ring.headRelease(index);
    }
}
