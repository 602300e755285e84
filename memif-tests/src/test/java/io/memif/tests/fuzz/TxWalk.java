package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.PacketClaim;
import io.memif.QueueCounters.Counter;
import io.memif.QueueHandles;
import io.memif.TxQueue;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.protocol.MemoryPlan;
import java.nio.ByteBuffer;

/** A transmit queue. */
final class TxWalk extends RingWalk {
    private static final byte[] SOURCE = pattern(1, RingArena.MOST_SLOTS * RingArena.CAPACITY + 1);

    private final TxQueue queue;
    private final PacketClaim claim = new PacketClaim();
    private final int[] lengths = new int[4];
    private boolean claimed;
    private long signals;

    TxWalk(ByteSource input, Coverage coverage, RingArena arena, boolean slave) {
        this(input, coverage, arena, slave, QueueHandles.tx());
    }

    private TxWalk(
            ByteSource input, Coverage coverage, RingArena arena, boolean slave, TxQueue queue) {
        super(input, coverage, arena, slave, queue.counters());
        this.queue = queue;
        if (slave) {
            QueueHandles.slaveTx(queue, ring, table, own(), () -> signals++, TxWalk::fault);
        } else {
            QueueHandles.masterTx(queue, ring, table, () -> signals++, TxWalk::fault);
        }
    }

    private OwnBuffers own() {
        return new OwnBuffers(0, RingArena.BUFFERS_AT, RingArena.CAPACITY);
    }

    private int ownLength() {
        return (int) MemoryPlan.sendLength(arena.slots(), RingArena.CAPACITY);
    }

    @Override
    boolean isOwn(int within, int length) {
        return within >= 0 && within % 64 == 0 && within + length <= ownLength();
    }

    @Override
    void checkOwnGaps() {
        arena.checkBeyond(ownLength());
    }

    private static void fault(String reason) {
        throw new AssertionError(reason);
    }

    /** Gives slots back: an honest master all that it got, an honest slave empty buffers. */
    @Override
    void honest() {
        if (slave) {
            peers(ours());
            return;
        }
        int index = peers();
        for (int i = input.below(arena.slots() + 1); i > 0; i--) {
            int slot = index & arena.slots() - 1;
            arena.descriptor(index, 0, 0, RingArena.CAPACITY, RingArena.buffer(slot));
            index++;
        }
        peers(index);
    }

    @Override
    void call(int which) {
        if (claimed) {
            endClaim();
            return;
        }
        switch (which) {
            case 0, 1 -> offer(length());
            case 2 -> offerBatch();
            case 3 -> claim();
            case 4 -> fill();
            default -> flush();
        }
    }

    private int length() {
        int capacity = RingArena.CAPACITY;
        int all = arena.slots() * capacity;
        return (int)
                input.pick(1, 1, 60, capacity, capacity, capacity + 1, 3 * capacity, all, all + 1);
    }

    private void offer(int length) {
        int result =
                input.oneIn(2)
                        ? queue.offer(SOURCE, 0, length)
                        : queue.offer(ByteBuffer.wrap(SOURCE), 0, length);
        took(result, result > 0 ? 1 : 0, result > 0 ? length : 0);
        assertTrue(result <= arena.slots(), "used " + result);
        coverage.mark(1, Integer.signum(length - RingArena.CAPACITY), result);
    }

    private void offerBatch() {
        int total = 0;
        int count = 1 + input.below(lengths.length);
        for (int i = 0; i < count; i++) {
            lengths[i] = 1 + input.below(2 * RingArena.CAPACITY);
        }
        int result = queue.offer(ByteBuffer.wrap(SOURCE), 0, lengths, count);
        for (int i = 0; i < result; i++) {
            total += lengths[i];
        }
        took(result, Math.max(0, result), total);
        assertTrue(result <= count);
        coverage.mark(2, count, result);
    }

    private void took(int result, int count, int length) {
        boolean known =
                result > 0 || result == TxQueue.BACK_PRESSURED || result == TxQueue.TOO_LONG;
        assertTrue(known, "answers " + result);
        packets += count;
        bytes += length;
    }

    private void claim() {
        int result = queue.tryClaim((int) input.pick(1, 60, RingArena.CAPACITY, 600), claim);
        took(result, 0, 0);
        coverage.mark(3, result);
        if (result > 0) {
            claimed = true;
            checkBounds(claim.buffer(), claim.offset(), claim.length());
            claim.buffer().put(claim.offset(), SOURCE, 0, claim.length());
            if (input.oneIn(2)) {
                endClaim();
            }
        }
    }

    private void endClaim() {
        if (input.oneIn(4)) {
            assertThrows(IllegalStateException.class, () -> queue.offer(SOURCE, 0, 1));
        }
        claimed = false;
        if (input.oneIn(4)) {
            claim.abort();
            return;
        }
        int length = 1 + input.below(claim.length());
        took(claim.commit(length), 1, length);
    }

    private void fill() {
        int failAt = input.oneIn(8) ? input.below(3) : -1;
        int[] calls = {0};
        int capacity = (int) input.pick(1, 60, RingArena.CAPACITY);
        try {
            int result =
                    queue.fill(
                            (buffer, at, most) -> {
                                if (calls[0]++ == failAt) {
                                    throw new Boom();
                                }
                                checkBounds(buffer, at, most);
                                int length = input.below(most + 1);
                                buffer.put(at, SOURCE, 0, length);
                                packets += length > 0 ? 1 : 0;
                                bytes += length;
                                return length;
                            },
                            capacity,
                            1 + input.below(8));
            took(result == 0 ? 1 : result, 0, 0);
            coverage.mark(4, result);
        } catch (Boom e) {
            coverage.mark(4, 1000);
        }
    }

    private void flush() {
        int published = queue.flush();
        // Bad postings are skipped and count; a whole ring of them is published at once.
        assertTrue(published >= 0 && published <= arena.slots(), "published " + published);
        if (published > 0 && alone()) {
            assertEquals(published(), ours(), "the index says what the counter does");
        }
        coverage.mark(5, Math.min(3, published));
    }

    private int published() {
        return (int) counters.get(Counter.BUFFERS) & 0xffff;
    }

    @Override
    void recover() {
        if (claimed) {
            claimed = false;
            claim.abort();
        }
        queue.flush();
        int slots = arena.slots();
        int at = published();
        soundDescriptors(RingArena.CAPACITY);
        peers(slave ? at : at + slots);
        for (int i = 0; i < slots; i++) {
            byte[] packet = pattern(i, 50 + i);
            assertEquals(1, queue.offer(packet, 0, packet.length), "slot " + i + " is free again");
            packets++;
            bytes += packet.length;
        }
        assertEquals(TxQueue.BACK_PRESSURED, queue.offer(SOURCE, 0, 1));
        queue.flush();
        assertEquals(at + slots & 0xffff, ours());
        for (int i = 0; i < slots; i++) {
            byte[] packet = new byte[50 + i];
            assertEquals(0, arena.descriptorFlags(at + i));
            assertEquals(packet.length, arena.descriptorLength(at + i));
            int offset = arena.descriptorOffset(at + i);
            boolean mayBe =
                    slave
                            ? isOwn(offset - RingArena.BUFFERS_AT, packet.length)
                            : offset == RingArena.buffer(at + i & slots - 1);
            assertTrue(mayBe, "at " + offset);
            arena.region0().get(offset, packet);
            assertArrayEquals(pattern(i, 50 + i), packet);
        }
        assertEquals(signals, counters.get(Counter.SIGNALS));
    }
}
