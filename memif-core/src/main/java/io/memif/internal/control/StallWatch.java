package io.memif.internal.control;

import io.memif.unix.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Signals peers again that asked for signals, got one, and left packets lying: VPP in interrupt
 * mode takes at most 256 packets a wake-up, and does not come back for the rest by itself.
 *
 * <p>A ring is stalled if its peer has taken nothing of what is waiting since the last look. It is
 * signalled a bounded number of times until the peer moves: some peers return empty buffers late,
 * which looks the same from here. On the reactor's thread; looks only at rings on which packets
 * were published and are not taken. When nothing has been published for a second the watch sleeps,
 * and the next sender wakes it: an idle link costs nothing.
 */
final class StallWatch {
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** After a signal: a peer that takes 256 packets a signal has many more to be told about. */
    static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(2);

    /** While few packets move and none of them wait: waking this thread is what a look costs. */
    static final long CALM_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long SLEEPS_AFTER_NS = TimeUnit.SECONDS.toNanos(1);

    private final Reactor reactor;
    private final AtomicReference<WatchedRing> marked = new AtomicReference<>();
    private final List<WatchedRing> busy = new ArrayList<>();
    private Timer timer;
    private int links;
    private long looks;
    private long lastBusyNs;

    /** Whether a sender that marks its ring has to wake the reactor. */
    private volatile boolean asleep;

    StallWatch(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Watches the transmit rings of a link that comes up, as far as there are queues for them.
     *
     * @return by queue; the sender of each has to say when it publishes. If there are none, there
     *     is nothing to {@link #remove}
     */
    List<WatchedRing> add(Link link, int queues, LinkSink sink) {
        List<WatchedRing> rings = new ArrayList<>();
        for (int queue = 0; queue < Math.min(queues, link.tx().size()); queue++) {
            rings.add(new WatchedRing(this, link.tx().get(queue), queue, sink));
        }
        if (rings.isEmpty()) {
            return rings;
        }
        if (timer == null) {
            timer = reactor.group().schedule(CALM_NS, this::look);
        }
        if (links == 0) {
            lastBusyNs = reactor.nanoTime();
            timer.restart(CALM_NS);
        }
        links++;
        return rings;
    }

    /** The link that {@link #add} watched went down. */
    void remove(List<WatchedRing> rings) {
        rings.forEach(WatchedRing::end);
        links--;
        if (links == 0) {
            timer.cancel();
            marked.set(null);
            busy.clear();
            asleep = false;
        }
    }

    /** A sender has published on a ring of which the watch knew nothing. From any thread. */
    void marked(WatchedRing ring) {
        WatchedRing head;
        do {
            head = marked.get();
            ring.next = head;
        } while (!marked.compareAndSet(head, ring));
        if (asleep) {
            reactor.wakeUp();
        }
    }

    /** The reactor's turn begins: a sender may have woken it. */
    void awake() {
        if (asleep && marked.get() != null) {
            asleep = false;
            timer.restart(INTERVAL_NS);
        }
    }

    /** How many looks at rings there have been so far. */
    long looks() {
        return looks;
    }

    private void look() {
        WatchedRing added = marked.getAndSet(null);
        while (added != null) {
            WatchedRing next = added.next;
            added.next = null;
            busy.add(added);
            added = next;
        }
        looks += busy.size();
        long now = reactor.nanoTime();
        long wait = CALM_NS;
        if (!busy.isEmpty()) {
            lastBusyNs = now;
        }
        for (WatchedRing ring : busy) {
            wait = Math.min(wait, ring.look());
        }
        busy.removeIf(WatchedRing::isDone);
        if (now - lastBusyNs < SLEEPS_AFTER_NS) {
            timer.restart(wait);
            return;
        }
        asleep = true;
        // A sender that marked its ring before this has not seen that the watch sleeps.
        awake();
    }
}
