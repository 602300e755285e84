package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Copies the packets of one ring as they pass, without a part in the link: the ends neither know
 * nor wait. So a packet is copied first, and the indexes are looked at again after: what may have
 * been written over meanwhile is not handed on but counted as missed. What a slot holds is certain
 *
 * <ul>
 *   <li>as long as the receiver has not given it back;
 *   <li>where buffers belong to their slots, also after that, until the sender comes near it again.
 *       It may fill slots before it says so: {@value #UNANNOUNCED} packets are allowed for, the
 *       most that senders are known to fill at once.
 * </ul>
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

    private static final int BATCH = 64;
    private static final int LONGEST = 1 << 17;

    private final LiveRing ring;
    private final LiveLink link;
    private final SlotCounter counter;
    private final long start;
    private final long[] low;
    private final long[] high;
    private final ByteBuffer packet;
    private final int snapLength;

    private long next;
    private long missed;
    private long missedBefore;
    private boolean atLeast;
    private boolean resync;

    /** Bytes of a packet whose beginning was doubtful. */
    private long owed;

    private int longestChain = 1;
    private int capacity;
    private int chainedLength;

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
     * @param snapLength most bytes to copy of a packet, 1 or more
     */
    public RingTap(LiveLink link, LiveRing ring, int snapLength) {
        this.link = link;
        this.ring = ring;
        this.snapLength = Math.min(snapLength, LONGEST);
        this.packet = ByteBuffer.allocateDirect(this.snapLength);
        this.low = new long[ring.slots()];
        this.high = new long[ring.slots()];
        this.capacity = link.bufferSize();
        this.counter = new SlotCounter(ring.published(), System.nanoTime());
        this.next = counter.position();
        this.start = next;
    }

    /** {@return the ring} */
    public LiveRing ring() {
        return ring;
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
            long before = next;
            if (end != next) {
                skipTo(Math.min(oldestCertain(end), end));
                take(end, sink);
            }
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

    /** No slot before this one holds for certain what it held. */
    private long oldestCertain(long end) {
        int reserve = UNANNOUNCED * longestChain;
        long written = end + reserve - ring.slots();
        long returned = end - ring.used((int) end & 0xffff, ring.returned());
        return ring.slots() > reserve ? Math.min(returned, written) : returned;
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

    private void take(long end, Sink sink) throws IOException {
        int count = read((int) Math.min(end - next, low.length));
        int done = 0;
        boolean more = true;
        while (done < count && more) {
            int slots = slotsOfPacket(done, count);
            if (slots == 0) {
                return;
            }
            if (resync || owed > 0) {
                resync = false;
                owed -= lengths(done, slots);
                miss(slots);
            } else {
                more = take(done, slots, sink);
            }
            done += slots;
        }
    }

    /** Reads descriptors before anything else: they are what is first written over. */
    private int read(int available) {
        capacity = Math.max(capacity, ring.lastPosted());
        int count = 0;
        while (count < available && (count < BATCH || isChained(count - 1))) {
            low[count] = ring.low(next + count);
            high[count] = ring.high(next + count);
            count++;
        }
        return count;
    }

    private boolean isChained(int i) {
        return (low[i] & LiveRing.NEXT) != 0;
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

    private boolean take(int from, int slots, Sink sink) throws IOException {
        longestChain = Math.max(longestChain, slots);
        int length = copy(from, slots);
        VarHandle.acquireFence();
        if (slots == 1 && length > 0 && isReset(low[from])) {
            length = IpLength.ofSoundPacket(packet);
            packet.position(Math.min(length, packet.position()));
        }
        boolean whole = length > 0 && !isDoubtful(from + slots - 1, length);
        if (!whole || !isCertain(from, slots)) {
            miss(slots);
            return true;
        }
        next += slots;
        long before = missedBefore;
        missedBefore = 0;
        return sink.packet(packet.flip(), length, before);
    }

    private long lengths(int from, int slots) {
        long sum = 0;
        for (int i = from; i < from + slots; i++) {
            sum += Math.max(0, LiveRing.length(low[i]));
        }
        return sum;
    }

    /** The packet's length, -1 if its descriptors are wrong. */
    private int copy(int from, int slots) {
        packet.clear();
        int total = 0;
        for (int i = from; i < from + slots; i++) {
            int length = LiveRing.length(low[i]);
            long offset = LiveRing.offset(high[i]);
            Memory memory = region(LiveRing.region(low[i]), offset, length);
            if (memory == null || total + length > LONGEST) {
                return -1;
            }
            memory.copy(offset, Math.min(length, packet.remaining()), packet);
            total += length;
        }
        return total;
    }

    private Memory region(int index, long offset, int length) {
        if (length < 0 || length > LONGEST || index > 255) {
            return null;
        }
        Memory memory = link.regions().get(index, offset + length).memory();
        return memory.holds(offset, length) ? memory : null;
    }

    /** Whether a slave has posted the slot again, or is about to. */
    private boolean isReset(long descriptor) {
        return ring.direction() == Direction.M2S
                && capacity > 0
                && LiveRing.length(descriptor) >= capacity;
    }

    private boolean isDoubtful(int last, int length) {
        int lastLength = LiveRing.length(low[last]);
        boolean pool = isPool(LiveRing.region(low[last]));
        if (isReset(low[last])) {
            // Out of a pool it is another buffer.
            return pool || length >= lastLength;
        }
        if (pool) {
            owed = Math.max(0, IpLength.ofFrame(packet) - length);
            return owed > 0;
        }
        return lastLength > 0 && (lastLength == chainedLength || lastLength == capacity);
    }

    private boolean isCertain(int from, int slots) {
        long end = counter.at(ring.published());
        long returned = end - ring.used((int) end & 0xffff, ring.returned());
        if (next >= returned) {
            return true;
        }
        long reserve = (long) UNANNOUNCED * longestChain;
        if (end + reserve - next > ring.slots()) {
            return false;
        }
        for (int i = from; i < from + slots; i++) {
            if (isPool(LiveRing.region(low[i])) || !isUnchanged(i, next + i - from)) {
                return false;
            }
        }
        return true;
    }

    private boolean isPool(int region) {
        return region != 0 && link.regions().get(region, 0).isPool();
    }

    /** A slave may have posted the slot again; a master may have cleared the flag. */
    private boolean isUnchanged(int i, long position) {
        return ring.direction() == Direction.M2S
                || ring.high(position) == high[i]
                        && (ring.low(position) | LiveRing.NEXT) == (low[i] | LiveRing.NEXT);
    }
}
