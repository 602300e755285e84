package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The book-keeping of a transmit engine: which slots are free, which are staged, and how a batch is
 * published. All slots of a packet are reserved before one is written.
 */
abstract class TxStaging extends Engine {
    /** Most slots staged before a flush: VPP in interrupt mode takes 256 packets a wake-up. */
    static final int BATCH = 256;

    final int[] picks;
    final int[] positions;
    final int[] rooms;
    private static final AtomicLong SERIALS = new AtomicLong();

    private final Runnable doorbell;

    /** Tells this engine from all others, for those who must not keep its memory reachable. */
    final long serial = SERIALS.incrementAndGet();

    /** Next slot to write, 16 bits. */
    int position;

    /** Slots that may be written from {@link #position} on, as last read. */
    int free;

    /** Set by {@link #place}: where a single buffer is. */
    ByteBuffer window;

    /**
     * Slots that the fast road may still use: no more than are free, nor than fill the batch; its
     * complement while a claim is open. Everything else is decided where this runs out.
     */
    int quota;

    private int published;

    /** Slots published since the start; {@link #published} is its low 16 bits. */
    private long publishedSlots;

    /** Slots staged beyond the one that ends each packet: packets are slots less these. */
    private int stagedRest;

    private long stagedBytes;

    TxStaging(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            Runnable doorbell,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, canShrink, counters, fault);
        this.doorbell = doorbell;
        this.picks = new int[size];
        this.positions = new int[size];
        this.rooms = new int[size];
    }

    /** Reads the peer's index and sets {@link #free}. */
    abstract void refresh();

    /**
     * Looks up the buffer of the slot {@code index} into entry {@code part} of the arrays.
     *
     * @return bytes it takes, or 0 if the peer posted something unusable
     */
    abstract int slot(int index, int part);

    abstract ByteBuffer window(int pick);

    /** Writes the descriptor of the slot whose buffer was looked up into entry {@code part}. */
    abstract void descriptor(int index, int part, int flags, int length);

    /**
     * Looks up a slot that is to take a whole packet, and sets {@link #window}.
     *
     * @return position in the window, or -1 if the slot does not take {@code length} bytes
     */
    abstract int place(int index, int length);

    /** Writes the descriptor of the slot that {@link #place} looked up last. */
    abstract void single(int index, int at, int length);

    abstract void publish(int index);

    /** Finds room for a whole packet; the slots used, or a code. */
    final int prepare(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length=" + length);
        }
        if (quota < 0) {
            throw new IllegalStateException("a claim is open: commit or abort it first");
        }
        if (broken() || !enter()) {
            return TxEngine.NOT_CONNECTED;
        }
        try {
            renewQuota();
            int slots = reserve(length);
            renewQuota();
            return slots;
        } catch (InternalError e) {
            return truncated(e);
        } finally {
            exit();
        }
    }

    private int reserve(int length) {
        long room = 0;
        int slots = 0;
        // A peer that posts garbage as fast as it is skipped gets no more of our time than this.
        int looks = 2 * size;
        while (room < length) {
            if (slots == free && !morePublished(slots)) {
                return slots == size ? tooLong() : TxEngine.BACK_PRESSURED;
            }
            if (looks-- == 0) {
                return TxEngine.BACK_PRESSURED;
            }
            int here = slot(position + slots, slots);
            slots++;
            room += here;
            if (here == 0) {
                skip(slots);
                slots = 0;
                room = 0;
            }
        }
        return slots;
    }

    final int tooLong() {
        counters.add(Counter.TOO_LONG, 1);
        return TxEngine.TOO_LONG;
    }

    /** The cached room is used up: publish what waits, then look what the peer gave back. */
    private boolean morePublished(int slots) {
        if (slots == size) {
            return false;
        }
        publishStaged();
        refresh();
        if (free <= slots) {
            counters.add(Counter.RING_FULL, 1);
            return false;
        }
        return true;
    }

    /** Returns slots that the peer posted unusably, empty: none is lost, and the peer sees it. */
    private void skip(int slots) {
        for (int part = 0; part < slots; part++) {
            descriptor(position + part, part, 0, 0);
        }
        position = position + slots & 0xffff;
        free -= slots;
        stagedRest += slots;
        counters.add(Counter.BAD_DESCRIPTORS, 1);
    }

    /** Writes the descriptors of a packet whose slots were reserved. */
    final void stage(int slots, int length) {
        int rest = length;
        for (int part = 0; part < slots; part++) {
            int now = Math.min(rest, rooms[part]);
            rest -= now;
            descriptor(position + part, part, rest > 0 ? RingLayout.NEXT : 0, now);
        }
        staged(slots, length);
    }

    /** The descriptors of a packet whose slots were reserved have been written. */
    final void staged(int slots, int length) {
        stagedRest += slots - 1;
        free -= slots - 1;
        position = position + slots - 1 & 0xffff;
        advance(length);
        renewQuota();
    }

    /** One slot more is staged, with the end of a packet in it. */
    final void advance(int length) {
        position = position + 1 & 0xffff;
        free--;
        quota--;
        stagedBytes += length;
    }

    final long publishedSlots() {
        return publishedSlots;
    }

    final int published() {
        return published;
    }

    /** Slots staged and not published. */
    final int unpublished() {
        return Ring.distance(position, published);
    }

    /** What is left of the batch; publishes it when it is full. */
    private void renewQuota() {
        int room = BATCH - Ring.distance(position, published);
        if (room <= 0) {
            publishStaged();
            room = BATCH;
        }
        quota = Math.min(free, room);
    }

    /** Publishes what is staged and signals the peer unless it asked not to be; the slots. */
    final int publishStaged() {
        int slots = Ring.distance(position, published);
        if (slots == 0) {
            return 0;
        }
        publish(position);
        published = position;
        publishedSlots += slots;
        counters.add(Counter.PACKETS, slots - stagedRest);
        counters.add(Counter.BYTES, stagedBytes);
        counters.add(Counter.BUFFERS, slots);
        stagedRest = 0;
        stagedBytes = 0;
        // The receiver unmasks, fences and looks at the index; we store the index, fence and look
        // at the mask: one of the two sees the other.
        VarHandle.fullFence();
        if ((ring.flagsAcquire() & RingLayout.MASK_INT) == 0) {
            counters.add(Counter.SIGNALS, 1);
            doorbell.run();
        }
        return slots;
    }

    final int truncated(InternalError e) {
        onTruncated(e);
        quota = 0;
        return TxEngine.NOT_CONNECTED;
    }
}
