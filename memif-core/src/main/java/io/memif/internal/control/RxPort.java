package io.memif.internal.control;

import io.memif.RxEngine;
import io.memif.internal.memory.Faults;
import io.memif.internal.memory.Ring;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;

/**
 * One receive ring of a link.
 *
 * @param engine receives; one thread at a time
 * @param event signalled by the peer
 * @param ring to look at from any thread; its interrupt mask is ours
 * @param placement where the slave announced it
 */
public record RxPort(RxEngine engine, EventFd event, Ring ring, RingPlacement placement) {
    /**
     * Sets or clears the interrupt mask, from any thread.
     *
     * @param masked true: the peer is not to signal
     * @return false if the ring's memory is gone
     */
    public boolean mask(boolean masked) {
        try {
            ring.maskRelease(masked);
            Faults.settle();
            return true;
        } catch (IllegalStateException | InternalError e) {
            // Unmapped, or cut short by the peer: the link is about to end.
            return false;
        }
    }
}
