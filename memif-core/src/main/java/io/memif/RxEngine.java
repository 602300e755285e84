package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Receives from one ring of one link. One thread at a time; lock-free; allocates nothing.
 *
 * <p>Descriptors are copied out of the ring a batch at a time, and then checked and handed over one
 * by one: the handler's code makes the compiler forget everything about shared memory, so that each
 * access to it after a packet costs several. Everything that is not a sound packet in one buffer
 * (chains, bad descriptors) is left to {@link #readPacket}, which reads one whole packet before any
 * part of it is handed over, so that a bad descriptor anywhere drops the packet as one. The peer's
 * index is read again only when what it published is used up, ours is stored once per batch.
 *
 * <p>What differs between the roles is in {@link SlaveRx} and {@link MasterRx}.
 */
abstract class RxEngine extends Engine {
    /** Descriptors copied at once: they stay in the first-level cache. */
    private static final int BATCH = 64;

    /** Number of the ring among those of its handle. */
    int number;

    /** Two words for each descriptor of a batch. */
    private final long[] descriptors = new long[2 * BATCH];

    private final PendingPacket pending = new PendingPacket();

    /** The table's windows for this engine: handlers may move their position and limit. */
    final ByteBuffer[] windows;

    /** The one in which {@link #locate} found the last packet. */
    ByteBuffer window;

    /** Next slot to look at, 16 bits. */
    int next;

    /** Published slots from {@link #next} on, as last read. */
    int available;

    /** Slots before this index are the peer's again. */
    private int given;

    /** What has been handed over of a packet in parts and is not counted yet. */
    private int begunBuffers;

    private long begunBytes;

    /** Indexes of the slots that {@link #hold} took and that have not been given back. */
    private int[] held;

    int heldHead;
    private int heldTail;
    private final int[] one = new int[1];

    RxEngine(Ring ring, RegionTable table, QueueCounters counters, Consumer<String> onFault) {
        super(ring, table, counters, onFault);
        this.windows = table.windows();
    }

    /** Called once, after CONNECTED and not before: other slaves store 0 to both indexes then. */
    abstract void start();

    /** Like {@link #start}, whatever the peer does to the memory. */
    final void begin() {
        try {
            start();
            settle();
        } catch (InternalError e) {
            lost(e);
        }
    }

    /** The peer's index, 16 bits. */
    abstract int published();

    /** Reads the peer's index and sets {@link #available}. */
    abstract void refresh();

    /** The window of a descriptor that the caller has read, or -1 if it must not be used. */
    abstract int pick(long low, long high);

    /** Position in the picked window of the checked descriptor in slot {@code index}. */
    abstract int position(int index, int pick, long high);

    /** Which file the picked window shows, or null. */
    abstract Region.Id memory(int pick);

    /** Offset in that file of a position in the picked window. */
    abstract long offset(int pick, int position);

    /**
     * Finds the packet whose descriptor is in slot {@code index}, as {@link #single} and {@link
     * #position} do, and sets {@link #window}. Most packets lie where the one before did.
     *
     * @return its position; -1 if it is not in one buffer or must not be used, and the window stays
     */
    abstract int locate(int index, long low, long high);

    /**
     * Hands over packets of a batch, from number {@code from} on, while they lie in the {@link
     * #window} of that one, which {@link #locate} has found in slot {@link #next}. Each is {@link
     * #passed}, also if its handler throws.
     *
     * @return how many; 0 if the window does not allow it
     */
    abstract int handOver(PacketHandler handler, long[] batch, int from, int count);

    /** Gives the slots from {@code from} up to and without {@code upTo} back to the peer. */
    abstract void giveBack(int from, int upTo);

    /** The descriptor in slot {@code index} said NEXT and has been consumed. */
    abstract void clearNext(int index, long low);

    /** See {@link RxQueue#poll}; also 0 if the link's memory is gone. */
    final int poll(PacketHandler handler, int limit) {
        if (!begins()) {
            return 0;
        }
        watchFaults();
        try {
            return drain(handler, limit);
        } catch (InternalError e) {
            return lost(e);
        } finally {
            exit();
        }
    }

    /** Begins a call that takes packets; false if there is nothing to take, and nothing to exit. */
    private boolean begins() {
        if (broken()) {
            return false;
        }
        requireNothingHeld();
        if (idle()) {
            counters.add(Counter.EMPTY_POLLS, 1);
            return false;
        }
        return enter();
    }

    /**
     * Whether a look at the peer's index shows that there is nothing. A receiver that polls looks
     * more often than it finds something, so this does without {@link #enter}: once the link has
     * ended, zeros may stand in place of the index, and then the call ends here or notices. Memory
     * that can fault is left to the call.
     */
    final boolean idle() {
        return available == 0 && !pending.isPending() && !canFault() && published() == next;
    }

    private int drain(PacketHandler handler, int limit) {
        int done = 0;
        // Bounds the work when the peer feeds us nothing but garbage, which hands over nothing.
        int budget = Math.min(limit, Integer.MAX_VALUE - size) + size;
        int most = BATCH;
        try {
            while (done < limit && budget > 0) {
                if (pending.isPending()) {
                    done += deliverParts(handler, limit - done);
                    continue;
                }
                if (available == 0) {
                    refresh();
                    if (available == 0) {
                        break;
                    }
                }
                int found = deliver(handler, Math.min(limit - done, most));
                most = found > 0 ? BATCH : 1;
                done += found;
                int seen = found > 0 ? 0 : readPacket(next, available);
                if (found == 0 && seen == 0) {
                    break;
                }
                budget -= seen;
            }
        } finally {
            giveBackConsumed();
            settleAll();
        }
        if (done == 0) {
            counters.add(Counter.EMPTY_POLLS, 1);
        }
        return done;
    }

    /** Hands over a batch of packets in one buffer, up to the first that is not one; how many. */
    private int deliver(PacketHandler handler, int most) {
        int count = readable(most);
        ring.readDescriptors(next, descriptors, count);
        int done = 0;
        while (done < count) {
            long low = descriptors[2 * done];
            int at = locate(next, low, descriptors[2 * done + 1]);
            if (at < 0) {
                break;
            }
            int run = handOver(handler, descriptors, done, count);
            done += run > 0 ? run : handOverOne(handler, at, (int) Ring.length(low));
        }
        return done;
    }

    private int handOverOne(PacketHandler handler, int at, int length) {
        try {
            handler.onPacket(whole(window), at, length, 0);
        } finally {
            passed(1, length);
        }
        return 1;
    }

    /** The window of a packet in one buffer, -1 if it is not one or must not be used. */
    final int single(long low, long high) {
        return (low & RingLayout.NEXT) == 0 ? pick(low, high) : -1;
    }

    /** Published slots whose descriptors can be read at once. */
    private int readable(int most) {
        return Math.min(Math.min(most, available), size - (next & size - 1));
    }

    /** Packets in one buffer each have been handed over or copied. */
    final void passed(int packets, long bytes) {
        if (packets > 0) {
            consume(packets);
            count(packets, packets, bytes);
        }
    }

    private int deliverParts(PacketHandler handler, int limit) {
        int done = 0;
        int packets = 0;
        long bytes = 0;
        try {
            while (done < limit && pending.isPending()) {
                int flags = pending.flags();
                int pick = pending.pick();
                int at = pending.position();
                int length = pending.length();
                pending.pass();
                done++;
                bytes += length;
                packets += (flags & PacketHandler.NEXT) == 0 ? 1 : 0;
                handler.onPacket(whole(windows[pick]), at, length, flags);
            }
        } finally {
            consume(done);
            countParts(packets, done, bytes);
        }
        return done;
    }

    /** A window with its limit at its capacity, whatever a handler did to it. */
    private static ByteBuffer whole(ByteBuffer window) {
        return window.limit() == window.capacity() ? window : window.clear();
    }

    /** See {@link RxQueue#receive(ByteBuffer)}. */
    final int receive(ByteBuffer target) {
        int count = receive(target, one);
        return count > 0 ? one[0] : count;
    }

    /** See {@link RxQueue#receive(ByteBuffer, int[])}. */
    final int receive(ByteBuffer target, int[] packetLengths) {
        if (!begins()) {
            return 0;
        }
        int start = target.position();
        watchFaults();
        try {
            return copyBatch(target, packetLengths);
        } catch (InternalError e) {
            lost(e);
            target.position(start);
            return 0;
        } finally {
            exit();
        }
    }

    private int copyBatch(ByteBuffer target, int[] packetLengths) {
        int done = 0;
        int most = BATCH;
        try {
            while (done < packetLengths.length) {
                int rest = Math.min(packetLengths.length - done, most);
                int singles = copySingles(target, packetLengths, done, rest);
                most = singles > 0 ? BATCH : 1;
                done += singles;
                int length = singles == 0 ? copyPacket(target) : 0;
                if (length > 0) {
                    packetLengths[done++] = length;
                } else if (singles == 0) {
                    return done > 0 ? done : length;
                }
            }
        } finally {
            giveBackConsumed();
            settleAll();
        }
        return done;
    }

    /** Packets in one buffer that are published already and fit. */
    private int copySingles(ByteBuffer target, int[] packetLengths, int from, int most) {
        int count = pending.isPending() ? 0 : readable(most);
        long[] batch = descriptors;
        ring.readDescriptors(next, batch, count);
        int start = target.position();
        int at = start;
        int done = 0;
        while (done < count) {
            long low = batch[2 * done];
            long high = batch[2 * done + 1];
            int position = locate(next + done, low, high);
            int length = (int) Ring.length(low);
            if (position < 0 || length > target.limit() - at) {
                break;
            }
            target.put(at, whole(window), position, length);
            at += length;
            packetLengths[from + done] = length;
            done++;
        }
        target.position(at);
        passed(done, at - start);
        return done;
    }

    private int copyPacket(ByteBuffer target) {
        int slots = nextPacket();
        if (slots == 0) {
            counters.add(Counter.EMPTY_POLLS, 1);
            return 0;
        }
        int total = pending.restLength();
        if (total > target.remaining()) {
            return -total;
        }
        int at = target.position();
        for (int i = 0; i < slots; i++) {
            int length = pending.length();
            target.put(at, whole(windows[pending.pick()]), pending.position(), length);
            at += length;
            pending.pass();
        }
        target.position(at);
        consume(slots);
        countParts(1, slots, total);
        return total;
    }

    /** See {@link RxQueue#hold}. */
    final int hold(ReceivedBurst burst) {
        burst.begin(this, heldTail);
        if (broken() || !enter()) {
            return 0;
        }
        try {
            return settled(fill(burst));
        } catch (InternalError e) {
            lost(e);
            burst.forget();
            return 0;
        } finally {
            exit();
        }
    }

    private int fill(ReceivedBurst burst) {
        int packets = 0;
        long bytes = 0;
        int done = 0;
        if (held == null) {
            held = new int[size];
        }
        // A sender that does not wait for its slots could have more than a ring of them taken.
        while (burst.free() > 0 && held() < size && nextPacket() > 0 && fits(burst)) {
            int flags = pending.flags();
            int pick = pending.pick();
            int at = pending.position();
            int length = pending.length();
            burst.add(whole(windows[pick]), at, length, flags);
            burst.memory(memory(pick), offset(pick, at));
            pending.pass();
            held[heldTail++ & size - 1] = next;
            consume(1);
            done++;
            bytes += length;
            packets += (flags & PacketHandler.NEXT) == 0 ? 1 : 0;
        }
        if (heldTail == heldHead) {
            // Nothing but garbage: it goes back at once.
            giveBackConsumed();
        }
        countParts(packets, done, bytes);
        return done;
    }

    /** Whether the rest of the pending packet fits the burst, or never will. */
    private boolean fits(ReceivedBurst burst) {
        return pending.rest() <= burst.free() || burst.count() == 0 || pending.isBegun();
    }

    /** See {@link RxQueue#release(ReceivedBurst)}. */
    final int release(ReceivedBurst burst) {
        int buffers = heldBy(burst);
        if (buffers > 0) {
            release(buffers);
            burst.forget();
        }
        return buffers;
    }

    /** See {@link RxQueue#release(ReceivedBurst, int)}. */
    final int release(ReceivedBurst burst, int buffers) {
        int rest = heldBy(burst);
        if (buffers < 0 || rest > 0 && buffers > rest) {
            throw new IllegalArgumentException("buffers=" + buffers + " held=" + rest);
        }
        release(Math.min(buffers, rest));
        return Math.min(buffers, rest);
    }

    /** Buffers that a burst can give back now. */
    private int heldBy(ReceivedBurst burst) {
        if (burst.link() != serial || burst.heldFrom() == burst.heldTo()) {
            return 0;
        }
        if (burst.heldFrom() - heldHead > 0) {
            throw new IllegalStateException(
                    "buffers that were taken before this burst are still held: release them first");
        }
        return Math.max(0, burst.heldTo() - heldHead);
    }

    /**
     * Gives held buffers back to the peer, oldest first.
     *
     * @throws IllegalArgumentException if fewer are held
     */
    final void release(int buffers) {
        if (buffers < 0 || buffers > held()) {
            throw new IllegalArgumentException("buffers=" + buffers + " held=" + held());
        }
        heldHead += buffers;
        int upTo = heldHead == heldTail ? next : held[heldHead & size - 1];
        if (broken() || upTo == given || !enter()) {
            return;
        }
        try {
            giveBack(given, upTo);
            given = upTo;
            settle();
        } catch (InternalError e) {
            lost(e);
        } finally {
            exit();
        }
    }

    /** Buffers taken by {@link #hold} and not released. */
    final int held() {
        return heldTail - heldHead;
    }

    final void requireNothingHeld() {
        if (heldHead != heldTail) {
            throw new IllegalStateException("held=" + held() + ": release them before polling");
        }
    }

    /**
     * Asks the peer to signal or not to signal, then looks at the ring again.
     *
     * <p>The order is that of the sleeping receiver: unmask, full fence, look. A sender that
     * publishes, fences and then looks at the mask either sees the mask clear or is seen here.
     *
     * @return whether packets are waiting
     */
    final boolean mask(boolean masked) {
        if (broken() || !enter()) {
            return false;
        }
        try {
            ring.maskRelease(masked);
            VarHandle.fullFence();
            return settled(waiting()) > 0;
        } catch (InternalError e) {
            return lost(e) > 0;
        } finally {
            exit();
        }
    }

    /** Whether packets are waiting; leaves the mask alone. */
    final boolean ready() {
        if (idle() || broken() || !enter()) {
            return false;
        }
        try {
            return settled(waiting()) > 0;
        } catch (InternalError e) {
            return lost(e) > 0;
        } finally {
            exit();
        }
    }

    /** Buffers still to come of the packet whose beginning has been handed over, or 0. */
    final int rest() {
        return pending.isBegun() ? pending.rest() : 0;
    }

    /** Buffers of the packet to take next; an unfinished chain counts as nothing. */
    private int waiting() {
        int found = nextPacket();
        // Garbage dropped on the way must not keep the sender waiting while we sleep.
        if (heldHead == heldTail) {
            giveBackConsumed();
        }
        return found;
    }

    /** The only result of a receiver whose memory is gone; throws if it is not. */
    private int lost(InternalError fault) {
        // The memory that a handler has most likely touched is ours.
        requireLost(fault, canFault(), null);
        return 0;
    }

    private void giveBackConsumed() {
        if (given != next) {
            giveBack(given, next);
            given = next;
        }
    }

    final void consume(int slots) {
        next = next + slots & 0xffff;
        available -= slots;
    }

    private void count(long packets, long buffers, long bytes) {
        counters.add(Counter.PACKETS, packets);
        counters.add(Counter.BUFFERS, buffers);
        counters.add(Counter.BYTES, bytes);
    }

    /** Counts buffers of packets that were pending: the parts of one when it is complete. */
    private void countParts(long packets, int buffers, long bytes) {
        int openBuffers = pending.openBuffers();
        long openBytes = pending.openBytes();
        count(packets, begunBuffers + buffers - openBuffers, begunBytes + bytes - openBytes);
        begunBuffers = openBuffers;
        begunBytes = openBytes;
    }

    /** Makes the next packet the pending one, chain or not; its buffers, 0 if there is none. */
    private int nextPacket() {
        int budget = size;
        while (!pending.isPending() && budget > 0) {
            if (available == 0) {
                refresh();
                if (available == 0) {
                    return 0;
                }
            }
            int seen = readPacket(next, available);
            if (seen == 0) {
                return 0;
            }
            budget -= seen;
        }
        return pending.rest();
    }

    /**
     * Reads the packet at {@code from}, each descriptor once; what is handed over later is the
     * checked copy.
     *
     * @return slots of a packet that is now pending, or that was dropped; 0 if its end has not been
     *     published yet
     */
    private int readPacket(int from, int published) {
        pending.clear();
        boolean good = true;
        int until = published;
        int seen = 0;
        while (seen < until) {
            int index = from + seen;
            long low = ring.descriptorLow(index);
            long high = ring.descriptorHigh(index);
            int pick = pick(low, high);
            good &= pick >= 0;
            if (good) {
                pending.add(pick, position(index, pick, high), (int) Ring.length(low));
            }
            seen++;
            if ((low & RingLayout.NEXT) == 0) {
                return finish(from, seen, good);
            }
            if (seen == until && seen < size) {
                refresh();
                if (next != from) {
                    // The sender lost count: what has been read so far is overwritten.
                    return Ring.distance(next, from);
                }
                until = available;
            }
        }
        return seen < size ? 0 : dropAll(from);
    }

    private int finish(int from, int slots, boolean good) {
        clearNext(from, slots - 1);
        if (good) {
            pending.complete();
        } else {
            consume(slots);
            counters.add(Counter.BAD_DESCRIPTORS, 1);
        }
        return slots;
    }

    /** A chain through the whole ring: its end can never come. */
    private int dropAll(int from) {
        clearNext(from, size);
        consume(size);
        counters.add(Counter.ENDLESS_CHAINS, 1);
        return size;
    }

    private void clearNext(int from, int slots) {
        for (int i = 0; i < slots; i++) {
            clearNext(from + i, ring.descriptorLow(from + i));
        }
    }
}
