package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Copies the packets of one ring as they pass, without a part in the link: the ends neither know
 * nor wait. So some packets are copied first, and the indexes are looked at again after: what may
 * have been written over meanwhile is not handed on but counted as missed. What a slot holds is
 * certain
 *
 * <ul>
 *   <li>as long as the receiver has not given it back;
 *   <li>where buffers belong to their slots, also after that, until the sender comes near it again.
 *       It may fill slots before it says so: {@value #UNANNOUNCED} packets are allowed for, the
 *       most that senders are known to fill at once.
 * </ul>
 *
 * <p>When some of what was copied came too late, less is copied between two looks the next time.
 * When that happens twice in a row, copying begins further from where slots are being given back: a
 * tap that is slower than the link would otherwise follow close behind that place, and copy in
 * vain.
 *
 * <p>A descriptor is doubtful when its buffer looks full to the last byte. A slave that posts the
 * slot again resets its length, soon after it has taken the packet; the packet still lies there,
 * and is as long as its IP header says, if it has a sound one. On the other ring a master that has
 * taken it may have cleared the flag that says that the packet goes on. Such a packet counts as
 * missed, too. So does, where buffers come from a pool and need not be full for a packet to go on,
 * what is shorter than its IP header says, with the parts behind it.
 *
 * <p>One thread at a time.
 */
public final class RingTap {
    /** Packets that a sender may have begun to write without having said so. */
    static final int UNANNOUNCED = 256;

    /** Most packets that are copied between two looks at the indexes. */
    private static final int MOST = 64;

    private static final int LONGEST = 1 << 17;

    /** As much as an IP header needs that tells a packet's length. */
    private static final int LEAST_COPIED = 96;

    /** After being late, how far to stay away, in slots given back while a batch was copied. */
    private static final int DISTANCE = 4;

    private final LiveRing ring;
    private final LiveLink link;
    private final SlotCounter counter;
    private final long start;
    private final long[] low;
    private final long[] high;
    private final int snapLength;

    /** All packets of a batch, one after the other, and a view of one of them. */
    private final ByteBuffer bytes;

    private final ByteBuffer packet;
    private final Copy[] copies = new Copy[MOST];

    private int batch = MOST;
    private boolean wasLate;
    private long next;
    private long missed;
    private long missedBefore;
    private boolean atLeast;
    private boolean resync;

    /** Whether buffers come from a pool, where they go their way once they are given back. */
    private boolean pooled;

    /** Bytes of a packet whose beginning was doubtful. */
    private long owed;

    private int longestChain = 1;
    private int capacity;
    private int chainedLength;

    /** A packet as it was copied. */
    private static final class Copy {
        private int from;
        private int slots;
        private int at;
        private int kept;

        /** -1 if its descriptors are wrong. */
        private int length;
    }

    /** Gets the packets. */
    public interface Sink {
        /**
         * A whole packet.
         *
         * @param data its bytes, cut to the snap length; belongs to the tap
         * @param length of the packet before it was cut, bytes
         * @param missed slots that were missed since the packet before
         * @return whether to go on with the batch
         * @throws IOException if it cannot be kept
         */
        boolean packet(ByteBuffer data, int length, long missed) throws IOException;
    }

    /**
     * Begins with the next packet.
     *
     * @param link that the ring belongs to
     * @param ring one of its rings
     * @param snapLength most bytes to hand on of a packet, 1 or more
     */
    public RingTap(LiveLink link, LiveRing ring, int snapLength) {
        this.link = link;
        this.ring = ring;
        this.snapLength = Math.min(snapLength, LONGEST);
        int copied = Math.max(this.snapLength, LEAST_COPIED);
        this.bytes = ByteBuffer.allocateDirect((int) Math.min(LONGEST, (long) MOST * copied));
        this.packet = bytes.duplicate();
        Arrays.setAll(copies, i -> new Copy());
        this.low = new long[ring.slots()];
        this.high = new long[ring.slots()];
        this.capacity = link.bufferSize();
        this.counter = new SlotCounter(ring.published(), System.nanoTime());
        this.next = counter.position();
        this.start = next;
    }

    /** {@return slots that have passed since the beginning, by the index} */
    public long passed() {
        return next - start;
    }

    /** {@return slots of those that were handed on to nobody} */
    public long missed() {
        return missed;
    }

    /** {@return whether more may have passed, since the index may have gone round unseen} */
    public boolean isAtLeast() {
        atLeast |= counter.mayHaveWrapped();
        return atLeast;
    }

    /**
     * Copies what is new, a batch at most.
     *
     * @param nowNs monotonic time of this look, nanoseconds
     * @param sink gets the packets
     * @return whether there was anything
     * @throws IOException if the sink cannot keep a packet
     * @throws CommandFailure if a region is unclear, or the memory is gone
     */
    public boolean poll(long nowNs, Sink sink) throws IOException {
        try {
            long end = counter.look(ring.published(), nowNs);
            if (end == next) {
                return false;
            }
            long before = next;
            pooled = isPool(ring.low(end - 1), ring.high(end - 1));
            long edge = oldestCertain(end, returned(end));
            skipTo(Math.min(edge, end));
            int count = read((int) Math.min(end - next, low.length));
            int packets = copy(count);
            // What was copied is as certain as the indexes say that are read after it.
            VarHandle.acquireFence();
            handOn(packets, edge, sink);
            return next != before;
        } catch (InternalError e) {
            throw new CommandFailure(
                    "the memory of " + link + " is gone: somebody cut its file", e);
        }
    }

    /** Passes over everything that has passed until now, as missed. */
    public void skip(long nowNs) {
        skipTo(counter.look(ring.published(), nowNs));
    }

    /** Slots before this one have been given back. */
    private long returned(long end) {
        return end - ring.used((int) end & 0xffff, ring.returned());
    }

    /** Slots before this one may be about to be written over, where buffers belong to slots. */
    private long reused(long end) {
        return end + (long) UNANNOUNCED * longestChain - ring.slots();
    }

    /** No slot before this one holds for certain what it held. */
    private long oldestCertain(long end, long returned) {
        boolean lasts = !pooled && ring.slots() > UNANNOUNCED * longestChain;
        return lasts ? Math.min(returned, reused(end)) : returned;
    }

    private void skipTo(long position) {
        if (position > next) {
            miss(position - next);
            // Where chains are about, what comes next may be the rest of one.
            resync = longestChain > 1;
            owed = 0;
        }
    }

    private void miss(long slots) {
        missed += slots;
        missedBefore += slots;
        next += slots;
    }

    /** Reads descriptors before anything else: they are what is first written over. */
    private int read(int available) {
        capacity = Math.max(capacity, ring.lastPosted());
        int count = 0;
        while (count < available && (count < batch || isChained(count - 1))) {
            low[count] = ring.low(next + count);
            high[count] = ring.high(next + count);
            count++;
        }
        return count;
    }

    private boolean isChained(int i) {
        return (low[i] & LiveRing.NEXT) != 0;
    }

    /** Copies the packets in {@code count} slots as far as there is room; the number of packets. */
    private int copy(int count) {
        bytes.clear();
        int packets = 0;
        int from = 0;
        while (from < count) {
            Copy each = copies[packets];
            each.from = from;
            each.slots = slotsOfPacket(from, count);
            if (each.slots == 0 || !copy(each)) {
                break;
            }
            longestChain = Math.max(longestChain, each.slots);
            from += each.slots;
            packets++;
        }
        return packets;
    }

    /** 0 if the rest of the packet has not been sent yet. */
    private int slotsOfPacket(int from, int count) {
        for (int i = from; i < count; i++) {
            if (!isChained(i)) {
                return i + 1 - from;
            }
            chainedLength = Math.max(chainedLength, LiveRing.length(low[i]));
        }
        // A ring full of unfinished chains, or a descriptor that was written over.
        return count - from == ring.slots() ? count - from : 0;
    }

    /** False if there is no room for it. */
    private boolean copy(Copy to) {
        to.at = bytes.position();
        to.length = 0;
        int room = Math.max(snapLength, LEAST_COPIED);
        for (int i = to.from; i < to.from + to.slots; i++) {
            int length = LiveRing.length(low[i]);
            long offset = LiveRing.offset(high[i]);
            Regions.Found region = region(low[i], high[i]);
            if (region == null
                    || !region.memory().holds(offset, length)
                    || to.length + length > LONGEST) {
                to.length = -1;
                break;
            }
            int part = Math.min(length, room);
            if (part > bytes.remaining()) {
                bytes.position(to.at);
                return false;
            }
            region.memory().copy(offset, part, bytes);
            room -= part;
            to.length += length;
        }
        to.kept = bytes.position() - to.at;
        return true;
    }

    /** The region that a descriptor names; null if it cannot be right. */
    private Regions.Found region(long descriptor, long place) {
        int index = LiveRing.region(descriptor);
        int length = LiveRing.length(descriptor);
        boolean possible = index <= Regions.LAST && length >= 0 && length <= LONGEST;
        return possible ? link.regions().get(index, LiveRing.offset(place) + length) : null;
    }

    private boolean isPool(long descriptor, long place) {
        Regions.Found region = region(descriptor, place);
        return region != null && region.isPool();
    }

    private void handOn(int packets, long edgeBefore, Sink sink) throws IOException {
        long end = counter.at(ring.published());
        long returned = returned(end);
        boolean late = false;
        boolean more = true;
        for (int i = 0; i < packets && more; i++) {
            Copy each = copies[i];
            if (resync || owed > 0) {
                resync = false;
                owed -= lengths(each);
                miss(each.slots);
            } else if (!isWhole(each)) {
                miss(each.slots);
            } else if (!isCertain(each, returned, end)) {
                late = true;
                miss(each.slots);
            } else {
                more = handOn(each, sink);
            }
        }
        if (late) {
            batch = Math.max(1, batch / 2);
            // Once may be because somebody else had the processor.
            if (wasLate) {
                long edge = oldestCertain(end, returned);
                long away = Math.min(DISTANCE * (edge - edgeBefore), (end - edge) / 2);
                skipTo(edge + away);
            }
        } else if (packets == batch) {
            batch = Math.min(MOST, 2 * batch);
        }
        wasLate = late;
    }

    private boolean handOn(Copy copy, Sink sink) throws IOException {
        next += copy.slots;
        long before = missedBefore;
        missedBefore = 0;
        int kept = Math.min(copy.kept, snapLength);
        packet.limit(copy.at + kept).position(copy.at);
        return sink.packet(packet, copy.length, before);
    }

    private long lengths(Copy copy) {
        long sum = 0;
        for (int i = copy.from; i < copy.from + copy.slots; i++) {
            sum += Math.max(0, LiveRing.length(low[i]));
        }
        return sum;
    }

    /** Whether the descriptors can be trusted. What was reset has its length from the packet. */
    private boolean isWhole(Copy copy) {
        if (copy.slots == 1 && copy.length > 0 && isReset(low[copy.from])) {
            copy.length = IpLength.ofSoundPacket(bytes, copy.at, copy.kept);
            copy.kept = Math.min(copy.length, copy.kept);
        }
        return copy.length > 0 && !isDoubtful(copy);
    }

    /** Whether a slave has posted the slot again, or is about to. */
    private boolean isReset(long descriptor) {
        return ring.direction() == Direction.M2S
                && capacity > 0
                && LiveRing.length(descriptor) >= capacity;
    }

    private boolean isDoubtful(Copy copy) {
        int end = copy.from + copy.slots - 1;
        long last = low[end];
        int lastLength = LiveRing.length(last);
        boolean pool = isPool(last, high[end]);
        if (isReset(last)) {
            // Out of a pool it is another buffer.
            return pool || copy.length >= lastLength;
        }
        if (pool) {
            owed = Math.max(0, IpLength.ofFrame(bytes, copy.at, copy.kept) - copy.length);
            return owed > 0;
        }
        return lastLength > 0 && (lastLength == chainedLength || lastLength == capacity);
    }

    /** By what the indexes said after it was copied. */
    private boolean isCertain(Copy copy, long returned, long end) {
        if (next >= returned) {
            return true;
        }
        if (next < reused(end)) {
            return false;
        }
        for (int i = copy.from; i < copy.from + copy.slots; i++) {
            long position = next + i - copy.from;
            if (isPool(low[i], high[i]) || !isUnchanged(i, position)) {
                return false;
            }
        }
        return true;
    }

    /** A slave may have posted the slot again; a master may have cleared the flag. */
    private boolean isUnchanged(int i, long position) {
        return ring.direction() == Direction.M2S
                || ring.high(position) == high[i]
                        && (ring.low(position) | LiveRing.NEXT) == (low[i] | LiveRing.NEXT);
    }
}
