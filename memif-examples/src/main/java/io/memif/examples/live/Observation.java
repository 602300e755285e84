package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;

/** Looks at the rings of some links two thousand times a second. One thread at a time. */
final class Observation {
    private static final long STEP_NS = 500_000;

    private final List<Watched> watched = new ArrayList<>();

    /** A ring that is looked at. */
    record Watched(LiveLink link, LiveRing ring, RingMeter meter) {}

    Observation(List<LiveLink> links) {
        long now = System.nanoTime();
        for (LiveLink link : links) {
            for (LiveRing ring : link.rings()) {
                watched.add(new Watched(link, ring, new RingMeter(ring, now)));
            }
        }
    }

    List<Watched> rings() {
        return watched;
    }

    /**
     * Looks for a while.
     *
     * @return false if it was told to stop
     */
    boolean run(long durationNs, StopSignal stop) throws InterruptedException {
        long end = System.nanoTime() + durationNs;
        long now = System.nanoTime();
        try {
            while (now - end < 0) {
                if (stop.await(Math.min(STEP_NS, end - now))) {
                    return false;
                }
                now = System.nanoTime();
                for (Watched each : watched) {
                    each.meter().look(now);
                }
            }
        } catch (InternalError e) {
            throw new CommandFailure("the memory of a link is gone: somebody cut its file", e);
        }
        return true;
    }
}
