package io.memif.examples.perf;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.SingleWriterRecorder;

/** The lanes of a run and the threads that poll them. Used by the command's thread. */
final class PollingThreads {
    private final MemifInterface itf;
    private final PerfPlan plan;
    private final byte[] template;
    private final RunState state;
    private final StopSignal stop;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Verifier> verifiers = new ArrayList<>();
    private final List<Poller> pollers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Throwable failure;

    PollingThreads(
            MemifInterface itf, PerfPlan plan, byte[] template, RunState state, StopSignal stop) {
        this.itf = itf;
        this.plan = plan;
        this.template = template;
        this.state = state;
        this.stop = stop;
    }

    /** Starts polling as many queues as the link has. */
    void start(LinkInfo link) {
        int count =
                switch (plan.workload()) {
                    case SOURCE -> link.txQueues();
                    case SINK -> link.rxQueues();
                    default -> Math.min(link.rxQueues(), link.txQueues());
                };
        List<Lane> together = new ArrayList<>();
        Verifier verifier = null;
        for (int i = 0; i < count; i++) {
            if (verifier == null || plan.threadPerQueue()) {
                verifier = new Verifier(plan.header());
                verifiers.add(verifier);
            }
            Lane lane = lane(i, link, plan.verify() ? verifier : null);
            lanes.add(lane);
            if (plan.threadPerQueue()) {
                addThread(List.of(lane), link.ringSize());
            } else {
                together.add(lane);
            }
        }
        if (!together.isEmpty()) {
            addThread(together, link.ringSize());
        }
        threads.forEach(Thread::start);
    }

    private Lane lane(int i, LinkInfo link, Verifier verifier) {
        return switch (plan.workload()) {
            case SINK -> new SinkLane(itf.rxQueue(i), handler(verifier), plan.burst());
            case SOURCE -> new SourceLane(itf.txQueue(i), writer(i), plan.burst());
            case ECHO ->
                    new EchoLane(itf.rxQueue(i), itf.txQueue(i), plan.burst(), state, verifier);
            case PINGPONG -> new PingLane(itf.rxQueue(i), itf.txQueue(i), writer(i), verifier);
            default -> throw new IllegalArgumentException("workload=" + plan.workload());
        };
    }

    private PacketHandler handler(Verifier verifier) {
        return verifier == null
                ? Handlers.of(plan.touch())
                : new PacketAssembler(verifier, PacketWriter.MAX_LENGTH);
    }

    private PacketWriter writer(int queue) {
        return plan.verify()
                ? new StampingWriter(template, plan.header(), queue)
                : new TemplateWriter(template);
    }

    private void addThread(List<Lane> share, int ringSize) {
        RingPause pause = new RingPause(ringSize * share.size(), System.nanoTime());
        Poller poller = new Poller(share, plan.rxMode(), pause, state);
        Thread thread = new Thread(poller, "perf-" + threads.size());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (failed, cause) -> {
                    failure = cause;
                    stop.request();
                });
        pollers.add(poller);
        threads.add(thread);
    }

    /** Ends all threads. */
    void end() throws InterruptedException {
        state.end();
        pollers.forEach(Poller::wakeUp);
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new CommandFailure("a polling thread failed: " + cause.getMessage(), cause);
        }
    }

    List<Lane> lanes() {
        return lanes;
    }

    List<Poller> pollers() {
        return pollers;
    }

    /** Ids of the polling threads. */
    long[] threadIds() {
        return threads.stream().mapToLong(Thread::getId).toArray();
    }

    /** What the verifiers found; after the end. */
    Verifier.Findings findings() {
        return verifiers.stream()
                .map(Verifier::findings)
                .reduce(new Verifier.Findings(0, 0, 0, 0), Verifier.Findings::plus);
    }

    /** Where the lanes note round trips; none unless they are timed. */
    List<SingleWriterRecorder> recorders() {
        return lanes.stream()
                .filter(PingLane.class::isInstance)
                .map(lane -> ((PingLane) lane).times())
                .toList();
    }

    /** Packets that never came back; after the end. */
    long timeouts() {
        return lanes.stream()
                .mapToLong(lane -> lane instanceof PingLane ping ? ping.timeouts() : 0)
                .sum();
    }
}
