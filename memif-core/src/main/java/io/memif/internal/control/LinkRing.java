package io.memif.internal.control;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.RingPlacement;
import io.memif.unix.EventFd;
import java.util.Optional;

/**
 * One ring of a link.
 *
 * @param ring its shared words
 * @param event of the ring, which its receiver waits for
 * @param signal signals the event once, for the sender, from any thread; neither waits nor throws
 * @param placement where the slave announced it
 * @param buffers as slave our own for this ring; null as master
 */
public record LinkRing(
        Ring ring, EventFd event, Runnable signal, RingPlacement placement, OwnBuffers buffers) {
    /**
     * The shared words of a ring, as they were a moment ago.
     *
     * @param head 0 to 65535
     * @param tail 0 to 65535
     * @param flags 0 to 65535; bit 0 asks the sender not to signal
     */
    public record State(int head, int tail, int flags) {
        /** Whether the receiver asks not to be signalled. */
        boolean masked() {
            return (flags & RingLayout.MASK_INT) != 0;
        }
    }

    /** A ring whose buffers are the peer's. */
    LinkRing(Ring ring, EventFd event, Runnable signal, RingPlacement placement) {
        this(ring, event, signal, placement, null);
    }

    /** Whether the slave sends on it. */
    boolean slaveSends() {
        return placement.direction() == Direction.S2M;
    }

    /**
     * Sets or clears the interrupt mask, from any thread. For the receiver, whose word it is.
     *
     * @param masked true: the peer is not to signal
     */
    public void mask(boolean masked) {
        try {
            ring.maskRelease(masked);
            Faults.settle();
        } catch (InternalError e) {
            // Cut short by the peer: the link is about to end.
            Faults.countCaught();
        }
    }

    /**
     * Reads the shared words, from any thread; the data path does not notice.
     *
     * @return empty if the ring's memory is gone
     */
    public Optional<State> state() {
        long faults = Faults.state();
        try {
            State state = new State(ring.headAcquire(), ring.tailAcquire(), ring.flagsAcquire());
            if (Faults.possibleSince(faults)) {
                Faults.settle();
            }
            return Optional.of(state);
        } catch (InternalError e) {
            // Cut short by the peer: the link is about to end.
            Faults.countCaught();
            return Optional.empty();
        }
    }
}
