package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One queue's life with a hostile peer: the peer's legal and other writes, and our own calls, in
 * the order of an input. At its end the peer becomes honest: a whole ring of packets has to come
 * through, at exactly the index where it should.
 */
abstract class RingWalk {
    private static final int[] REGIONS = {0, 0, 0, 2, 1, 3, 65535};
    private static final long[] LENGTHS = {
        1,
        8,
        RingArena.CAPACITY,
        RingArena.CAPACITY + 1,
        0,
        511,
        512,
        513,
        65535,
        65536,
        1L << 31,
        0xffff_ffffL
    };
    private static final long[] OFFSETS = {
        0,
        RingArena.RING_AT,
        RingArena.BUFFERS_AT,
        RingArena.REGION_0 - 1,
        RingArena.REGION_0 - 8,
        RingArena.REGION_0,
        RingArena.REGION_2 - 8,
        1L << 30,
        1L << 31,
        0xffff_ffffL
    };

    /** What an application throws from its callback. */
    static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Boom() {
            super("the application's own", null, false, false);
        }
    }

    final ByteSource input;
    final Coverage coverage;
    final RingArena arena;

    /** Whether we are the slave, who owns head; the master owns tail. */
    final boolean slave;

    final Ring ring;
    final RegionTable table;
    final QueueCounters counters;
    long packets;
    long bytes;

    /** Called when the peer becomes honest; until then another thread may write, too. */
    private Runnable whenHonest;

    private long states;

    RingWalk(
            ByteSource input,
            Coverage coverage,
            RingArena arena,
            boolean slave,
            QueueCounters counters) {
        this.input = input;
        this.coverage = coverage;
        this.arena = arena;
        this.slave = slave;
        this.counters = counters;
        int log2 = input.below(6);
        arena.reset(log2);
        ring = new Ring(arena.region0(), RingArena.RING_AT, log2, 64);
        Region zero = Region.over(RingArena.REGION_0, List.of(arena.region0()), true, null);
        Region two = Region.over(RingArena.REGION_2, List.of(arena.region2()), true, null);
        table = RegionTable.of(zero, null, two);
    }

    /** The peer does what an honest one does. */
    abstract void honest();

    /** One of our own calls. */
    abstract void call(int which);

    /** Whether a slave's engine may use an offset this far from the start of its buffers. */
    abstract boolean isOwn(int within, int length);

    /** A slave's engine has written nothing but its ring and its buffers. */
    abstract void checkOwnGaps();

    /** The peer is honest from here on; checks that everything still works. */
    abstract void recover();

    /** Another thread writes into the ring at the same time, and must be gone after this call. */
    final RingWalk restless(Runnable stop) {
        whenHonest = stop;
        return this;
    }

    final boolean alone() {
        return whenHonest == null;
    }

    final long run() {
        while (!input.isOver()) {
            states++;
            int op = input.below(16);
            if (op < 4) {
                honest();
            } else if (op < 9) {
                corruptRings();
            } else {
                call(op - 9);
            }
        }
        if (whenHonest != null) {
            whenHonest.run();
        }
        recover();
        check(Counter.PACKETS, packets);
        check(Counter.BYTES, bytes);
        arena.checkGuards();
        if (slave) {
            checkOwnGaps();
        }
        for (Counter counter : Counter.values()) {
            long value = counters.get(counter);
            coverage.mark(counter.ordinal(), 64 - Long.numberOfLeadingZeros(value));
        }
        return states;
    }

    private void check(Counter counter, long expected) {
        assertEquals(expected, counters.get(counter), counter::name);
    }

    final int peers() {
        return arena.index(!slave);
    }

    final void peers(int index) {
        arena.index(!slave, index);
    }

    final int ours() {
        return arena.index(slave);
    }

    private void corruptRings() {
        int which = input.below(10);
        coverage.mark(100, which);
        switch (which) {
            case 0 -> peers(jump(peers()));
            case 1 -> peers(jump(ours()));
            case 2 -> arena.index(slave, jump(ours()));
            case 3 -> arena.flags(input.u16());
            case 4 -> arena.cookie(input.u32());
            case 5 -> arena.descriptorFlags(input.u8(), input.oneIn(3) ? 0xffff : 1);
            case 6 -> {
                for (int i = 0; i < arena.slots(); i++) {
                    arena.descriptorFlags(i, 1);
                }
            }
            default -> any(input.u8());
        }
    }

    private int jump(int from) {
        int slots = arena.slots();
        return switch (input.below(8)) {
            case 0 -> from + 1;
            case 1 -> from - 1;
            case 2 -> from + slots;
            case 3 -> from + slots + 1;
            case 4 -> from - slots;
            case 5 -> 65535;
            case 6 -> from + 40_000;
            default -> input.u16();
        };
    }

    private void any(int index) {
        int flags = input.oneIn(4) ? 1 : input.oneIn(4) ? 0xffff : 0;
        int region = REGIONS[input.below(REGIONS.length)];
        arena.descriptor(index, flags, region, input.pick(LENGTHS), input.pick(OFFSETS));
    }

    /** Every descriptor as an honest slave posts or an honest master returns it. */
    final void soundDescriptors(int length) {
        for (int i = 0; i < arena.slots(); i++) {
            arena.descriptor(i, 0, 0, length, RingArena.buffer(i));
        }
    }

    /** A buffer that is handed to the application is memory it may use. */
    final void checkBounds(ByteBuffer buffer, int offset, int length) {
        assertTrue(length > 0 && length <= 65535, "length " + length);
        assertTrue(offset >= 0 && offset + length <= buffer.capacity(), "at " + offset);
        if (slave) {
            assertTrue(isOwn(offset - RingArena.BUFFERS_AT, length), "at " + offset);
            assertTrue(length <= RingArena.CAPACITY, "length " + length);
        } else {
            int size = buffer.capacity();
            assertTrue(size == RingArena.REGION_0 || size == RingArena.REGION_2, "size " + size);
        }
    }

    static byte[] pattern(int seed, int length) {
        byte[] packet = new byte[length];
        for (int i = 0; i < length; i++) {
            packet[i] = (byte) (seed * 37 + i);
        }
        return packet;
    }
}
