package io.memif;

import io.memif.internal.memory.Faults;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What both directions share: the ring, the counters, and the one method that decides what a failed
 * access to memory means.
 *
 * <p>One thread at a time. An engine whose link has ended, or whose memory was cut short by the
 * peer, returns like an idle or full one and never throws because of it. Calls that read what the
 * peer wrote stand between {@link #enter} and {@link #exit}: the link's memory stays until they are
 * through, so that no call takes zeros for packets.
 */
abstract class Engine extends RegionTable.User {
    private static final AtomicLong SERIALS = new AtomicLong();

    /**
     * Names this engine, for those who must not keep its memory reachable; 1 or more. The engines
     * with which one handle receives from one link share one.
     */
    long serial = SERIALS.incrementAndGet();

    final Ring ring;
    final int size;
    final QueueCounters counters;
    private final Consumer<String> onFault;

    /** Whether a peer can take the memory of our link away. */
    private final boolean canFault;

    /** {@link Faults#state} as the call under way began, or as the claim did that is open. */
    private long faults;

    /** {@link Faults#calm} as the last claim or run of filled packets began. */
    private long calm;

    /** Set by the engine's thread, or by another that found the memory gone; never unset. */
    private boolean broken;

    /**
     * An engine at index 0 of a fresh ring.
     *
     * @param onFault ends the link, with the reason for the operator; called at most once
     */
    Engine(Ring ring, RegionTable table, QueueCounters counters, Consumer<String> onFault) {
        super(table);
        this.ring = ring;
        this.size = ring.size();
        this.counters = counters;
        this.onFault = onFault;
        this.canFault = table.canFault();
    }

    /** Begins a call that touches memory of others: of a handler, a filler or a source. */
    final void watchFaults() {
        long now = Faults.state();
        // Mostly the same, and a load is cheaper than a store while the ring's lines are awaited.
        if (faults != now) {
            faults = now;
        }
    }

    /** Begins a claim or a run of filled packets, during which other calls may be made. */
    final void watchCaught() {
        calm = Faults.calm(faults);
    }

    /**
     * Whether a call has caught a fault since {@link #watchCaught}. It may have been of the source
     * of the packet under way, which must not be staged then: zeros may have been copied.
     */
    final boolean someCaught() {
        return Faults.someCaught(calm);
    }

    /** For {@link #isCalm}, since {@link #watchCaught}. */
    final long calm() {
        return calm;
    }

    /**
     * Whether no memory could fault since {@link #watchFaults}, and no call has caught a fault
     * since {@link #watchCaught}.
     *
     * @param calm what {@link #calm} was then
     */
    static boolean isCalm(long calm) {
        return Faults.state() == calm;
    }

    /** Lets faults of all accesses since {@link #watchFaults} appear here. */
    final void settleAll() {
        if (Faults.possibleSince(faults)) {
            Faults.settle();
        }
    }

    /** Lets faults of accesses to our own memory appear here and not in the caller's code. */
    final void settle() {
        if (canFault) {
            Faults.settle();
        }
    }

    /** The result of accesses to our own memory that turn out to have been sound. */
    final int settled(int result) {
        settle();
        return result;
    }

    final boolean canFault() {
        return canFault;
    }

    /** Whether the memory has been found to be gone. */
    final boolean broken() {
        return broken;
    }

    /**
     * An InternalError came out of a call: a page is missing. It may come from elsewhere: a handler
     * or a copy has touched another link's memory, or the application's own. So every link's memory
     * is looked at, and the link whose memory is gone ends. What no peer can have caused is thrown
     * on: it is the caller's.
     *
     * @param fault came out
     * @param suspect whether our memory is blamed for a fault that a peer has caused and hidden, by
     *     making its file long again meanwhile; else nobody is, and the call has just failed
     * @param source that the call has read, or null
     */
    final void requireLost(InternalError fault, boolean suspect, ByteBuffer source) {
        Faults.countCaught();
        if (RegionTable.findLost() || broken || Faults.someEnded(faults)) {
            return;
        }
        boolean isNobodys = !suspect && !RegionTable.anyCanFault();
        // Looked at once more: a link that has ended since has left no missing page and no trace.
        if ((isNobodys || isCallers(source)) && !Faults.someEnded(faults)) {
            throw fault;
        }
        if (suspect) {
            memoryLost(fault);
        }
    }

    /** Whether the source is memory of the caller's, and of no link, that has lost pages. */
    private static boolean isCallers(ByteBuffer source) {
        return source != null && !RegionTable.isOfLink(source) && Faults.isMissing(source);
    }

    @Override
    protected final void memoryLost(InternalError cut) {
        if (!broken) {
            broken = true;
            onFault.accept(table().reason(cut));
        }
    }
}
