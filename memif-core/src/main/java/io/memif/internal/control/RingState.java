package io.memif.internal.control;

import io.memif.internal.memory.RingLayout;

/**
 * The shared words of a ring, as they were a moment ago.
 *
 * @param head 0 to 65535
 * @param tail 0 to 65535
 * @param flags 0 to 65535; bit 0 asks the sender not to signal
 */
public record RingState(int head, int tail, int flags) {
    /** Whether the receiver asks not to be signalled. */
    boolean masked() {
        return (flags & RingLayout.MASK_INT) != 0;
    }
}
