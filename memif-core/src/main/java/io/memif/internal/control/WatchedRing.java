package io.memif.internal.control;

import io.memif.internal.memory.PublishMark;
import io.memif.internal.memory.Ring;

/**
 * A transmit ring as the {@link StallWatch} sees it: looked at from the moment its sender publishes
 * until nothing is waiting on it.
 */
public final class WatchedRing extends PublishMark {
    private static final int SIGNALS_A_STALL = 8;

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
    protected void onFirst() {
        watch.marked(this);
    }

    @Override
    protected void onMany() {
        watch.hurry();
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
        boolean moved = hasMoved(now);
        boolean few = isFew(now, senderIndex(lastHead, lastTail));
        lastHead = now.head();
        lastTail = now.tail();
        boolean empty = waiting(now) == 0;
        if (moved || empty || now.masked()) {
            signals = 0;
            idle = !moved && empty;
            return few && empty && isCalm() ? StallWatch.CALM_NS : lookIn(StallWatch.INTERVAL_NS);
        }
        if (signals == SIGNALS_A_STALL) {
            return lookIn(StallWatch.INTERVAL_NS);
        }
        signals++;
        sink.signalledAgain(queue);
        ring.signal().run();
        return lookIn(StallWatch.SOON_NS);
    }

    private long lookIn(long ns) {
        soon();
        return ns;
    }

    /** Takes our time from now on, unless many packets have come since we read the ring. */
    private boolean isCalm() {
        int index = senderIndex(lastHead, lastTail);
        calm(index);
        LinkRing.State now = state();
        return now != null && isFew(now, index);
    }

    /** Whether a peer takes all that its sender has published since then in one go. */
    private boolean isFew(LinkRing.State now, int index) {
        return Ring.distance(senderIndex(now.head(), now.tail()), index) <= CALM_SLOTS;
    }

    private int senderIndex(int head, int tail) {
        return ring.slaveSends() ? head : tail;
    }

    private boolean hasMoved(LinkRing.State now) {
        return now.head() != lastHead || now.tail() != lastTail;
    }

    /** Whether it needs no further look until its sender publishes again. */
    boolean isDone() {
        if (!idle) {
            return false;
        }
        off();
        LinkRing.State now = state();
        boolean missed = now != null && hasMoved(now);
        // Unless the sender has marked it itself, and put it on the watch's list.
        return !missed || !resume(senderIndex(lastHead, lastTail));
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
