package io.memif;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What both directions share: the ring, the counters, and the one method that decides what a failed
 * access to memory means.
 *
 * <p>One thread at a time. An engine whose link has ended, or whose memory was cut short by the
 * peer, answers like an idle or full one and never throws for it. Calls that read what the peer
 * wrote stand between {@link #enter} and {@link #exit}: the link's memory stays until they are
 * through, so that no call takes zeros for packets.
 */
abstract class Engine extends RegionTable.User {
    /** Engines of links that are up. */
    private static final Set<Engine> LIVE = ConcurrentHashMap.newKeySet();

    final Ring ring;
    final int size;
    final QueueCounters counters;
    private final Consumer<String> onFault;

    /** Whether the peer can cut the memory under us. */
    private final boolean canShrink;

    /** Set by the engine's thread, or by another that found the memory gone; never unset. */
    private boolean broken;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param onFault ends the link, with the reason for the operator; called at most once
     */
    Engine(
            Ring ring,
            RegionTable table,
            boolean canShrink,
            QueueCounters counters,
            Consumer<String> onFault) {
        super(table);
        this.ring = ring;
        this.size = ring.size();
        this.counters = counters;
        this.onFault = onFault;
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

    /** Whether the memory has been found to be gone. */
    final boolean broken() {
        return broken;
    }

    /** Where faults are blamed on this engine's link, too, when another engine meets them. */
    final void attached() {
        LIVE.add(this);
    }

    /** The link is down. */
    final void detached() {
        LIVE.remove(this);
    }

    /**
     * An InternalError came out of a call: a page is missing. It may come from elsewhere: a handler
     * or a copy has touched another link's memory, or the application's own. So every link's memory
     * is looked at, and the link whose memory is gone ends. What nobody has caused is thrown on: it
     * is the caller's.
     *
     * @param fault came out
     * @param suspect whether our memory is blamed for a fault that nobody can be shown to have
     *     caused, as when the peer has made its file long again meanwhile
     */
    final void requireLost(InternalError fault, boolean suspect) {
        if (isGone()) {
            return;
        }
        boolean others = false;
        for (Engine other : LIVE) {
            others |= other != this && other.isGone();
        }
        if (!others && !suspect) {
            throw fault;
        }
        if (!others) {
            fail(fault);
        }
    }

    /** Looks at the memory, and ends the link if its file has been cut short. From any thread. */
    private boolean isGone() {
        try {
            table().probe();
            Faults.settle();
            return false;
        } catch (InternalError cut) {
            fail(cut);
            return true;
        }
    }

    private void fail(InternalError fault) {
        if (!broken) {
            broken = true;
            onFault.accept(Faults.reason(fault));
        }
    }
}
