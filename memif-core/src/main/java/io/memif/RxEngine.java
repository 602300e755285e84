package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Receives from one ring of one link. One thread at a time; lock-free; allocates nothing.
 *
 * <p>A batch is two tight loops: the first reads descriptors into locals, checks them and keeps the
 * good ones in arrays; the second hands them over. Everything that is not a sound packet in one
 * buffer (chains, bad descriptors) leaves the first loop for {@link ChainScan}. The peer's index is
 * read again only when what it published is used up, ours is stored once per batch.
 */
public abstract class RxEngine extends RxSlots {
    private final int[] one = new int[1];

    RxEngine(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            QueueCounters counters,
            Consumer<String> fault) {
        super(ring, table, canShrink, counters, fault);
    }

    /**
     * Hands received buffers to a handler, in ring order, and gives them back to the peer.
     *
     * @param handler takes the buffers
     * @param limit most buffers to hand over, 1 or more
     * @return buffers handed over; 0 if there were none or the link's memory is gone
     * @throws IllegalStateException if buffers are held: release them first
     */
    public final int poll(PacketHandler handler, int limit) {
        if (broken()) {
            return 0;
        }
        requireNothingHeld();
        if (!enter()) {
            return 0;
        }
        try {
            return drain(handler, limit);
        } catch (InternalError e) {
            onTruncated(e);
        } finally {
            exit();
        }
        return 0;
    }

    private int drain(PacketHandler handler, int limit) {
        int done = 0;
        // Bounds the work when the peer feeds us nothing but garbage, which hands over nothing.
        int budget = Math.min(limit, Integer.MAX_VALUE - size) + size;
        try {
            while (done < limit && budget > 0) {
                if (chain.pending()) {
                    done += deliverChain(handler, limit - done);
                    continue;
                }
                if (available == 0) {
                    refresh();
                    if (available == 0) {
                        break;
                    }
                }
                int found = scan(Math.min(Math.min(limit - done, available), BATCH));
                if (found > 0) {
                    done += deliver(handler, found);
                    continue;
                }
                int seen = chain.read(next, available);
                if (seen == 0) {
                    break;
                }
                budget -= seen;
            }
        } finally {
            giveBackConsumed();
            settle();
        }
        if (done == 0) {
            counters.add(Counter.EMPTY_POLLS, 1);
        }
        return done;
    }

    private int deliver(PacketHandler handler, int found) {
        int done = 0;
        long bytes = 0;
        try {
            while (done < found) {
                int i = done++;
                int length = lengths[i];
                bytes += length;
                handler.onPacket(window(picks[i]), positions[i], length, 0);
            }
        } finally {
            consume(done);
            count(done, done, bytes);
        }
        return done;
    }

    private int deliverChain(PacketHandler handler, int limit) {
        int done = 0;
        int packets = 0;
        long bytes = 0;
        try {
            while (done < limit && chain.pending()) {
                int flags = chain.flags();
                int length = chain.length();
                ByteBuffer window = window(chain.pick());
                int position = chain.position();
                chain.advance();
                done++;
                bytes += length;
                packets += (flags & PacketHandler.NEXT) == 0 ? 1 : 0;
                handler.onPacket(window, position, length, flags);
            }
        } finally {
            consume(done);
            countParts(packets, done, bytes);
        }
        return done;
    }

    /**
     * Copies the next packet, whole, and gives its slots back.
     *
     * @param target receives at its position, which moves; a chain is joined
     * @return length in bytes; 0 if there is none or the link's memory is gone; the negated length
     *     if {@code target} has less room, and the packet stays in the ring
     */
    public final int receive(ByteBuffer target) {
        int count = receive(target, one);
        return count > 0 ? one[0] : count;
    }

    /**
     * Copies packets, whole, one after the other, and gives their slots back.
     *
     * @param target receives from its position on, which moves; chains are joined
     * @param packetLengths gets the length of each packet
     * @return packets copied; 0 if there are none or the link's memory is gone; the negated length
     *     if {@code target} has no room even for the first. What has no room stays in the ring.
     */
    public final int receive(ByteBuffer target, int[] packetLengths) {
        if (broken()) {
            return 0;
        }
        requireNothingHeld();
        if (!enter()) {
            return 0;
        }
        int start = target.position();
        try {
            return copyBatch(target, packetLengths);
        } catch (InternalError e) {
            onTruncated(e);
        } finally {
            exit();
        }
        target.position(start);
        return 0;
    }

    private int copyBatch(ByteBuffer target, int[] packetLengths) {
        int done = 0;
        try {
            while (done < packetLengths.length) {
                int singles = copySingles(target, packetLengths, done);
                done += singles;
                int length = singles == 0 ? copyOne(target) : 0;
                if (length > 0) {
                    packetLengths[done++] = length;
                } else if (singles == 0) {
                    return done > 0 ? done : length;
                }
            }
        } finally {
            giveBackConsumed();
            settle();
        }
        return done;
    }

    /** The fast road: packets in one buffer that are published already and have room. */
    private int copySingles(ByteBuffer target, int[] packetLengths, int from) {
        int most = Math.min(Math.min(packetLengths.length - from, available), BATCH);
        int found = chain.pending() || most == 0 ? 0 : scan(most);
        int start = target.position();
        int at = start;
        int done = 0;
        while (done < found && lengths[done] <= target.limit() - at) {
            int length = lengths[done];
            target.put(at, window(picks[done]), positions[done], length);
            at += length;
            packetLengths[from + done] = length;
            done++;
        }
        if (done > 0) {
            target.position(at);
            consume(done);
            count(done, done, at - start);
        }
        return done;
    }

    private int copyOne(ByteBuffer target) {
        int slots = nextPacket();
        if (slots == 0) {
            counters.add(Counter.EMPTY_POLLS, 1);
            return 0;
        }
        int total = 0;
        for (int i = 0; i < slots; i++) {
            total += chain.length(i);
        }
        if (total > target.remaining()) {
            return -total;
        }
        for (int i = 0; i < slots; i++) {
            Copy.append(window(chain.pick()), chain.position(), chain.length(), target);
            chain.advance();
        }
        consume(slots);
        countParts(1, slots, total);
        return total;
    }

    /**
     * Takes buffers without giving them back: they stay valid until {@link #release}. A packet of
     * several buffers is taken whole unless it has more of them than the burst takes.
     *
     * @param burst is cleared and filled
     * @return buffers taken, at most the burst's capacity; 0 if there are none
     */
    public final int hold(ReceivedBurst burst) {
        burst.clear(this);
        if (broken() || !enter()) {
            return 0;
        }
        try {
            return settled(fill(burst));
        } catch (InternalError e) {
            onTruncated(e);
        } finally {
            exit();
        }
        burst.clear(this);
        return 0;
    }

    private int fill(ReceivedBurst burst) {
        int packets = 0;
        long bytes = 0;
        int done = 0;
        // A sender that does not wait for its slots could have more than a ring of them taken.
        while (burst.room() > 0 && held() < size && nextPacket() > 0 && fits(burst)) {
            int flags = chain.flags();
            int length = chain.length();
            burst.add(window(chain.pick()), chain.position(), length, flags);
            burst.place(memory(chain.pick()), offset(chain.pick(), chain.position()));
            chain.advance();
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

    /** Whether the rest of the pending packet has room, or never will. */
    private boolean fits(ReceivedBurst burst) {
        return chain.remaining() <= burst.room() || burst.count() == 0 || chain.begun();
    }

    /**
     * Gives held buffers back to the peer, oldest first.
     *
     * @param buffers how many, 0 or more
     * @throws IllegalArgumentException if fewer are held
     */
    public final void release(int buffers) {
        if (buffers < 0 || buffers > heldTail - heldHead) {
            throw new IllegalArgumentException(
                    "buffers=" + buffers + " held=" + (heldTail - heldHead));
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
            onTruncated(e);
        } finally {
            exit();
        }
    }

    /**
     * Buffers taken by {@link #hold} and not released.
     *
     * @return 0 to the ring size
     */
    public final int held() {
        return heldTail - heldHead;
    }

    /**
     * A number that no other receive engine has.
     *
     * @return 1 or more
     */
    public final long serial() {
        return serial;
    }

    private void requireNothingHeld() {
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
     * @param masked true: do not signal
     * @return whether packets are waiting
     */
    public final boolean mask(boolean masked) {
        if (broken() || !enter()) {
            return false;
        }
        try {
            ring.maskRelease(masked);
            VarHandle.fullFence();
            boolean found = hasPackets();
            settle();
            return found;
        } catch (InternalError e) {
            onTruncated(e);
        } finally {
            exit();
        }
        return false;
    }

    /**
     * Looks at the ring and leaves the mask alone.
     *
     * @return whether packets are waiting
     */
    public final boolean ready() {
        if (broken() || !enter()) {
            return false;
        }
        try {
            boolean found = hasPackets();
            settle();
            return found;
        } catch (InternalError e) {
            onTruncated(e);
        } finally {
            exit();
        }
        return false;
    }

    /** Whether there is a packet to take; an unfinished chain counts as nothing. */
    private boolean hasPackets() {
        boolean found = nextPacket() > 0;
        // Garbage dropped on the way must not keep the sender waiting while we sleep.
        if (heldHead == heldTail) {
            giveBackConsumed();
        }
        return found;
    }
}
