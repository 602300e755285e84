package io.memif.examples.perf;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.RxMode;
import io.memif.TxQueue;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.SingleWriterRecorder;

/** The lanes of a run and the threads that poll them. Used by the command's thread. */
final class PollingThreads {
    private final MemifInterface itf;
    private final PerfPlan plan;
    private final byte[] template;
    private final RunState state;
    private final PollerThreads threads;
    private final List<Lane> sending = new ArrayList<>();
    private final List<Lane> receiving = new ArrayList<>();
    private final List<Verifier> verifiers = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();

    PollingThreads(
            MemifInterface itf, PerfPlan plan, byte[] template, RunState state, StopSignal stop) {
        this.itf = itf;
        this.plan = plan;
        this.template = template;
        this.state = state;
        this.threads = new PollerThreads(plan.rxMode(), state, stop);
    }

    /** Starts polling as many queues as the link has. */
    void start(LinkInfo link) {
        List<List<Lane>> shares = new ArrayList<>();
        Verifier verifier = null;
        for (int i = 0; i < count(link); i++) {
            if (verifier == null || plan.threadPerQueue()) {
                verifier = new Verifier(plan.header());
                verifiers.add(verifier);
            }
            List<Lane> ofQueue = new ArrayList<>();
            if (plan.receives() && i < link.rxQueues()) {
                Lane lane = receiver(i, plan.verify() ? verifier : null);
                receiving.add(lane);
                ofQueue.add(lane);
            }
            if (plan.sends() && i < link.txQueues()) {
                Lane lane = sender(i, link);
                sending.add(lane);
                ofQueue.add(lane);
            }
            shares.add(ofQueue);
        }
        List<Lane> all = shares.stream().flatMap(List::stream).toList();
        for (List<Lane> share : plan.threadPerQueue() ? shares : List.of(all)) {
            // A thread that sleeps until packets come cannot send meanwhile.
            if (plan.sends() && plan.receives() && plan.rxMode() != RxMode.POLLING) {
                addThread(share.stream().filter(receiving::contains).toList(), link);
                addThread(share.stream().filter(sending::contains).toList(), link);
            } else {
                addThread(share, link);
            }
        }
        threads.start();
    }

    private int count(LinkInfo link) {
        int rx = link.rxQueues();
        int tx = link.txQueues();
        if (plan.sends()) {
            return plan.receives() ? Math.max(rx, tx) : tx;
        }
        return plan.workload() == Workload.SINK ? rx : Math.min(rx, tx);
    }

    private void addThread(List<Lane> share, LinkInfo link) {
        if (!share.isEmpty()) {
            // A paced sender comes back when packets are due, not when there is space.
            boolean keepsOff = plan.packetsPerSecond() == 0;
            threads.add(share, keepsOff ? link.ringSize() * share.size() : 0);
        }
    }

    private Lane receiver(int i, Verifier verifier) {
        return switch (plan.workload()) {
            case ECHO ->
                    new EchoLane(itf.rxQueue(i), itf.txQueue(i), plan.burst(), state, verifier);
            case PINGPONG -> new PingLane(itf.rxQueue(i), itf.txQueue(i), writer(i), verifier);
            default -> plan.latency() ? timed(i) : sink(i, verifier);
        };
    }

    private Lane sink(int i, Verifier verifier) {
        PacketHandler handler =
                verifier == null
                        ? Handlers.of(plan.touch())
                        : new PacketAssembler(verifier, PacketWriter.MAX_LENGTH);
        return new SinkLane(itf.rxQueue(i), handler, plan.burst());
    }

    private Lane timed(int i) {
        Tally tally = new Tally(0, plan.header(), 1);
        tallies.add(tally);
        return new TimedLane(itf.rxQueue(i), plan.burst(), tally);
    }

    private Lane sender(int i, LinkInfo link) {
        TxQueue tx = itf.txQueue(i);
        if (plan.packetsPerSecond() == 0) {
            return new SourceLane(tx, writer(i), plan.burst());
        }
        double share = plan.packetsPerSecond() / link.txQueues();
        PacedLane lane = new PacedLane(tx, writer(i));
        lane.send(PacedLane.Load.endless(new Pace(share, plan.burst(), link.ringSize())));
        return lane;
    }

    private PacketWriter writer(int queue) {
        if (plan.latency()) {
            Mix same = Mix.of(template.length);
            return new MixWriter(itf.config().mode(), same, Flows.ONE, queue);
        }
        return plan.verify()
                ? new StampingWriter(template, plan.header(), queue)
                : new TemplateWriter(template);
    }

    /** Ends all threads. */
    void end() throws InterruptedException {
        threads.end();
    }

    /** The lanes whose packets count: those that receive, unless none does. */
    List<Lane> lanes() {
        return plan.receives() ? receiving : sending;
    }

    /** The other lanes: those that send, where both directions are measured. */
    List<Lane> lanesBesides() {
        return plan.receives() ? sending : List.of();
    }

    /** Turns of all lanes so far. */
    long turns() {
        return threads.turns();
    }

    /** Ids of the polling threads. */
    long[] threadIds() {
        return threads.ids();
    }

    /** What verifiers and sequence numbers found; after the end. */
    Verifier.Findings findings() {
        return Stream.concat(
                        verifiers.stream().map(Verifier::findings),
                        tallies.stream().map(Tally::findings))
                .reduce(new Verifier.Findings(0, 0, 0, 0), Verifier.Findings::plus);
    }

    /** Where the lanes note times; none unless packets are timed. */
    List<SingleWriterRecorder> recorders() {
        return Stream.concat(
                        receiving.stream()
                                .filter(PingLane.class::isInstance)
                                .map(lane -> ((PingLane) lane).times()),
                        tallies.stream().map(Tally::times))
                .toList();
    }

    /** Packets that never came back; after the end. */
    long timeouts() {
        return receiving.stream()
                .mapToLong(lane -> lane instanceof PingLane ping ? ping.timeouts() : 0)
                .sum();
    }
}
