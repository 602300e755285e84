package io.memif.internal.control;

import io.memif.Role;
import io.memif.internal.memory.Ring;
import io.memif.internal.observe.FlightRecording;
import io.memif.unix.Timer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees whether the peers of links still move: whether any index that a peer writes has changed
 * since the last look. Memif has no keep-alive, so a peer that is gone behind a proxy which keeps
 * its connection open looks like one with nothing to do, or one that is administratively down.
 *
 * <p>A peer is stalled if it has taken nothing for two seconds although something waits for it. The
 * listener is told. The link ends only if that is configured. On the reactor's thread; looks once a
 * second while links are up, at the words of each ring, so that a thousand links take less than a
 * thousandth of a processor.
 */
final class PeerWatch {
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    static final long STALLED_NS = TimeUnit.SECONDS.toNanos(2);

    private final Reactor reactor;
    private final Set<Watched> links = new LinkedHashSet<>();
    private Timer timer;

    PeerWatch(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Watches a link that came up.
     *
     * @param end called when the peer has been stalled for as long as it may be, saying by what
     * @return for {@link #remove}
     */
    Watched add(Link link, InterfaceSpec spec, LinkSink sink, Consumer<String> end) {
        Watched added = new Watched(link, spec, sink, end, reactor.nanoTime());
        links.add(added);
        if (timer == null) {
            timer = reactor.group().schedule(INTERVAL_NS, this::look);
        } else if (links.size() == 1) {
            timer.restart(INTERVAL_NS);
        }
        return added;
    }

    /** The link went down. */
    void remove(Watched link) {
        links.remove(link);
        if (links.isEmpty() && timer != null) {
            timer.cancel();
        }
    }

    private void look() {
        long now = reactor.nanoTime();
        boolean recording = FlightRecording.isOn();
        List<Watched> overdue = new ArrayList<>();
        for (Watched watched : links) {
            if (recording) {
                watched.sink.recordCounters();
            }
            if (watched.look(now)) {
                overdue.add(watched);
            }
        }
        // Each takes itself off the list, and may be the last.
        timer.restart(INTERVAL_NS);
        overdue.forEach(Watched::end);
    }

    /** One link. */
    static final class Watched {
        private final Link link;
        private final long endAfterNs;
        private final LinkSink sink;
        private final Consumer<String> end;
        private final List<Index> indexes = new ArrayList<>();

        private Watched(
                Link link, InterfaceSpec spec, LinkSink sink, Consumer<String> end, long now) {
            this.link = link;
            this.endAfterNs = spec.endStalledAfterNs();
            this.sink = sink;
            this.end = end;
            for (LinkRing ring : link.rx()) {
                indexes.add(new Index(link.role(), ring, false, now));
            }
            for (int i = 0; i < link.tx().size(); i++) {
                boolean used = i < spec.txQueues();
                indexes.add(new Index(link.role(), link.tx().get(i), used, now));
            }
        }

        /** Whether the link is to end. */
        boolean look(long now) {
            Index longest = null;
            for (Index index : indexes) {
                if (index.look(now)) {
                    link.movement().moved(now);
                }
                if (index.waits && (longest == null || index.sinceNs - longest.sinceNs < 0)) {
                    longest = index;
                }
            }
            long stalledNs = longest == null ? 0 : now - longest.sinceNs;
            if (stalledNs < STALLED_NS) {
                link.movement().stall("");
                return false;
            }
            boolean told = !link.movement().stall().isEmpty();
            String what = longest.describe(stalledNs);
            link.movement().stall(what);
            if (!told) {
                sink.peerStalled(what);
            }
            return endAfterNs > 0 && stalledNs >= endAfterNs;
        }

        void end() {
            end.accept(link.movement().stall());
        }
    }

    /** The index that the peer writes of one ring. */
    private static final class Index {
        private final Role role;
        private final LinkRing ring;
        private final boolean used;
        private int last;
        private boolean started;
        private int lying;

        /** Something lies there for the peer since, and the peer has not moved. */
        private boolean waits;

        private long sinceNs;

        Index(Role role, LinkRing ring, boolean used, long now) {
            this.role = role;
            this.ring = ring;
            this.used = used;
            this.sinceNs = now;
        }

        /** Whether the peer has moved it. */
        boolean look(long now) {
            Optional<LinkRing.State> read = ring.state();
            if (read.isEmpty()) {
                return false;
            }
            LinkRing.State state = read.get();
            int peers = role == Role.SLAVE ? state.tail() : state.head();
            boolean moved = started && peers != last;
            last = peers;
            started = true;
            lying = lying(state);
            boolean still = lying > 0 && !moved;
            if (!still || !waits) {
                sinceNs = now;
            }
            waits = still;
            return moved;
        }

        /**
         * Packets of ours that the peer leaves in the ring. What a slave leaves of its empty
         * buffers is known only when it posts no more of them: some post them late.
         */
        private int lying(LinkRing.State state) {
            if (!used) {
                return 0;
            }
            int ahead = Ring.distance(state.head(), state.tail());
            if (role == Role.SLAVE) {
                return ahead;
            }
            return ahead == 0 && state.tail() != 0 ? ring.ring().size() : 0;
        }

        String describe(long stalledNs) {
            return (ring.slaveSends() ? "S2M" : "M2S")
                    + (" ring " + ring.placement().index())
                    + (": " + lying + " slots wait for the peer, which has not moved for ")
                    + (TimeUnit.NANOSECONDS.toSeconds(stalledNs) + " s");
        }
    }
}
