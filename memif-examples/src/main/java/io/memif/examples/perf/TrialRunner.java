package io.memif.examples.perf;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Offers loads to a device and counts what comes back. Each packet of a trial is tried once, when
 * it is due: one that finds the ring full is lost, as it would be with a network card. A generator
 * that is held up goes on for a tenth of the trial longer; packets that it has no time for even
 * then count as lost as well. Used by the command's thread.
 */
final class TrialRunner implements RateSearch.Device, AutoCloseable {
    private static final double NS_PER_SECOND = 1e9;
    private static final double LONGEST = 1.1;
    private static final long STEP_NS = 1_000_000;

    /** Nothing comes any more when nothing has come for so long. */
    private static final long QUIET_NS = 50_000_000;

    /** From this load on one packet of sixteen is timed. */
    private static final long MANY = 500_000;

    private static final int ONE_IN_MANY = 16;
    private static final int RUNS = 1 << 16;

    /** With no more processors than that the device needs all but one. */
    private static final int FEW_PROCESSORS = 2;

    /**
     * What is sent.
     *
     * @param mix lengths
     * @param header bytes at a packet's start that belong to its protocols
     * @param burst packets at once
     * @param threadPerQueue whether each queue pair has a thread
     */
    record Traffic(Mix mix, int header, int burst, boolean threadPerQueue) {}

    /**
     * A way through the device.
     *
     * @param from where packets are sent
     * @param to where they come back
     * @param flows addresses of the packets that go this way
     */
    record Way(MemifInterface from, MemifInterface to, Flows flows) {}

    private final Traffic traffic;
    private final DeviceLinks links;
    private final StopSignal stop;
    private final PollerThreads threads;
    private final List<TxQueue> txQueues = new ArrayList<>();
    private final List<RxQueue> rxQueues = new ArrayList<>();
    private final List<PacedLane> sources = new ArrayList<>();
    private final List<TimedLane> sinks = new ArrayList<>();
    private final Tally nothing;
    private int ringSize;
    private int runs;

    /**
     * Starts threads that poll.
     *
     * @param ways through the device, one or two
     * @param traffic of all trials
     * @param links are looked at during trials
     * @param stop ends trials early
     */
    TrialRunner(List<Way> ways, Traffic traffic, DeviceLinks links, StopSignal stop) {
        this.traffic = traffic;
        this.links = links;
        this.stop = stop;
        this.threads = new PollerThreads(RxMode.POLLING, new RunState(), stop);
        this.nothing = new Tally(0, traffic.header(), 1);
        ways.forEach(this::addLanes);
        addThreads();
        threads.start();
    }

    private void addLanes(Way way) {
        LinkInfo out = way.from().linkInfo();
        LinkInfo back = way.to().linkInfo();
        ringSize = out.ringSize();
        for (int i = 0; i < out.txQueues(); i++) {
            TxQueue tx = way.from().txQueue(i);
            MixWriter writer =
                    new MixWriter(
                            way.from().config().mode(), traffic.mix(), way.flows(), sources.size());
            txQueues.add(tx);
            sources.add(new PacedLane(tx, writer));
        }
        for (int i = 0; i < back.rxQueues(); i++) {
            RxQueue rx = way.to().rxQueue(i);
            rxQueues.add(rx);
            sinks.add(new TimedLane(rx, traffic.burst(), nothing));
        }
    }

    private void addThreads() {
        if (traffic.threadPerQueue()) {
            for (int i = 0; i < Math.max(sources.size(), sinks.size()); i++) {
                List<Lane> share = new ArrayList<>();
                share.addAll(sources.subList(Math.min(i, sources.size()), end(i, sources)));
                share.addAll(sinks.subList(Math.min(i, sinks.size()), end(i, sinks)));
                threads.add(share, 0);
            }
        } else if (Runtime.getRuntime().availableProcessors() > FEW_PROCESSORS) {
            threads.add(sources, 0);
            threads.add(sinks, 0);
        } else {
            List<Lane> all = new ArrayList<>(sources);
            all.addAll(sinks);
            threads.add(all, 0);
        }
    }

    private static int end(int i, List<?> lanes) {
        return Math.min(i + 1, lanes.size());
    }

    @Override
    public TrialResult run(long load, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        runs = runs % (RUNS - 1) + 1;
        int oneIn = load < MANY ? 1 : ONE_IN_MANY;
        List<Tally> tallies =
                sinks.stream().map(any -> new Tally(runs, traffic.header(), oneIn)).toList();
        turnTo(tallies);
        long before = received();
        List<PacedLane.Load> loads = new ArrayList<>();
        for (PacedLane each : sources) {
            double share = (double) load / sources.size();
            long packets = Math.max(1, Math.round(share * seconds));
            Pace pace = new Pace(share, traffic.burst(), ringSize / 2);
            long longestNs = (long) (seconds * LONGEST * NS_PER_SECOND);
            loads.add(PacedLane.Load.of(pace, packets, longestNs, runs));
            each.send(loads.get(loads.size() - 1));
        }
        while (!stop.await(STEP_NS) && !loads.stream().allMatch(PacedLane.Load::isOver)) {
            links.check();
        }
        long sent = loads.stream().mapToLong(each -> each.tried() - each.refused()).sum();
        drain(before + sent);
        turnTo(sinks.stream().map(any -> nothing).toList());
        return stop.isRequested() ? null : result(load, seconds, start, loads, tallies);
    }

    /** Waits until each lane counts with its next tally. */
    private void turnTo(List<Tally> next) throws InterruptedException {
        for (int i = 0; i < sinks.size(); i++) {
            sinks.get(i).turnTo(next.get(i));
        }
        for (int i = 0; i < sinks.size(); i++) {
            while (!sinks.get(i).hasTurnedTo(next.get(i)) && !stop.isRequested()) {
                links.check();
                Thread.sleep(0, (int) STEP_NS / 2);
            }
        }
    }

    private long received() {
        return sinks.stream().mapToLong(each -> each.counters().get(Counter.PACKETS)).sum();
    }

    /** Waits until all have come back, or nothing comes any more. */
    private void drain(long expected) throws InterruptedException {
        long last = received();
        long since = System.nanoTime();
        while (last < expected && System.nanoTime() - since < QUIET_NS && !stop.await(STEP_NS)) {
            links.check();
            long now = received();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
        }
        // Should somebody else's packets be among them, ours may still be on their way.
        stop.await(STEP_NS);
    }

    private static TrialResult result(
            long load,
            double seconds,
            long start,
            List<PacedLane.Load> loads,
            List<Tally> tallies) {
        long refused = loads.stream().mapToLong(PacedLane.Load::refused).sum();
        long unsent = loads.stream().mapToLong(PacedLane.Load::unsent).sum();
        long tried = loads.stream().mapToLong(PacedLane.Load::tried).sum();
        long passedNs = loads.stream().mapToLong(PacedLane.Load::passedNs).max().orElse(0);
        long duplicated = 0;
        long damaged = 0;
        long received = 0;
        Histogram times = new Histogram(Tally.LONGEST_NS, PingLane.DIGITS);
        for (Tally each : tallies) {
            duplicated += each.findings().duplicated();
            damaged += each.damaged();
            received += each.received();
            times.add(each.times().getIntervalHistogram());
        }
        return new TrialResult(
                load,
                seconds,
                Math.max(seconds, passedNs / NS_PER_SECOND),
                (System.nanoTime() - start) / NS_PER_SECOND,
                tried + unsent,
                refused,
                unsent,
                received - duplicated,
                duplicated,
                damaged,
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99));
    }

    /** Ends the threads; others may use the queues then. */
    @Override
    public void close() {
        try {
            threads.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        txQueues.forEach(TxQueue::handOver);
        rxQueues.forEach(RxQueue::handOver);
    }
}
