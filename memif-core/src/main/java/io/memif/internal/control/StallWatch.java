package io.memif.internal.control;

import io.memif.internal.memory.Ring;
import io.memif.unix.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Signals peers again that asked for signals, got one, and left packets lying: VPP in interrupt
 * mode takes at most 256 packets a wake-up, and does not come back for the rest by itself.
 *
 * <p>A ring is stalled if its peer has taken nothing of what is waiting since the last look. It is
 * signalled a bounded number of times until the peer moves: some peers return empty buffers late,
 * which looks the same from here. On the reactor's thread; looks only while links are up.
 */
final class StallWatch {
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** After a signal: a peer that takes 256 packets a signal has many more to be told about. */
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int SIGNALS_A_STALL = 8;

    private final Reactor reactor;
    private final List<Watched> links = new ArrayList<>();
    private Timer timer;

    StallWatch(Reactor reactor) {
        this.reactor = reactor;
    }

    private record Watched(Link link, List<Outgoing> rings) {}

    /** Watches the transmit rings of a link that came up, as far as there are queues for them. */
    void add(Link link, int queues, LinkSink sink) {
        List<Outgoing> rings = new ArrayList<>();
        for (int queue = 0; queue < Math.min(queues, link.tx().size()); queue++) {
            rings.add(new Outgoing(link.tx().get(queue), queue, sink));
        }
        links.add(new Watched(link, rings));
        if (timer == null) {
            timer = reactor.group().schedule(INTERVAL_NS, this::look);
        } else if (links.size() == 1) {
            timer.restart(INTERVAL_NS);
        }
    }

    /** The link went down. */
    void remove(Link link) {
        links.removeIf(watched -> watched.link() == link);
        if (links.isEmpty() && timer != null) {
            timer.cancel();
        }
    }

    private void look() {
        boolean signalled = false;
        for (Watched watched : links) {
            for (Outgoing ring : watched.rings()) {
                signalled |= ring.look();
            }
        }
        timer.restart(signalled ? SOON_NS : INTERVAL_NS);
    }

    /** One transmit ring, and what it looked like last time. */
    private static final class Outgoing {
        private final LinkRing ring;
        private final int queue;
        private final LinkSink sink;
        private int lastHead;
        private int lastTail;
        private int signals;

        Outgoing(LinkRing ring, int queue, LinkSink sink) {
            this.ring = ring;
            this.queue = queue;
            this.sink = sink;
        }

        /** Whether the peer has been signalled. */
        boolean look() {
            LinkRing.State now = ring.state().orElse(null);
            if (now == null) {
                return false;
            }
            boolean moved = now.head() != lastHead || now.tail() != lastTail;
            lastHead = now.head();
            lastTail = now.tail();
            if (moved || now.masked() || waiting(now) == 0) {
                signals = 0;
                return false;
            }
            if (signals == SIGNALS_A_STALL) {
                return false;
            }
            signals++;
            sink.signalledAgain(queue);
            ring.signal().run();
            return true;
        }

        /** Slots that we filled and the peer has not returned. */
        private int waiting(LinkRing.State now) {
            int ahead = Ring.distance(now.head(), now.tail());
            return ring.slaveSends() ? ahead : Math.max(0, ring.ring().size() - ahead);
        }
    }
}
