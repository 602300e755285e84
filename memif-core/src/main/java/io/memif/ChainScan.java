package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;

/**
 * The slow road of a receive engine: reads one whole packet, chained or not, before any part of it
 * is handed over, so that a bad descriptor anywhere drops the packet as one and the slots after it
 * are never taken for another packet. Each descriptor is read once; what is handed over later is
 * the checked copy.
 */
final class ChainScan {
    private final RxSlots engine;
    private final int[] picks;
    private final int[] positions;
    private final int[] lengths;
    private int count;
    private int done;
    private long doneBytes;

    ChainScan(RxSlots engine) {
        this.engine = engine;
        this.picks = new int[engine.size];
        this.positions = new int[engine.size];
        this.lengths = new int[engine.size];
    }

    boolean pending() {
        return done < count;
    }

    /** Whether a part of the packet has been handed over already. */
    boolean begun() {
        return done > 0;
    }

    /** Parts handed over of a packet that has more; 0 between packets. */
    int begunBuffers() {
        return pending() ? done : 0;
    }

    /** Bytes in those parts. */
    long begunBytes() {
        return pending() ? doneBytes : 0;
    }

    int remaining() {
        return count - done;
    }

    int pick() {
        return picks[done];
    }

    int position() {
        return positions[done];
    }

    int length() {
        return lengths[done];
    }

    /** Length of a part after the current one. */
    int length(int ahead) {
        return lengths[done + ahead];
    }

    int flags() {
        int next = done + 1 < count ? PacketHandler.NEXT : 0;
        return done > 0 ? next | PacketHandler.CONTINUATION : next;
    }

    void advance() {
        doneBytes += lengths[done++];
    }

    /**
     * Reads the packet at {@code from}.
     *
     * @return slots of a packet that is now pending, or that was dropped; 0 if its end has not been
     *     published yet
     */
    int read(int from, int available) {
        done = 0;
        doneBytes = 0;
        count = 0;
        boolean good = true;
        int published = available;
        int seen = 0;
        while (seen < published) {
            int index = from + seen;
            long low = engine.ring.descriptorLow(index);
            long high = engine.ring.descriptorHigh(index);
            int pick = engine.pick(low, high);
            good &= pick >= 0;
            if (good) {
                picks[seen] = pick;
                positions[seen] = engine.position(index, pick, high);
                lengths[seen] = (int) Ring.length(low);
            }
            seen++;
            if ((low & RingLayout.NEXT) == 0) {
                return finish(from, seen, good);
            }
            if (seen == published && seen < engine.size) {
                engine.refresh();
                if (engine.next != from) {
                    // The sender lost count: what has been read so far is overwritten.
                    return Ring.distance(engine.next, from);
                }
                published = engine.available;
            }
        }
        return seen < engine.size ? 0 : drop(from);
    }

    private int finish(int from, int slots, boolean good) {
        clearNext(from, slots - 1);
        if (good) {
            count = slots;
        } else {
            engine.consume(slots);
            engine.counters.add(Counter.BAD_DESCRIPTORS, 1);
        }
        return slots;
    }

    /** A chain through the whole ring: its end can never come. */
    private int drop(int from) {
        clearNext(from, engine.size);
        engine.consume(engine.size);
        engine.counters.add(Counter.ENDLESS_CHAINS, 1);
        return engine.size;
    }

    private void clearNext(int from, int slots) {
        for (int i = 0; i < slots; i++) {
            engine.clearNext(from + i, engine.ring.descriptorLow(from + i));
        }
    }
}
