package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.PacketHandler;
import io.memif.QueueCounters.Counter;
import io.memif.QueueHandles;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import io.memif.internal.memory.OwnBuffers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A receive queue. */
final class RxWalk extends RingWalk {
    private static final PacketHandler NOTHING = (buffer, offset, length, flags) -> {};

    private final RxQueue queue;
    private final ReceivedBurst burst = new ReceivedBurst(5);
    private final ByteBuffer target = ByteBuffer.allocate(4096);
    private final int[] lengths = new int[4];
    private int held;
    private long buffers;

    /** Of a packet whose end has not been handed over, and which therefore does not count yet. */
    private int openBuffers;

    private int openBytes;
    private boolean chained;

    RxWalk(ByteSource input, Coverage coverage, RingArena arena, boolean slave) {
        this(input, coverage, arena, slave, QueueHandles.rx());
    }

    private RxWalk(
            ByteSource input, Coverage coverage, RingArena arena, boolean slave, RxQueue queue) {
        super(input, coverage, arena, slave, queue.counters());
        this.queue = queue;
        if (slave) {
            OwnBuffers own =
                    new OwnBuffers(0, RingArena.BUFFERS_AT, RingArena.STRIDE, RingArena.CAPACITY);
            QueueHandles.post(QueueHandles.slaveRx(queue, ring, table, own, RxWalk::fault));
        } else {
            QueueHandles.masterRx(queue, ring, table, RxWalk::fault);
        }
    }

    @Override
    boolean isOwn(int within, int length) {
        return within >= 0
                && within % RingArena.STRIDE == 0
                && within / RingArena.STRIDE < arena.slots();
    }

    @Override
    void checkOwnGaps() {
        arena.checkGaps();
    }

    private static void fault(String reason) {
        throw new AssertionError(reason);
    }

    /** Publishes packets, some of them in several buffers. */
    @Override
    void honest() {
        int index = peers();
        for (int i = input.below(arena.slots() + 1); i > 0; i--) {
            int flags = input.oneIn(5) ? 1 : 0;
            int length = 1 + input.below(RingArena.CAPACITY);
            if (slave) {
                arena.descriptorFlags(index, flags);
                arena.descriptorLength(index, length);
            } else {
                int slot = index & arena.slots() - 1;
                arena.descriptor(index, flags, 0, length, RingArena.buffer(slot));
            }
            index++;
        }
        peers(index);
    }

    @Override
    void call(int which) {
        switch (which) {
            case 0, 1 ->
                    poll(1 + input.below(2 * arena.slots()), input.oneIn(9) ? input.below(4) : -1);
            case 2 -> receive();
            case 3 -> receiveBatch();
            case 4 -> hold();
            case 5 -> release(input.below(held + 1));
            default -> {
                boolean found =
                        input.oneIn(2)
                                ? QueueHandles.ready(queue)
                                : QueueHandles.mask(queue, input.oneIn(2));
                coverage.mark(6, found ? 1 : 0);
            }
        }
    }

    private void poll(int limit, int failAt) {
        int[] calls = {0};
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    took(buffer, offset, length, flags);
                    if (calls[0]++ == failAt) {
                        throw new Boom();
                    }
                };
        if (held > 0) {
            assertThrows(IllegalStateException.class, () -> queue.poll(handler, limit));
            return;
        }
        try {
            int done = queue.poll(handler, limit);
            assertEquals(calls[0], done);
            assertTrue(done <= limit, "more than asked for");
            coverage.mark(1, Math.min(done, 3));
        } catch (Boom e) {
            assertEquals(failAt + 1, calls[0], "a callback is not called again once it threw");
        }
    }

    private void took(ByteBuffer buffer, int offset, int length, int flags) {
        checkBounds(buffer, offset, length);
        buffer.get(offset);
        buffer.get(offset + length - 1);
        boolean continued = (flags & PacketHandler.CONTINUATION) != 0;
        assertEquals(chained, continued, "a chain is handed over from its start to its end");
        chained = (flags & PacketHandler.NEXT) != 0;
        openBuffers++;
        openBytes += length;
        if (!chained) {
            complete(1, openBuffers, openBytes);
        }
    }

    private void complete(int count, long slots, int length) {
        packets += count;
        buffers += slots;
        bytes += length;
        openBuffers = 0;
        openBytes = 0;
    }

    private void receive() {
        if (held > 0) {
            assertThrows(IllegalStateException.class, () -> queue.receive(target));
            return;
        }
        target.clear().limit(input.oneIn(3) ? input.below(200) : target.capacity());
        int capacity = target.remaining();
        long before = counters.get(Counter.BUFFERS);
        int length = queue.receive(target);
        assertEquals(capacity - Math.max(0, length), target.remaining());
        assertTrue(length >= 0 || -length > capacity, "no space for " + length);
        received(length > 0 ? 1 : 0, Math.max(0, length), before);
        coverage.mark(2, Integer.signum(length));
    }

    private void receiveBatch() {
        if (held > 0) {
            return;
        }
        target.clear().limit(input.oneIn(3) ? input.below(200) : target.capacity());
        long before = counters.get(Counter.BUFFERS);
        int count = queue.receive(target, lengths);
        int total = 0;
        for (int i = 0; i < count; i++) {
            assertTrue(lengths[i] > 0);
            total += lengths[i];
        }
        assertEquals(total, target.position());
        received(Math.max(0, count), total, before);
        coverage.mark(3, count);
    }

    private void received(int count, int length, long buffersBefore) {
        long slots = counters.get(Counter.BUFFERS) - buffersBefore;
        // The rest of a chain of which a poll took the beginning is a packet of its own here.
        assertTrue(count == 0 ? slots == 0 : slots >= count + openBuffers);
        if (count > 0) {
            complete(count, slots, openBytes + length);
            chained = false;
        }
    }

    private void hold() {
        int count = queue.hold(burst);
        assertEquals(count, burst.count());
        for (int i = 0; i < count; i++) {
            took(burst.buffer(i), burst.offset(i), burst.length(i), burst.flags(i));
        }
        held += count;
        assertTrue(held <= arena.slots(), "no more than a ring is held");
        coverage.mark(4, count, held);
    }

    private void release(int count) {
        QueueHandles.release(queue, count);
        held -= count;
    }

    @Override
    void recover() {
        assertEquals(buffers, counters.get(Counter.BUFFERS));
        release(held);
        int slots = arena.slots();
        // Until we have given something back, and thereby said where we stand.
        for (int tries = 0; !takeOne(); tries++) {
            assertTrue(tries < 3, "nothing comes through");
        }
        soundDescriptors(RingArena.CAPACITY);
        peers(slave ? ours() : ours() + slots);
        drain();
        int at = slave ? ours() - slots & 0xffff : ours();
        assertEquals(peers(), at, "we stand where the peer does");
        for (int i = 0; i < slots; i++) {
            int slot = at + i & slots - 1;
            int offset = slave ? arena.descriptorOffset(slot) : RingArena.buffer(slot);
            arena.region0().put(offset, pattern(i, 50 + i));
            arena.descriptor(slot, 0, 0, 50 + i, offset);
        }
        peers(at + slots);
        List<byte[]> got = new ArrayList<>();
        queue.poll(
                (buffer, offset, length, flags) -> {
                    took(buffer, offset, length, flags);
                    byte[] packet = new byte[length];
                    buffer.get(offset, packet);
                    got.add(packet);
                },
                slots);
        assertEquals(slots, got.size(), "a whole ring of packets");
        for (int i = 0; i < slots; i++) {
            assertArrayEquals(pattern(i, 50 + i), got.get(i));
        }
        assertEquals(at + (slave ? 2 * slots : slots) & 0xffff, ours(), "every slot came back");
        assertEquals(0, queue.poll(NOTHING, slots));
    }

    private boolean takeOne() {
        soundDescriptors(8);
        peers(peers() + 1);
        long before = buffers + openBuffers;
        poll(1, -1);
        return buffers + openBuffers > before;
    }

    private void drain() {
        for (int i = 0; i < 4; i++) {
            poll(arena.slots(), -1);
            if (slave && i == 0) {
                return;
            }
        }
    }
}
