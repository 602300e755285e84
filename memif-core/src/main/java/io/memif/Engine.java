package io.memif;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.Padded;
import io.memif.internal.memory.Ring;
import java.util.function.Consumer;

/**
 * What both directions share: the ring, the counters, and the way an engine stops for good.
 *
 * <p>One thread at a time. An engine whose memory is gone (unmapped by the control thread, or its
 * file cut short by the peer) answers like an idle or full one and never throws for it.
 */
abstract class Engine extends Padded {
    final Ring ring;
    final int size;
    final QueueCounters counters;
    private final Consumer<String> fault;

    /** Whether the peer can cut the memory under us. */
    private final boolean canShrink;

    private boolean broken;

    Engine(Ring ring, boolean canShrink, QueueCounters counters, Consumer<String> fault) {
        this.ring = ring;
        this.size = ring.size();
        this.counters = counters;
        this.fault = fault;
        this.canShrink = canShrink;
    }

    /** Lets faults of the accesses so far appear here and not in the caller's code. */
    final void settle() {
        if (canShrink) {
            Faults.settle();
        }
    }

    /** The result of accesses that turn out to have been sound. */
    final int settled(int result) {
        settle();
        return result;
    }

    final boolean canShrink() {
        return canShrink;
    }

    final boolean broken() {
        return broken;
    }

    /** Reads from all memory with buffers: regions are unmapped one after the other. */
    abstract void touchBuffers();

    /** A load or store hit a page that the peer cut off its file. */
    final void onTruncated(InternalError error) {
        if (!broken) {
            broken = true;
            fault.accept(Faults.reason(error));
        }
    }

    /**
     * An IllegalStateException came out of the engine: swallowed if our memory was unmapped under
     * us (an ordinary end of link), thrown on if it is the caller's own.
     */
    final void onIllegalState(IllegalStateException e) {
        if (!broken) {
            try {
                ring.cookie();
                touchBuffers();
                settle();
            } catch (IllegalStateException unmapped) {
                broken = true;
                // HotSpot throws a thread out of memory that is being unmapped and interrupts it as
                // well. Nobody meant to: left set, the next wait of the application would end.
                Thread.interrupted();
                return;
            } catch (InternalError truncated) {
                onTruncated(truncated);
                return;
            }
            throw e;
        }
    }
}
