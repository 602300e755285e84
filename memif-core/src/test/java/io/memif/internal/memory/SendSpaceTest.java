package io.memif.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.protocol.MemoryPlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As long as a slot is free there is space, and no packet is put over one that is in flight. */
class SendSpaceTest {
    private static final int BASE = 320;
    private static final int LINE = 64;

    /** A packet in flight; one that lies elsewhere has no length. */
    private record Extent(long at, int length) {
        boolean overlaps(long from, long to) {
            return at < to && at + length > from;
        }
    }

    /** What a transmit engine does with its space, and what the peer has not taken. */
    private static final class Use {
        final Random random;
        final int slots;
        final int capacity;
        final int top;
        final SendSpace space;
        final Deque<Extent> inFlight = new ArrayDeque<>();

        /** What the sender knows of: the peer may have taken more. */
        int used;

        int wraps;
        long last = BASE;

        Use(int slots, int capacity, long seed) {
            this.slots = slots;
            this.capacity = capacity;
            this.random = new Random(seed);
            this.space = new SendSpace(BASE, slots, capacity);
            this.top = BASE + (int) MemoryPlan.sendLength(slots, capacity);
        }

        void send(int length) {
            take(space.next(length), length);
        }

        void sendChain(int parts) {
            long[] at = new long[parts];
            for (int part = 0; part < parts; part++) {
                long end = part == 0 ? space.cursor() : SendSpace.after(at[part - 1], capacity);
                at[part] = space.from(end, capacity);
            }
            if (random.nextInt(8) == 0) {
                return;
            }
            for (int part = 0; part < parts; part++) {
                take(at[part], part + 1 < parts ? capacity : 1 + random.nextInt(capacity));
            }
        }

        /** A filler that stops, or throws, when it is told where its packet would go. */
        void stop(int length) {
            space.moveTo(space.from(space.cursor(), length));
        }

        /** A filler that may fill so much at a time, and mostly fills less. */
        void sendRun(int most) {
            int room = space.room(most);
            assertTrue(room >= 1, "room " + room);
            long at = space.from(space.cursor(), most);
            for (int i = Math.min(Math.min(room, free()), 10); i > 0; i--) {
                int length = random.nextInt(4) == 0 ? most : 1 + random.nextInt(most);
                checkFree(at, most);
                take(at, length);
                at = SendSpace.after(at, length);
            }
        }

        void sendFromElsewhere() {
            sent(new Extent(BASE, 0));
        }

        private void checkFree(long at, int length) {
            assertEquals(0, (at - BASE) % LINE);
            assertTrue(at >= BASE && at + length <= top, at + " and " + length);
            for (Extent other : inFlight) {
                assertTrue(!other.overlaps(at, at + length), other + " " + at + " " + length);
            }
        }

        private void take(long at, int length) {
            checkFree(at, length);
            wraps += at < last ? 1 : 0;
            last = at;
            space.moveTo(SendSpace.after(at, length));
            sent(new Extent(at, length));
        }

        private void sent(Extent packet) {
            inFlight.add(packet);
            used++;
        }

        void peerTakes(int count) {
            for (int i = 0; i < count; i++) {
                inFlight.remove();
            }
        }

        void look() {
            used = inFlight.size();
        }

        int free() {
            return slots - used;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 64",
        "1, 2048",
        "2, 100",
        "4, 64",
        "8, 2048",
        "16, 1500",
        "64, 65535",
        "1024, 2048"
    })
    void packetsNeverMeet(int slots, int capacity) {
        Use use = new Use(slots, capacity, 31L * slots + capacity);
        int mostParts = Math.min(slots, 5);
        for (int i = 0; i < 40_000; i++) {
            int kind = use.random.nextInt(17);
            if (kind < 6 && use.free() > 0) {
                use.send(1 + use.random.nextInt(capacity));
            } else if (kind < 10 && use.free() > 0) {
                use.send(1 + use.random.nextInt(Math.min(capacity, 80)));
            } else if (kind == 10 && use.free() >= mostParts) {
                use.sendChain(1 + use.random.nextInt(mostParts));
            } else if (kind == 11 && use.free() > 0) {
                use.sendFromElsewhere();
            } else if (kind == 12 && use.free() > 0) {
                use.stop(1 + use.random.nextInt(capacity));
            } else if (kind == 13 && use.free() > 0) {
                use.sendRun(1 + use.random.nextInt(capacity));
            } else if (kind < 15) {
                use.peerTakes(use.random.nextInt(use.inFlight.size() + 1));
            } else {
                use.look();
            }
        }
        assertTrue(use.wraps > 3, use.wraps + " wraps");
    }

    @Test
    void theWorstThatCanBeWastedAtTheEndIsToSpare() {
        Use use = new Use(4, 2048, 1);
        // Whole packets but for one: a gap of one byte less than a line remains to be jumped over.
        for (int lap = 0; lap < 100; lap++) {
            while (use.free() > 0) {
                use.send(lap % 7 == 0 ? 1 : 2048);
            }
            use.peerTakes(1);
            use.look();
        }
        assertTrue(use.wraps > 10);
    }

    @Test
    void packetsLieSideBySide() {
        Use use = new Use(8, 2048, 1);
        List<Long> positions = new ArrayList<>();
        for (int length : new int[] {64, 1, 65, 128}) {
            use.send(length);
            positions.add(use.last - BASE);
        }
        assertEquals(List.of(0L, 64L, 128L, 256L), positions);
    }

    @Test
    void aRunEndsWhereTheMemoryMayEnd() {
        // Of 5 times 1536 bytes, which are 1500 in whole lines.
        SendSpace space = new SendSpace(BASE, 4, 1500);
        assertEquals(5, space.room(1500));
        assertEquals(120, space.room(64));
        space.moveTo(BASE + 64);
        assertEquals(4, space.room(1500));
        space.moveTo(BASE + 4 * 1536);
        assertEquals(1, space.room(1500));
        space.moveTo(BASE + 4 * 1536 + 64);
        assertEquals(5, space.room(1500), "from the start again");
        assertEquals(23, space.room(64));
    }

    @Test
    void aDescriptorHoldsSoMuchAndNoMore() {
        SendSpace space = new SendSpace(BASE, 4, 1500);
        assertEquals(BASE, space.next(1500));
        assertEquals(-1, space.next(1501));
    }
}
