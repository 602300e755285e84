package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.examples.live.Observation.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Says of a live link of others who is to blame if nothing passes: which side does not take, which
 * does not send, who sleeps and was not woken. Looks for a second, from outside.
 */
public final class LinkVerdict {
    private static final long LOOK_NS = 1_000_000_000;
    private static final double OFTEN = 0.5;

    /** VPP and DPDK post buffers of a pool when this many slots are free. */
    private static final int POSTED_IN_BULK = 32;

    private final Processes processes = new Processes();
    private final LiveLink link;
    private final List<OfRing> rings = new ArrayList<>();

    /**
     * What is to be said of a ring.
     *
     * @param text one sentence without a full stop
     * @param remedy what to do about it; empty if nothing is wrong
     */
    public record OfRing(String text, String remedy) {}

    private LinkVerdict(LiveLink link) {
        this.link = link;
    }

    /**
     * Looks at all links of a process.
     *
     * @param pid its number
     * @param stop ends it early
     * @return one for each link
     * @throws CommandFailure if there is no such process, it has no link, or we may not look into
     *     it, saying what to do
     * @throws InterruptedException if the thread is interrupted
     */
    public static List<LinkVerdict> of(int pid, StopSignal stop) throws InterruptedException {
        List<LiveLink> links = new LinkFinder().of(pid);
        Observation observation = new Observation(links);
        observation.run(LOOK_NS, stop);
        List<LinkVerdict> verdicts = new ArrayList<>();
        long now = System.nanoTime();
        for (LiveLink link : links) {
            LinkVerdict verdict = new LinkVerdict(link);
            for (Watched each : observation.rings()) {
                if (each.link() == link) {
                    verdict.judge(each.ring(), each.meter().report(now));
                }
            }
            verdicts.add(verdict);
        }
        return verdicts;
    }

    /** {@return one for each of its rings} */
    public List<OfRing> rings() {
        return rings;
    }

    /** Its number and its ends. */
    @Override
    public String toString() {
        return link.toString();
    }

    private void add(LiveRing ring, String text, String remedy) {
        rings.add(new OfRing(ring + ": " + text, remedy));
    }

    private void judge(LiveRing ring, RingMeter.Report seen) {
        String sender = link.ends().sender(ring.direction());
        String receiver = link.ends().receiver(ring.direction());
        if (ring.direction() == Direction.M2S && ring.head() == 0 && ring.tail() == 0) {
            String text = receiver + " has posted no buffers, so that " + sender + " cannot send";
            if (!isStopped(ring, text, true)) {
                String remedy =
                        "start its forwarding (testpmd: start); a libmemif application has to call"
                                + " memif_refill_queue when it is connected";
                add(ring, text, remedy);
            }
        } else if (seen.sent() == 0 && seen.used() == 0) {
            String text = sender + " sends nothing; " + receiver + " has taken all";
            if (!isStopped(ring, text, false)) {
                add(ring, text, "");
            }
        } else if (seen.taken() == 0 && seen.used() > 0) {
            notTaken(ring, seen);
        } else {
            passes(ring, seen);
        }
    }

    private void passes(LiveRing ring, RingMeter.Report seen) {
        String rate =
                String.format(
                        Locale.ROOT,
                        "%s%.0f slots/s pass",
                        seen.atLeast() ? "at least " : "",
                        seen.rate());
        String full =
                String.format(
                        Locale.ROOT,
                        "; full for %.0f %% of the time: %s takes slower than %s sends",
                        seen.full() * 100,
                        link.ends().receiver(ring.direction()),
                        link.ends().sender(ring.direction()));
        add(ring, rate + (seen.full() > OFTEN ? full : ""), "");
    }

    private void notTaken(LiveRing ring, RingMeter.Report seen) {
        String sender = link.ends().sender(ring.direction());
        String receiver = link.ends().receiver(ring.direction());
        String waiting =
                receiver
                        + " takes nothing: "
                        + seen.used()
                        + " of "
                        + ring.slots()
                        + " slots wait"
                        + (seen.used() >= ring.slots() ? ", the ring is full" : "");
        if (isStopped(ring, waiting, true)) {
            return;
        }
        boolean polls = seen.masked() > 0;
        Boolean signalled = polls ? null : isSignalled(ring);
        String look = "see what the thread of " + receiver + " does that serves the ring";
        if (Boolean.TRUE.equals(signalled)) {
            add(ring, waiting + "; it sleeps and was signalled, but does not look", look);
        } else if (ring.direction() == Direction.M2S
                && seen.used() < Math.min(POSTED_IN_BULK, ring.slots())) {
            String text =
                    "nothing passes; "
                            + seen.used()
                            + " slots are not taken, or not posted again yet, which slaves with a"
                            + " pool of buffers do in bulk";
            add(ring, text, "");
        } else if (polls) {
            add(
                    ring,
                    waiting + "; it says that it polls",
                    "set its interface up (VPP: set interface state NAME up), start its forwarding"
                            + " (testpmd: start), or "
                            + look);
        } else if (signalled == null) {
            add(ring, waiting + "; it sleeps until it is signalled", look);
        } else {
            add(
                    ring,
                    waiting + "; it sleeps and was not woken: the signal was never sent, or lost",
                    "let " + sender + " send another packet, or " + receiver + " poll");
        }
    }

    /** Adds to the text that a process is stopped, if it is. */
    private boolean isStopped(LiveRing ring, String text, boolean isReceiver) {
        Owner owner =
                ring.direction() == Direction.S2M == isReceiver
                        ? link.ends().master()
                        : link.ends().slave();
        boolean stopped = owner != null && processes.isStopped(owner);
        if (stopped) {
            add(
                    ring,
                    text + "; " + owner + " is stopped (SIGSTOP or a debugger)",
                    "let it go on: kill -CONT " + owner.pid());
        }
        return stopped;
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
