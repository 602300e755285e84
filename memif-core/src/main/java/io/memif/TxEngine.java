package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.PublishMark;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.memory.StagedDescriptors;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Sends into one ring of one link. One thread at a time; lock-free; allocates nothing.
 *
 * <p>Packets are staged, {@link #flush} publishes them: one release store and at most one signal a
 * batch. A packet goes out whole or not at all: all its slots are reserved before one is written. A
 * full ring and a full batch flush by themselves.
 *
 * <p>Each method tries the fast way first: a packet that fits the next slot's buffer, up to {@link
 * #limit}. Chains, bad postings, a full ring and a full batch take the slow one, {@link #prepare}.
 * What differs between the roles is in {@link SlaveTx} and {@link MasterTx}.
 */
abstract class TxEngine extends Engine {
    /** Most slots staged before a flush: VPP in interrupt mode takes 256 packets a wake-up. */
    static final int BATCH = 256;

    /** Buffers of a packet that there is memory for from the start. */
    private static final int USUAL_PARTS = 64;

    private static final OutOfLineCall FILL_ROOM =
            new OutOfLineCall(MethodHandles.lookup(), "fillRoom");

    /** Buffers of the packet that {@link #prepare} reserved slots for: window, start, capacity. */
    int[] picks;

    int[] positions;
    int[] capacities;

    /** Slots before this index may be written, as last read; 16 bits. */
    int end;

    /** Set by {@link #lookUp}: where a single buffer is; nobody else sees it. */
    ByteBuffer window;

    /** The same window for those who write in place, and may move position and limit. */
    ByteBuffer handed;

    /** Where the fast way ends, see {@link #isFast}; in a claim or fill, where that began. */
    private int limit;

    /** What {@link #limit} will be after the claim or fill under way; -1 if there is none. */
    private int afterClaim = -1;

    /** Which slot is next, and the descriptors of packets in one buffer until they are written. */
    final StagedDescriptors descriptors;

    /** Who fills in {@link #fillRoom}; null otherwise. */
    PacketFiller filler;

    /** Most bytes that it may fill at a time; one buffer takes them. */
    int most;

    /** Most packets that it may fill; less if {@link #fillRoom} has found that fewer fit. */
    int room;

    /** Whom to tell that something was published. */
    PublishMark mark = PublishMark.NONE;

    private final Runnable signal;

    /** Our index as the peer sees it, 16 bits. */
    int published;

    /** Slots published since the start; {@link #published} is its low 16 bits. */
    private long publishedSlots;

    /** Slots staged beyond the one that ends each packet: packets are slots less these. */
    private int stagedRest;

    private long stagedBytes;

    /** Progress as last seen; never falls, whatever the peer writes. */
    private long taken;

    /** Whether the packet of the last {@link #forward} was taken and went out without a copy. */
    boolean wentInPlace;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param ownOffsets whether offsets in descriptors are ours to write
     * @param signal signals the peer once; neither blocks nor throws
     */
    TxEngine(
            boolean ownOffsets,
            Ring ring,
            RegionTable table,
            Runnable signal,
            QueueCounters counters,
            Consumer<String> onFault) {
        super(ring, table, counters, onFault);
        this.signal = signal;
        this.descriptors = new StagedDescriptors(ring, Math.min(BATCH, size), ownOffsets);
        this.picks = new int[Math.min(size, USUAL_PARTS)];
        this.positions = new int[picks.length];
        this.capacities = new int[picks.length];
    }

    /** Reads the peer's index and sets {@link #end}. */
    abstract void refresh();

    /**
     * Looks up the buffer of the slot {@code index} into entry {@code part} of the arrays.
     *
     * @return bytes it takes, or 0 if the peer posted something unusable
     */
    abstract int slot(int index, int part);

    /** The window of a buffer that {@link #slot} looked up; nobody else sees it. */
    abstract ByteBuffer window(int pick);

    /** Writes the descriptor of the slot whose buffer was looked up into entry {@code part}. */
    abstract void descriptor(int index, int part, int flags, int length);

    /**
     * Looks up the next slot, which is to take a whole packet, and sets {@link #window}.
     *
     * @return position in the window, or -1 if the slot does not take {@code length} bytes
     */
    abstract long lookUp(int length);

    /**
     * Stages the descriptor of the slot that {@link #lookUp} looked up last. If an access to any
     * memory has failed since {@link #watchFaults} it throws, and the slot is as it was.
     *
     * @return slots used, which is 1
     */
    abstract int single(long at, int length);

    /**
     * Stages what the filler writes until it stops or has filled {@link #room} packets. Called out
     * of line: what lives through the filler's code is stored once a packet.
     */
    abstract void fillRoom();

    /** Stores our index with release. */
    abstract void publish(int index);

    /** Slots that are published and that the peer has not returned; anything if it lies. */
    abstract int outstanding();

    /** Stages one packet that stays where it is; slots used or a code. */
    abstract int stageInPlace(Region.Id id, long offset, int length);

    /** Stages the parts of a received packet where they lie; 0 if the peer does not see them. */
    abstract int passInPlace(ReceivedBurst burst, int first, int parts);

    /** See {@link TxQueue#offer(ByteBuffer, int, int)}. */
    final int offer(ByteBuffer source, int offset, int length) {
        watchFaults();
        try {
            return copy(source, offset, length);
        } catch (InternalError e) {
            return lost(e, source);
        }
    }

    private int copy(ByteBuffer source, int offset, int length) {
        long at = fast(length);
        if (at < 0) {
            return copySlowly(source, offset, length);
        }
        window.put((int) at, source, offset, length);
        return single(at, length);
    }

    /** See {@link TxQueue#offer(byte[], int, int)}. */
    final int offer(byte[] source, int offset, int length) {
        watchFaults();
        try {
            long at = fast(length);
            if (at < 0) {
                return copySlowly(source, offset, length);
            }
            window.put((int) at, source, offset, length);
            return single(at, length);
        } catch (InternalError e) {
            return lost(e, null);
        }
    }

    private int copySlowly(Object source, int offset, int length) {
        int slots = prepare(length);
        if (slots > 0) {
            scatter(source, offset, slots, length);
            stage(slots, length);
        }
        return settled(slots);
    }

    /** Copies from a {@code ByteBuffer} or a {@code byte[]}, or what a burst copies next. */
    private void scatter(Object source, int from, int slots, int length) {
        int done = 0;
        for (int part = 0; part < slots; part++) {
            ByteBuffer to = window(picks[part]);
            int at = positions[part];
            int now = Math.min(length - done, capacities[part]);
            if (source instanceof byte[] bytes) {
                to.put(at, bytes, from + done, now);
            } else if (source instanceof ByteBuffer buffer) {
                to.put(at, buffer, from + done, now);
            } else {
                ((ReceivedBurst) source).copy(to, at, now);
            }
            done += now;
        }
    }

    /** See {@link TxQueue#offer(ByteBuffer, int, int[], int)}. */
    final int offer(ByteBuffer source, int offset, int[] lengths, int count) {
        watchFaults();
        try {
            int at = offset;
            for (int done = 0; done < count; done++) {
                int code = copy(source, at, lengths[done]);
                if (code < 0) {
                    return done > 0 ? done : code;
                }
                at += lengths[done];
            }
            return count;
        } catch (InternalError e) {
            return lost(e, source);
        }
    }

    /** See {@link TxQueue#tryClaim}. */
    final int tryClaim(int length, PacketClaim claim) {
        watchFaults();
        try {
            int at = settled((int) place(length));
            if (at < 0) {
                return at;
            }
            claim.open(this, whole(), at, length);
            claimAll();
            return 1;
        } catch (InternalError e) {
            return lost(e, null);
        }
    }

    /** Whether the next slot comes before the limit. A batch at most lies between the two. */
    final boolean isFast() {
        return Ring.distance(limit - 1, descriptors.next()) < BATCH;
    }

    /** Position of the next buffer in {@link #window}; -1 if the fast way does not lead there. */
    private long fast(int length) {
        return isFast() && length > 0 ? lookUp(length) : -1;
    }

    /** Position of a buffer for a packet that is not chained, in {@link #window}; or a code. */
    private long place(int length) {
        long at = fast(length);
        if (at >= 0) {
            return at;
        }
        int slots = prepare(length);
        return slots == 1 ? lookUp(length) : slots > 1 ? tooLong() : slots;
    }

    /** The window as who writes in place expects it, whatever the last one did to its limit. */
    final ByteBuffer whole() {
        return handed.limit() == handed.capacity() ? handed : handed.clear();
    }

    /** Stages what was claimed, or gives it up if the length is 0. */
    final int commit(PacketClaim claim, int length) {
        try {
            boolean isThere = endClaim(claim) && length > 0;
            if (isThere && !someCaught()) {
                return single(claim.offset(), length);
            }
            settleAll();
            return isThere ? TxQueue.SOURCE_GONE : TxQueue.NOT_CONNECTED;
        } catch (InternalError e) {
            endClaim(claim);
            return lost(e, null);
        }
    }

    /** Whether what was claimed is still there. Idempotent, since a fault may appear inside. */
    private boolean endClaim(PacketClaim claim) {
        endClaims();
        claim.close();
        return isFast();
    }

    /** Until {@link #endClaims}, whoever stages or claims a packet ends in requireNoClaim. */
    private void claimAll() {
        watchCaught();
        afterClaim = limit;
        limit = descriptors.next();
    }

    private void endClaims() {
        limit = broken() || afterClaim < 0 ? descriptors.next() : afterClaim;
        afterClaim = -1;
    }

    private void requireNoClaim() {
        if (afterClaim >= 0) {
            throw new IllegalStateException(
                    "a claim is open: commit or abort it first. A filler must not use the queue that"
                            + " it is called for");
        }
    }

    /** See {@link TxQueue#fill}. */
    final int fill(PacketFiller filler, int most, int count) {
        watchFaults();
        try {
            int done = 0;
            while (done < count) {
                long at = place(most);
                if (at < 0) {
                    return done > 0 ? done : (int) at;
                }
                int filled = fillRun(filler, most, count - done);
                done += filled;
                // The filler has stopped, or the peer posts something else each time we look.
                if (filled < room && (filled == 0 || fast(most) >= 0)) {
                    return done == 0 && someCaught() ? gone() : done;
                }
            }
            return done;
        } catch (InternalError e) {
            return lost(e, null);
        }
    }

    /** Fills slots, which count as claimed meanwhile, so that no other packet comes between. */
    private int fillRun(PacketFiller filler, int most, int wanted) {
        int first = descriptors.next();
        this.filler = filler;
        this.most = most;
        this.room = Math.min(wanted, Ring.distance(limit, first));
        try {
            claimAll();
            FILL_ROOM.of(this);
        } finally {
            this.filler = null;
            try {
                // Before the claim ends: a fault must not appear in between.
                settleAll();
            } finally {
                endClaims();
            }
        }
        return Ring.distance(descriptors.next(), first);
    }

    /** What a filler's length comes to if it is too large, or if memory can fault. */
    final int settledLength(int length) {
        settleAll();
        return someCaught() ? 0 : Math.min(length, most);
    }

    /** See {@link TxQueue#flush}. */
    final int flush() {
        if (broken() || !enter()) {
            return 0;
        }
        try {
            if (filler != null) {
                requireNoClaim();
            }
            return settled(publishStaged());
        } catch (InternalError e) {
            lost(e, null);
            return 0;
        } finally {
            exit();
        }
    }

    /**
     * Publishes what is staged and checks whether the peer has returned slots.
     *
     * @return whether this many slots, or the whole ring, are free now
     */
    final boolean hasSpace(int slots) {
        if (broken() || !enter()) {
            return false;
        }
        try {
            requireNoClaim();
            publishStaged();
            refresh();
            renewLimit();
            return settled(free()) >= Math.min(slots, size);
        } catch (InternalError e) {
            lost(e, null);
            return false;
        } finally {
            exit();
        }
    }

    /** Slots staged on this link so far, published or not. */
    final long staged() {
        return publishedSlots + unpublished();
    }

    /**
     * Slots of this link that the peer has taken and returned.
     *
     * @return never more than {@link #staged}, and never falls; everything once the link's memory
     *     is gone
     */
    final long taken() {
        if (broken() || !enter()) {
            return staged();
        }
        try {
            int waiting = settled(outstanding());
            if (waiting >= 0 && waiting <= size) {
                taken = Math.max(taken, publishedSlots - waiting);
            }
        } catch (InternalError e) {
            lost(e, null);
        } finally {
            exit();
        }
        return broken() ? staged() : taken;
    }

    /** Stages a packet where it lies, in a region that the peer sees; slots used, or a code. */
    final int transmit(Region.Id id, long offset, int length) {
        try {
            int slots = settled(stageInPlace(id, offset, length));
            if (slots > 0) {
                counters.add(Counter.IN_PLACE, 1);
            }
            return slots;
        } catch (InternalError e) {
            return lost(e, null);
        }
    }

    /** Passes a held packet on, without a copy if the peer sees its memory; slots, or a code. */
    final int forward(ReceivedBurst burst, int first) {
        wentInPlace = false;
        int parts = burst.buffersOfPacket(first);
        if (!burst.isWhole(first)) {
            return tooLong();
        }
        watchFaults();
        try {
            return settled(pass(burst, first, parts));
        } catch (InternalError e) {
            return lost(e, null);
        }
    }

    private int pass(ReceivedBurst burst, int first, int parts) {
        int slots = passInPlace(burst, first, parts);
        if (slots != 0) {
            wentInPlace = slots > 0;
            counters.add(Counter.IN_PLACE, slots > 0 ? 1 : 0);
            return slots;
        }
        int length = 0;
        for (int i = 0; i < parts; i++) {
            length += burst.length(first + i);
        }
        slots = prepare(length);
        if (slots > 0) {
            burst.copyFrom(first);
            scatter(burst, 0, slots, length);
            if (burst.hasEnded()) {
                settleAll();
                return TxQueue.SOURCE_GONE;
            }
            stage(slots, length);
            counters.add(Counter.FORWARD_COPIES, 1);
        }
        return slots;
    }

    /** Finds slots for a whole packet; how many, or a code. */
    final int prepare(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length=" + length);
        }
        if (broken() || !enter()) {
            return TxQueue.NOT_CONNECTED;
        }
        try {
            requireNoClaim();
            renewLimit();
            int slots = reserve(length);
            renewLimit();
            return slots;
        } finally {
            exit();
        }
    }

    private int reserve(int length) {
        long capacity = 0;
        int slots = 0;
        // A peer that posts garbage as fast as it is skipped gets no more of our time than this.
        int looks = 2 * size;
        while (capacity < length) {
            if (slots == free() && !morePublished(slots)) {
                return slots == size ? tooLong() : TxQueue.BACK_PRESSURED;
            }
            if (looks-- == 0) {
                return TxQueue.BACK_PRESSURED;
            }
            if (slots == picks.length) {
                picks = Arrays.copyOf(picks, 2 * slots);
                positions = Arrays.copyOf(positions, 2 * slots);
                capacities = Arrays.copyOf(capacities, 2 * slots);
            }
            int here = slot(descriptors.next() + slots, slots);
            slots++;
            capacity += here;
            if (here == 0) {
                skip(slots);
                slots = 0;
                capacity = 0;
            }
        }
        return slots;
    }

    private int tooLong() {
        counters.add(Counter.TOO_LONG, 1);
        return TxQueue.TOO_LONG;
    }

    /** The free slots are used up: publish what waits, then read what the peer gave back. */
    private boolean morePublished(int slots) {
        if (slots == size) {
            return false;
        }
        publishStaged();
        refresh();
        counters.add(Counter.RING_FULL, free() > slots ? 0 : 1);
        return free() > slots;
    }

    /** Returns slots that the peer posted unusably, empty: none is lost, and the peer sees it. */
    private void skip(int slots) {
        for (int part = 0; part < slots; part++) {
            descriptor(descriptors.next() + part, part, 0, 0);
        }
        // No packet ends in these slots.
        stagedRest++;
        staged(slots, 0);
        counters.add(Counter.BAD_DESCRIPTORS, 1);
    }

    /** Writes the descriptors of a packet whose slots were reserved. */
    private void stage(int slots, int length) {
        int rest = length;
        settleAll();
        for (int part = 0; part < slots; part++) {
            int now = Math.min(rest, capacities[part]);
            rest -= now;
            int flags = rest > 0 ? RingLayout.NEXT : 0;
            descriptor(descriptors.next() + part, part, flags, now);
        }
        staged(slots, length);
    }

    /** The descriptors of the reserved slots have been written; those kept before are now. */
    final void staged(int slots, int length) {
        stagedBytes += descriptors.write() + length;
        descriptors.pass(descriptors.next() + slots & 0xffff);
        stagedRest += slots - 1;
        renewLimit();
    }

    /** Slots that may be written, from the next one on. */
    final int free() {
        return Ring.distance(end, descriptors.next());
    }

    private int unpublished() {
        return Ring.distance(descriptors.next(), published);
    }

    /** The fast way leads to the end of the batch, or of the free slots; a full batch goes out. */
    private void renewLimit() {
        int rest = BATCH - unpublished();
        if (rest <= 0) {
            publishStaged();
            rest = BATCH;
        }
        limit = descriptors.next() + Math.min(free(), rest) & 0xffff;
    }

    /** Publishes what is staged and signals the peer unless it asked not to be; the slots. */
    private int publishStaged() {
        int slots = unpublished();
        if (slots == 0) {
            return 0;
        }
        stagedBytes += descriptors.write();
        publish(descriptors.next());
        published = descriptors.next();
        publishedSlots += slots;
        counters.add(Counter.PACKETS, slots - stagedRest);
        counters.add(Counter.BYTES, stagedBytes);
        counters.add(Counter.BUFFERS, slots);
        stagedRest = 0;
        stagedBytes = 0;
        // The receiver unmasks, fences and looks at the index; we store the index, fence and look
        // at the mask: one of the two sees the other.
        VarHandle.fullFence();
        mark.published();
        if ((ring.flagsAcquire() & RingLayout.MASK_INT) == 0) {
            counters.add(Counter.SIGNALS, 1);
            signal.run();
        }
        return slots;
    }

    /** The only result of a sender whose memory is gone; throws if it is not. */
    private int lost(InternalError fault, ByteBuffer source) {
        limit = descriptors.next();
        // What we copy, and what a filler or a handler around us touched, is often another link's.
        requireLost(fault, table().isOnlyOneThatCanFault(), source);
        return gone();
    }

    private int gone() {
        return broken() ? TxQueue.NOT_CONNECTED : TxQueue.SOURCE_GONE;
    }
}
