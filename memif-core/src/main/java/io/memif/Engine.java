package io.memif;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.util.function.Consumer;

/**
 * What both directions share: the ring, the counters, and the way an engine stops for good.
 *
 * <p>One thread at a time. An engine whose link has ended, or whose memory was cut short by the
 * peer, answers like an idle or full one and never throws for it. Calls that read what the peer
 * wrote stand between {@link #enter} and {@link #exit}: the link's memory stays until they are
 * through, so that no call takes zeros for packets.
 */
abstract class Engine extends RegionTable.User {
    final Ring ring;
    final int size;
    final QueueCounters counters;
    private final Consumer<String> fault;

    /** Whether the peer can cut the memory under us. */
    private final boolean canShrink;

    private boolean broken;

    Engine(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            QueueCounters counters,
            Consumer<String> fault) {
        super(table);
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

    /** A load or store hit a page that the peer cut off its file. */
    final void onTruncated(InternalError error) {
        if (!broken) {
            broken = true;
            fault.accept(Faults.reason(error));
        }
    }
}
