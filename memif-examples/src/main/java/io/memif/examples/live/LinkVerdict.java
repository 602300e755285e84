package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.examples.live.Observation.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Says of the live links of a process who is to blame if nothing passes: which side does not take,
 * which does not send, who sleeps and was not woken. Looks for a second, from outside.
 */
public final class LinkVerdict {
    private static final long LOOK_NS = 1_000_000_000;
    private static final double OFTEN = 0.5;

    /** VPP and DPDK post buffers of a pool when so many slots are free. */
    private static final int POSTED_IN_BULK = 32;

    private final Processes processes = new Processes();
    private final LiveLink link;

    private LinkVerdict(LiveLink link) {
        this.link = link;
    }

    /**
     * Looks at all links of a process.
     *
     * @param pid its number
     * @param stop ends it early
     * @return a line for each link, and one for each of its rings, indented
     * @throws CommandFailure if there is no such process, it has no link, or we may not look into
     *     it, saying what to do
     * @throws InterruptedException if the thread is interrupted
     */
    public static List<String> of(int pid, StopSignal stop) throws InterruptedException {
        List<LiveLink> links = new LinkFinder().of(pid);
        Observation observation = new Observation(links);
        observation.run(LOOK_NS, stop);
        List<String> lines = new ArrayList<>();
        long now = System.nanoTime();
        for (LiveLink link : links) {
            lines.add(link.toString());
            LinkVerdict verdict = new LinkVerdict(link);
            for (Watched each : observation.rings()) {
                if (each.link() == link) {
                    RingMeter.Report report = each.meter().report(now);
                    lines.add("  " + each.ring() + ": " + verdict.of(each.ring(), report));
                }
            }
        }
        return lines;
    }

    private String of(LiveRing ring, RingMeter.Report seen) {
        String sender = link.ends().sender(ring.direction());
        String receiver = link.ends().receiver(ring.direction());
        if (ring.direction() == Direction.M2S && ring.head() == 0 && ring.tail() == 0) {
            return receiver
                    + " has posted no buffers, so that "
                    + sender
                    + " cannot send"
                    + stopped(Direction.M2S, true);
        }
        if (seen.sent() == 0 && seen.used() == 0) {
            return sender
                    + " sends nothing; "
                    + receiver
                    + " has taken all"
                    + stopped(ring.direction(), false);
        }
        if (seen.taken() == 0 && seen.used() > 0) {
            return notTaken(ring, seen, receiver);
        }
        String rate =
                String.format(
                        Locale.ROOT,
                        "%s%.0f slots/s pass",
                        seen.atLeast() ? "at least " : "",
                        seen.rate());
        if (seen.full() > OFTEN) {
            return String.format(
                    Locale.ROOT,
                    "%s; full for %.0f %% of the time: %s takes slower than %s sends",
                    rate,
                    seen.full() * 100,
                    receiver,
                    sender);
        }
        return rate;
    }

    private String notTaken(LiveRing ring, RingMeter.Report seen, String receiver) {
        String waiting =
                receiver
                        + " takes nothing: "
                        + seen.used()
                        + " of "
                        + ring.slots()
                        + " slots wait"
                        + (seen.used() >= ring.slots() ? ", the ring is full" : "");
        String stopped = stopped(ring.direction(), true);
        if (!stopped.isEmpty()) {
            return waiting + stopped;
        }
        boolean polls = seen.masked() > 0;
        Boolean signalled = polls ? null : isSignalled(ring);
        if (signalled == Boolean.TRUE) {
            return waiting + "; it sleeps and was signalled, but does not look";
        }
        if (ring.direction() == Direction.M2S
                && seen.used() < Math.min(POSTED_IN_BULK, ring.slots())) {
            return "nothing passes; "
                    + seen.used()
                    + " slots are not taken, or not posted again yet, which slaves with a pool of"
                    + " buffers do in bulk";
        }
        if (polls) {
            return waiting
                    + "; it says that it polls: is its interface up, and the thread that polls at"
                    + " work?";
        }
        return waiting
                + (signalled == null
                        ? "; it sleeps until it is signalled"
                        : "; it sleeps and was not woken: the signal was never sent, or lost");
    }

    private String stopped(Direction direction, boolean isReceiver) {
        Owner owner =
                direction == Direction.S2M == isReceiver
                        ? link.ends().master()
                        : link.ends().slave();
        return owner != null && processes.isStopped(owner)
                ? "; " + owner + " is stopped (SIGSTOP or a debugger)"
                : "";
    }

    /**
     * Whether the event of a ring waits to be read; null if it is not known which event that is.
     * The slave makes the events in the order of the rings, and both processes keep them open.
     */
    private Boolean isSignalled(LiveRing ring) {
        List<Owner> owners = link.ends().owners();
        Map<Integer, Long> events = processes.events(owners.get(0));
        events.keySet().retainAll(processes.events(owners.get(owners.size() - 1)).keySet());
        if (owners.size() != 2 || events.size() != link.rings().size()) {
            return null;
        }
        List<Long> counts = List.copyOf(events.values());
        return counts.get(link.rings().indexOf(ring)) > 0;
    }
}
