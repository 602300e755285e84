package io.memif.internal.control;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import java.util.Optional;

/**
 * The shared words of a ring, as they were a moment ago.
 *
 * @param head 0 to 65535
 * @param tail 0 to 65535
 * @param flags 0 to 65535; bit 0 asks the sender not to signal
 */
public record RingState(int head, int tail, int flags) {
    /**
     * Reads them, from any thread; the data path does not notice.
     *
     * @param ring to look at
     * @return empty if the ring's memory is gone
     */
    public static Optional<RingState> of(Ring ring) {
        try {
            RingState state =
                    new RingState(ring.headAcquire(), ring.tailAcquire(), ring.flagsAcquire());
            Faults.settle();
            return Optional.of(state);
        } catch (IllegalStateException | InternalError e) {
            // Unmapped, or cut short by the peer: the link is about to end.
            return Optional.empty();
        }
    }

    /**
     * Whether the receiver asks not to be signalled.
     *
     * @return true in polling mode
     */
    public boolean masked() {
        return (flags & RingLayout.MASK_INT) != 0;
    }
}
