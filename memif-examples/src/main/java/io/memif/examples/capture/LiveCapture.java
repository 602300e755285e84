package io.memif.examples.capture;

import io.memif.examples.StopSignal;
import io.memif.examples.live.LinkFinder;
import io.memif.examples.live.LiveLink;
import io.memif.examples.live.LiveRing;
import io.memif.examples.live.RingTap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    private final PacketOutput output;
    private final StopSignal stop;
    private final long limit;
    private final long startNs = now();
    private final long startNano = System.nanoTime();
    private long written;
    private long timeNs;

    /** One ring, and the interface of the output that its packets go to. */
    private final class Lane implements RingTap.Sink {
        private final RingTap tap;
        private final int itf;

        private Lane(LiveLink link, LiveRing ring, int snapLength) {
            tap = new RingTap(link, ring, snapLength);
            String from = link.ends().sender(ring.direction());
            String to = link.ends().receiver(ring.direction());
            itf = output.addInterface(link.id() + "/" + ring.name(), from + " -> " + to, null);
        }

        @Override
        public boolean packet(ByteBuffer data, int length, long missed) throws IOException {
            output.packet(itf, timeNs, data, length, missed);
            written++;
            return written < limit;
        }
    }

    /**
     * Finds the links of a process.
     *
     * @param pid its number
     * @param output gets the packets
     * @param snapLength most bytes to keep of each
     * @param limit of packets
     * @param stop ends it
     */
    LiveCapture(int pid, PacketOutput output, int snapLength, long limit, StopSignal stop) {
        this.output = output;
        this.limit = limit;
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

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NS_PER_SECOND + now.getNano();
    }

    /**
     * Captures until there are enough packets, the links are gone, or it is told to stop; then
     * writes the statistics.
     *
     * @return what there was to see, a line for each ring
     */
    List<String> run() throws IOException {
        long lastNs = startNano;
        long lookedNs = startNano;
        boolean pending = false;
        while (written < limit) {
            long nanos = System.nanoTime();
            if (look(nanos)) {
                lastNs = nanos;
                pending = true;
            } else if (pending && nanos - lastNs > QUIET_NS) {
                output.flush();
                pending = false;
            } else if (nanos - Math.max(lastNs, lookedNs) > NS_PER_SECOND) {
                lookedNs = nanos;
                if (links.stream().noneMatch(finder::stands)) {
                    break;
                }
            }
            if (stop.isRequested()) {
                break;
            }
        }
        List<String> lines = new ArrayList<>();
        for (Lane lane : lanes) {
            lines.add(finish(lane));
        }
        output.flush();
        return lines;
    }

    private boolean look(long nanos) throws IOException {
        timeNs = startNs + (nanos - startNano);
        boolean room = output.hasRoom();
        boolean any = false;
        for (Lane lane : lanes) {
            if (!room) {
                lane.tap.skip(nanos);
            } else if (written < limit && lane.tap.poll(nanos, lane)) {
                any = true;
            }
        }
        if (!any) {
            Thread.onSpinWait();
        }
        return any;
    }

    private String finish(Lane lane) throws IOException {
        RingTap tap = lane.tap;
        String numbers =
                String.format(
                        Locale.ROOT,
                        "%s%d slots passed, %d of them missed",
                        tap.isAtLeast() ? "at least " : "",
                        tap.passed(),
                        tap.missed());
        output.statistics(
                lane.itf,
                new PacketOutput.Totals(startNs, timeNs, tap.passed(), tap.missed(), numbers));
        return tap.ring() + ": " + numbers;
    }

    long written() {
        return written;
    }
}
