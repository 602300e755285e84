package io.memif.examples.capture;

import io.memif.examples.StopSignal;
import io.memif.examples.live.LinkFinder;
import io.memif.examples.live.LiveLink;
import io.memif.examples.live.LiveRing;
import io.memif.examples.live.RingTap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Captures on links that other processes run. It looks all the time, since the ends wait for
 * nobody: that takes a processor.
 */
final class LiveCapture {
    private static final long NS_PER_SECOND = 1_000_000_000;
    private static final long QUIET_NS = NS_PER_SECOND / 5;

    private final LinkFinder finder = new LinkFinder();
    private final List<LiveLink> links;
    private final List<Lane> lanes = new ArrayList<>();
    private final PacketSink sink;
    private final StopSignal stop;
    private final long startNs = PacketSink.epochNs();
    private final long startNano = System.nanoTime();
    private long timeNs;

    /** One ring, and the interface of the sink that its packets go to. */
    private final class Lane implements RingTap.Sink {
        private final RingTap tap;
        private final int itf;

        private Lane(LiveLink link, LiveRing ring, int snapLength) {
            tap = new RingTap(link, ring, snapLength);
            String from = link.ends().sender(ring.direction());
            String to = link.ends().receiver(ring.direction());
            itf = sink.add(link.id() + "/" + ring.name(), from + " -> " + to, null);
        }

        @Override
        public boolean packet(ByteBuffer data, int length, long missed) throws IOException {
            sink.packet(itf, timeNs, data, length, missed);
            return sink.wanted() > 0;
        }

        private void end() throws IOException {
            sink.end(itf, "slots", tap.passed(), tap.missed(), tap.isAtLeast());
        }
    }

    /**
     * Finds the links of a process.
     *
     * @param pid its number
     * @param snapLength most bytes to copy of each packet
     * @param sink gets the packets
     * @param stop ends it
     */
    LiveCapture(int pid, int snapLength, PacketSink sink, StopSignal stop) {
        this.sink = sink;
        this.stop = stop;
        links = finder.of(pid);
        links.forEach(LiveLink::requireRegions);
        for (LiveLink link : links) {
            link.rings().forEach(ring -> lanes.add(new Lane(link, ring, snapLength)));
        }
    }

    List<LiveLink> links() {
        return links;
    }

    /** Captures until there are enough packets, the links are gone, or it is told to stop. */
    void run() throws IOException {
        long lastNs = startNano;
        long lookedNs = startNano;
        while (!stop.isRequested()) {
            long nanos = System.nanoTime();
            if (look(nanos)) {
                lastNs = nanos;
            } else if (nanos - lastNs > QUIET_NS) {
                sink.idle();
                if (nanos - Math.max(lastNs, lookedNs) > NS_PER_SECOND) {
                    lookedNs = nanos;
                    if (links.stream().noneMatch(finder::stands)) {
                        break;
                    }
                }
            }
        }
        for (Lane lane : lanes) {
            lane.end();
        }
    }

    private boolean look(long nanos) throws IOException {
        timeNs = startNs + (nanos - startNano);
        boolean room = sink.hasRoom();
        boolean any = false;
        for (Lane lane : lanes) {
            if (!room) {
                lane.tap.skip(nanos);
            } else if (sink.wanted() > 0 && lane.tap.poll(nanos, lane)) {
                any = true;
            }
        }
        if (!any) {
            Thread.onSpinWait();
        }
        return any;
    }
}
