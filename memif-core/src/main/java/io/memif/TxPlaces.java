package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Faults;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The part of a transmit engine that sends packets from where they lie, passes received ones on,
 * and tells how far the peer has come. None of it is on the road of copied packets.
 */
abstract class TxPlaces extends TxStaging {
    private static final int PAGE = 4096;

    /** Progress as last seen; never falls, whatever the peer writes. */
    private long taken;

    private boolean inPlace;

    TxPlaces(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            Runnable doorbell,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, canShrink, doorbell, counters, fault);
    }

    /** Slots that are published and that the peer has not returned; anything if it lies. */
    abstract int outstanding();

    /** Stages one packet that stays where it is; slots used or a code. */
    int stageInPlace(Region.Id id, long offset, int length) {
        throw new IllegalArgumentException(
                "a master shares no memory of its own: offer the packet, which copies it");
    }

    /** Stages the parts of a received packet where they lie; 0 if the peer does not see them. */
    int passInPlace(ReceivedBurst burst, int first, int parts) {
        return 0;
    }

    /**
     * Slots staged on this link so far, published or not.
     *
     * @return 0 or more
     */
    final long staged() {
        return publishedSlots() + unpublished();
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
                taken = Math.max(taken, publishedSlots() - waiting);
            }
        } catch (InternalError e) {
            truncated(e);
        } finally {
            exit();
        }
        return broken() ? staged() : taken;
    }

    /**
     * Whether the peer has taken everything.
     *
     * @return true as well once the link's memory is gone
     */
    public final boolean isDrained() {
        return taken() == staged();
    }

    /**
     * Stages a packet that stays where it is, in a region that was announced to the peer.
     *
     * @param id of the region's file
     * @param offset of the first byte in it
     * @param length bytes, 1 or more; more than a buffer holds goes out as a chain
     * @return slots used, or {@link TxEngine#BACK_PRESSURED}, {@link TxEngine#NOT_CONNECTED},
     *     {@link TxEngine#TOO_LONG}
     * @throws IllegalArgumentException if the peer does not see that memory
     */
    public final int transmit(Region.Id id, long offset, int length) {
        try {
            int slots = settled(stageInPlace(id, offset, length));
            if (slots > 0) {
                counters.add(Counter.IN_PLACE, 1);
            }
            return slots;
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    /**
     * Passes a held packet on: without a copy if the peer sees the memory it lies in, else copied.
     *
     * @param burst holds it
     * @param first its first buffer
     * @return slots used, or {@link TxEngine#BACK_PRESSURED}, {@link TxEngine#NOT_CONNECTED},
     *     {@link TxEngine#TOO_LONG} also if the packet is not whole, {@link TxEngine#SOURCE_GONE}
     */
    public final int forward(ReceivedBurst burst, int first) {
        inPlace = false;
        int parts = burst.buffersOfPacket(first);
        if (!burst.isWhole(first)) {
            return tooLong();
        }
        try {
            return settled(pass(burst, first, parts));
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    /**
     * Whether the packet of the last {@link #forward} went out without a copy.
     *
     * @return false if it was copied, or not taken
     */
    public final boolean wentInPlace() {
        return inPlace;
    }

    private int pass(ReceivedBurst burst, int first, int parts) {
        int slots = passInPlace(burst, first, parts);
        if (slots != 0) {
            inPlace = slots > 0;
            counters.add(Counter.IN_PLACE, slots > 0 ? 1 : 0);
            return slots;
        }
        int length = 0;
        for (int i = 0; i < parts; i++) {
            length += burst.length(first + i);
        }
        slots = prepare(length);
        if (slots > 0 && !copied(burst, first, slots, length)) {
            return TxEngine.SOURCE_GONE;
        }
        if (slots > 0) {
            stage(slots, length);
            counters.add(Counter.FORWARD_COPIES, 1);
        }
        return slots;
    }

    /** Nothing is staged yet; false if the memory of the received packet is gone. */
    private boolean copied(ReceivedBurst burst, int first, int slots, int length) {
        try {
            scatter(burst, first, slots, length);
            if (burst.canShrink()) {
                Faults.settle();
            }
            return !burst.hasEnded();
        } catch (InternalError e) {
            requireOwnMemory(slots);
            return false;
        }
    }

    private void scatter(ReceivedBurst burst, int first, int slots, int length) {
        int source = first;
        int read = 0;
        int part = 0;
        int written = 0;
        int rest = length;
        while (rest > 0) {
            int now = Math.min(burst.length(source) - read, rooms[part] - written);
            ByteBuffer to = window(picks[part]);
            to.put(
                    positions[part] + written,
                    burst.buffer(source),
                    burst.offset(source) + read,
                    now);
            rest -= now;
            read += now;
            written += now;
            if (read == burst.length(source)) {
                source++;
                read = 0;
            }
            if (written == rooms[part] && part + 1 < slots) {
                part++;
                written = 0;
            }
        }
    }

    /** Throws what came before again if it is our own memory that has gone. */
    private void requireOwnMemory(int slots) {
        ring.cookie();
        for (int part = 0; part < slots; part++) {
            ByteBuffer own = window(picks[part]);
            for (int at = 0; at < rooms[part]; at += PAGE) {
                own.get(positions[part] + at);
            }
            own.get(positions[part] + rooms[part] - 1);
        }
        settle();
    }
}
