package io.memif;

import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Sends into one ring of one link. One thread at a time; lock-free; allocates nothing.
 *
 * <p>Packets are staged, {@link #flush} publishes them: one release store and at most one signal a
 * batch. A packet goes out whole or not at all. A full ring and a full batch flush by themselves.
 *
 * <p>Each method tries the fast road first: a packet that fits the next slot's buffer, while the
 * quota lasts. Chains, bad postings, a full ring and a full batch take the slow one.
 */
public abstract class TxEngine extends TxPlaces {
    /** The ring is full: what was staged has been published; try again later. */
    public static final int BACK_PRESSURED = -1;

    /** The link is down; the packet was not taken. */
    public static final int NOT_CONNECTED = -2;

    /** The queue has been closed; no packet will ever be taken. */
    public static final int CLOSED = -3;

    /** The packet can never fit into the ring (offer), or into one buffer (claim). */
    public static final int TOO_LONG = -4;

    /** The link that a packet to be forwarded came from has ended, and the packet with it. */
    public static final int SOURCE_GONE = -5;

    TxEngine(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            Runnable doorbell,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, canShrink, doorbell, counters, fault);
    }

    /**
     * Stages a packet, copied.
     *
     * @param source of the bytes; position and limit do not count
     * @param offset of the first byte in {@code source}
     * @param length in bytes, 1 or more; more than a buffer holds goes out as a chain
     * @return slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public final int offer(ByteBuffer source, int offset, int length) {
        try {
            return settled(copy(source, offset, length));
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    private int copy(ByteBuffer source, int offset, int length) {
        int at = quota > 0 && length > 0 ? place(position, length) : -1;
        if (at >= 0) {
            window.put(at, source, offset, length);
            single(position, at, length);
            advance(length);
            return 1;
        }
        return copySlowly(source, offset, length);
    }

    private int copySlowly(ByteBuffer source, int offset, int length) {
        int slots = prepare(length);
        if (slots > 0) {
            int rest = length;
            for (int part = 0; part < slots; part++) {
                int now = Math.min(rest, rooms[part]);
                window(picks[part]).put(positions[part], source, offset + length - rest, now);
                rest -= now;
            }
            stage(slots, length);
        }
        return slots;
    }

    /**
     * Stages a packet, copied.
     *
     * @param source of the bytes
     * @param offset of the first byte in {@code source}
     * @param length in bytes, 1 or more; more than a buffer holds goes out as a chain
     * @return slots used, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #TOO_LONG}
     * @throws IllegalArgumentException if {@code length} is less than 1
     */
    public final int offer(byte[] source, int offset, int length) {
        try {
            return settled(copy(source, offset, length));
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    private int copy(byte[] source, int offset, int length) {
        int at = quota > 0 && length > 0 ? place(position, length) : -1;
        if (at >= 0) {
            window.put(at, source, offset, length);
            single(position, at, length);
            advance(length);
            return 1;
        }
        return copySlowly(source, offset, length);
    }

    private int copySlowly(byte[] source, int offset, int length) {
        int slots = prepare(length);
        if (slots > 0) {
            int rest = length;
            for (int part = 0; part < slots; part++) {
                int now = Math.min(rest, rooms[part]);
                window(picks[part]).put(positions[part], source, offset + length - rest, now);
                rest -= now;
            }
            stage(slots, length);
        }
        return slots;
    }

    /**
     * Stages packets that lie one after the other, copied.
     *
     * @param source of the bytes; position and limit do not count
     * @param offset of the first packet in {@code source}
     * @param lengths of the packets in bytes, each 1 or more
     * @param count packets to send, from the start of {@code lengths}
     * @return packets staged, less than {@code count} if the ring is full; or {@link
     *     #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #TOO_LONG} if not even the first was
     */
    public final int offer(ByteBuffer source, int offset, int[] lengths, int count) {
        try {
            return settled(copyAll(source, offset, lengths, count));
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    private int copyAll(ByteBuffer source, int offset, int[] lengths, int count) {
        int at = offset;
        for (int done = 0; done < count; done++) {
            int code = copy(source, at, lengths[done]);
            if (code < 0) {
                return done > 0 ? done : code;
            }
            at += lengths[done];
        }
        return count;
    }

    /**
     * Reserves one buffer to be written in place.
     *
     * @param length bytes needed, 1 or more
     * @param claim is pointed at the buffer; commit or abort it before the next call
     * @return 1, or {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #TOO_LONG} (offer it,
     *     so that it is chained)
     * @throws IllegalStateException if the claim before was neither committed nor aborted
     */
    public final int tryClaim(int length, PacketClaim claim) {
        int at = find(length);
        if (at >= 0) {
            quota = ~quota;
            claim.open(this, window, at, length);
            return 1;
        }
        return at;
    }

    private int find(int length) {
        try {
            return settled(locate(length));
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    /** Position of a buffer for a packet that is not chained, in {@link #window}; or a code. */
    private int locate(int length) {
        int at = quota > 0 && length > 0 ? place(position, length) : -1;
        return at >= 0 ? at : findSlowly(length);
    }

    private int findSlowly(int length) {
        int slots = prepare(length);
        if (slots == 1) {
            return place(position, length);
        }
        return slots > 1 ? tooLong() : slots;
    }

    final int commit(int at, int length) {
        quota = ~quota;
        try {
            write(at, length);
            return settled(1);
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    final void abort() {
        quota = ~quota;
    }

    private void write(int at, int length) {
        single(position, at, length);
        advance(length);
    }

    /**
     * Lets the caller write several packets in place, one after the other.
     *
     * @param filler writes each; what it throws leaves this method, and what was staged before
     *     stays
     * @param room bytes needed for each, 1 or more
     * @param limit most packets
     * @return packets staged, less than {@code limit} if the ring is full or the filler stopped; or
     *     {@link #BACK_PRESSURED}, {@link #NOT_CONNECTED}, {@link #TOO_LONG} if not even one was
     */
    public final int fill(PacketFiller filler, int room, int limit) {
        try {
            return fillAll(filler, room, limit);
        } catch (InternalError e) {
            return truncated(e);
        }
    }

    private int fillAll(PacketFiller filler, int room, int limit) {
        try {
            for (int done = 0; done < limit; done++) {
                int at = locate(room);
                if (at < 0) {
                    return done > 0 ? done : at;
                }
                int length = filler.fill(window, at, room);
                if (length <= 0) {
                    return done;
                }
                write(at, Math.min(length, room));
            }
            return limit;
        } finally {
            settle();
        }
    }

    /**
     * Publishes what is staged and signals the peer unless it asked not to be.
     *
     * @return slots published; 0 if nothing was staged or the link's memory is gone
     */
    public final int flush() {
        if (broken() || !enter()) {
            return 0;
        }
        try {
            return settled(publishStaged());
        } catch (InternalError e) {
            truncated(e);
        } finally {
            exit();
        }
        return 0;
    }
}
