package io.memif.internal.control;

import io.memif.internal.memory.PublishMark;
import io.memif.internal.memory.Ring;

/**
 * A transmit ring as the {@link StallWatch} sees it: looked at from the moment its sender publishes
 * until nothing is waiting on it.
 */
public final class WatchedRing extends PublishMark {
    private static final int SIGNALS_A_STALL = 8;

    /** Slots that may move between two calm looks; VPP takes 256 before it leaves any lying. */
    private static final int FEW = 64;

    private final StallWatch watch;
    private final LinkRing ring;
    private final int queue;
    private final LinkSink sink;

    /** The next on the list of those that were marked since the last look. */
    WatchedRing next;

    private volatile boolean ended;
    private int lastHead;
    private int lastTail;
    private int signals;
    private boolean idle;

    WatchedRing(StallWatch watch, LinkRing ring, int queue, LinkSink sink) {
        this.watch = watch;
        this.ring = ring;
        this.queue = queue;
        this.sink = sink;
    }

    @Override
    protected void onSet() {
        watch.marked(this);
    }

    /** The link went down: no further look at its memory. */
    void end() {
        ended = true;
    }

    /**
     * Signals the peer if the ring is stalled.
     *
     * @return when it should be looked at again, in nanoseconds from now
     */
    long look() {
        LinkRing.State now = state();
        idle = now == null;
        if (idle) {
            return StallWatch.CALM_NS;
        }
        boolean moved = now.head() != lastHead || now.tail() != lastTail;
        boolean few =
                Ring.distance(now.head(), lastHead) <= FEW
                        && Ring.distance(now.tail(), lastTail) <= FEW;
        lastHead = now.head();
        lastTail = now.tail();
        boolean empty = waiting(now) == 0;
        if (moved || empty || now.masked()) {
            signals = 0;
            idle = !moved && empty;
            return few && empty ? StallWatch.CALM_NS : StallWatch.INTERVAL_NS;
        }
        if (signals == SIGNALS_A_STALL) {
            return StallWatch.INTERVAL_NS;
        }
        signals++;
        sink.signalledAgain(queue);
        ring.signal().run();
        return StallWatch.SOON_NS;
    }

    /** Whether it needs no further look until its sender publishes again. */
    boolean isDone() {
        if (!idle) {
            return false;
        }
        takeOff();
        LinkRing.State now = state();
        boolean missed = now != null && (now.head() != lastHead || now.tail() != lastTail);
        // Unless the sender has marked it itself, and put it on the watch's list.
        return !missed || !set();
    }

    private LinkRing.State state() {
        return ended ? null : ring.state().orElse(null);
    }

    /** Slots that we filled and the peer has not returned. */
    private int waiting(LinkRing.State now) {
        int ahead = Ring.distance(now.head(), now.tail());
        return ring.slaveSends() ? ahead : Math.max(0, ring.ring().size() - ahead);
    }
}
