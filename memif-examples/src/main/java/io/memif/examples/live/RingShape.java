package io.memif.examples.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a ring lies in the memory of a link and how large it is, as far as the memory itself shows:
 * nobody else tells. A ring is recognised by its cookie; its size follows from where the next
 * cookie stands. Behind the last ring there is none: it is like the one before it, or as large as
 * its descriptors and the end of the file allow.
 *
 * @param offset of the header, bytes
 * @param log2Size log2 of its slots
 * @param line of the processor it was built for, 64 or 128 bytes: the header has two
 */
record RingShape(long offset, int log2Size, int line) {
    static final int COOKIE = 0x3e31f20;
    static final int DESCRIPTOR = 16;

    private static final int[] LINES = {64, 128};
    private static final int MOST_LOG2 = 14;
    private static final int STEP = 16;
    private static final int FIRST_WITHIN = 1 << 20;
    private static final int MOST_RINGS = 512;
    private static final long HEADER_LINES = 2;

    int slots() {
        return 1 << log2Size;
    }

    long length() {
        return length(log2Size, line);
    }

    private static long length(int log2, int line) {
        return HEADER_LINES * line + ((long) DESCRIPTOR << log2);
    }

    /** The rings of a region, none if there are none. */
    static List<RingShape> find(Memory memory) {
        List<RingShape> rings = new ArrayList<>();
        long at = firstCookie(memory);
        while (at >= 0 && rings.size() < MOST_RINGS) {
            long next = nextCookie(memory, at);
            RingShape shape = shape(memory, at, next, rings);
            if (shape == null) {
                break;
            }
            rings.add(shape);
            at = next;
        }
        return rings;
    }

    private static long firstCookie(Memory memory) {
        long end = Math.min(memory.size() - length(0, LINES[0]), FIRST_WITHIN);
        for (long at = 0; at <= end; at += LINES[0]) {
            if (memory.intAcquire(at) == COOKIE) {
                return at;
            }
        }
        return -1;
    }

    /** Small rings are not a multiple of a line long, so it need not lie at the start of one. */
    private static long nextCookie(Memory memory, long ring) {
        long end = Math.min(memory.size() - DESCRIPTOR, ring + 2 * length(MOST_LOG2, LINES[1]));
        for (long at = ring + length(0, LINES[0]); at <= end; at += STEP) {
            if (memory.intAcquire(at) == COOKIE) {
                return at;
            }
        }
        return -1;
    }

    private static RingShape shape(Memory memory, long at, long next, List<RingShape> before) {
        long room = (next >= 0 ? next : memory.size()) - at;
        List<RingShape> exact = new ArrayList<>();
        for (int line : LINES) {
            for (int log2 = 0; log2 <= MOST_LOG2; log2++) {
                if (length(log2, line) == room) {
                    exact.add(new RingShape(at, log2, line));
                }
            }
        }
        if (next < 0 && !before.isEmpty()) {
            RingShape last = before.get(before.size() - 1);
            RingShape same = new RingShape(at, last.log2Size, last.line);
            return same.length() <= room ? same : null;
        }
        if (exact.size() > 1) {
            // 16 slots after short lines are as long as 8 after long ones.
            return exact.get(exact.get(0).firstDescriptorIsSet(memory) ? 0 : 1);
        }
        return exact.isEmpty() ? byDescriptors(memory, at, room) : exact.get(0);
    }

    private boolean firstDescriptorIsSet(Memory memory) {
        long first = offset + HEADER_LINES * line;
        return memory.longAt(first) >>> 32 != 0 || memory.longAt(first + 8) != 0;
    }

    /** With room to spare after it: up to the last descriptor that can be one. */
    private static RingShape byDescriptors(Memory memory, long at, long room) {
        boolean wide =
                room >= length(0, LINES[1])
                        && memory.shortAcquire(at + LINES[1]) != 0
                        && zeros(memory, at + LINES[0], at + LINES[1]);
        int line = wide ? LINES[1] : LINES[0];
        long first = at + HEADER_LINES * line;
        int slots = 0;
        for (int i = 0;
                i < 1 << MOST_LOG2 && (i + 1L) * DESCRIPTOR <= room - HEADER_LINES * line;
                i++) {
            long low = memory.longAt(first + (long) i * DESCRIPTOR);
            long high = memory.longAt(first + (long) i * DESCRIPTOR + 8);
            if ((low & 0xffff) > 1 || (low >>> 16 & 0xffff) > 256 || high >>> 32 != 0) {
                break;
            }
            slots = low != 0 || high != 0 ? i + 1 : slots;
        }
        int used = memory.shortAcquire(at + 6) - memory.shortAcquire(at + line) & 0xffff;
        slots = Math.max(slots, used <= 1 << MOST_LOG2 ? used : 1);
        int log2 = slots <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(slots - 1);
        return length(log2, line) <= room ? new RingShape(at, log2, line) : null;
    }

    private static boolean zeros(Memory memory, long from, long to) {
        for (long at = from; at < to; at += 8) {
            if (memory.longAt(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
