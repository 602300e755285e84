package io.memif.tests.jcstress;

import io.memif.internal.memory.RingLayout;

/**
 * What the weakened twins work on: the words of a ring with one slot, in shared memory, with plain
 * loads and stores and nothing else.
 */
class PlainRing {
    private static final int LINE = RingLayout.DEFAULT_CACHE_LINE;
    private static final int LENGTH = RingLayout.descriptorsOffset(LINE) + 4;
    private static final int PAYLOAD = 3 * LINE;

    private final int at = Slots.take();

    final int head() {
        return Slots.MEMORY.getShort(at + RingLayout.HEAD_OFFSET);
    }

    final void head(int value) {
        Slots.MEMORY.putShort(at + RingLayout.HEAD_OFFSET, (short) value);
    }

    final int tail() {
        return Slots.MEMORY.getShort(at + RingLayout.tailOffset(LINE));
    }

    final void tail(int value) {
        Slots.MEMORY.putShort(at + RingLayout.tailOffset(LINE), (short) value);
    }

    final int length() {
        return Slots.MEMORY.getInt(at + LENGTH);
    }

    final void length(int value) {
        Slots.MEMORY.putInt(at + LENGTH, value);
    }

    final long payload() {
        return Slots.MEMORY.getLong(at + PAYLOAD);
    }

    final void payload(long value) {
        Slots.MEMORY.putLong(at + PAYLOAD, value);
    }
}
