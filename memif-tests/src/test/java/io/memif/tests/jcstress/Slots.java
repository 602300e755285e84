package io.memif.tests.jcstress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shared memory of the tests' states: each takes a slot of one direct buffer, far from its
 * neighbours. Slots are used in a circle that is longer than jcstress ever keeps states alive.
 */
final class Slots {
    /** Bytes between two slots: no cache line and no prefetched pair of lines is shared. */
    static final int LENGTH = 512;

    /** How often an actor looks for what the other one does: most collisions are then seen. */
    static final int LOOKS = 100;

    private static final int COUNT = 1 << 17;
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** All slots. */
    static final ByteBuffer MEMORY =
            ByteBuffer.allocateDirect(LENGTH * COUNT + LENGTH).order(ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST =
            MEMORY.alignmentOffset(0, 64) == 0 ? 0 : 64 - MEMORY.alignmentOffset(0, 64);

    private Slots() {}

    /** A slot of zeros; the offset of its first byte, a multiple of 64. */
    static int take() {
        int at = FIRST + (NEXT.getAndIncrement() & COUNT - 1) * LENGTH;
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            MEMORY.putLong(at + i, 0);
        }
        return at;
    }
}
