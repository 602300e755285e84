package io.memif.examples.perf;

import io.memif.InterfaceConfig;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.examples.Choice;
import io.memif.examples.CommandFailure;
import io.memif.examples.JsonLine;
import io.memif.examples.LinkOptions;
import io.memif.examples.StopSignal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif perf}: measures what a link carries. */
@Command(
        name = "perf",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Measures a memif link: packets per second, or the time of a round trip.",
            "Ends with the figures so far when the peer goes away."
        })
public final class PerfCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final long LINK_TIMEOUT_NS = 10_000_000_000L;
    private static final long LINK_STEP_NS = 50_000_000;
    private static final int MAX_BURST = 16384;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = "--workload",
            required = true,
            paramLabel = "sink|source|echo|pingpong",
            converter = Workload.Word.class,
            description = "Receive, send, send back, or time round trips.")
    private Choice<Workload> workload;

    @Option(
            names = "--touch",
            paramLabel = "none|read|copy",
            converter = Touch.Word.class,
            description =
                    "What a sink does with the bytes: nothing, load all of them, or copy them to"
                            + " the heap (default: ${DEFAULT-VALUE}).")
    private Choice<Touch> touch = new Choice<>("none", Touch.NONE);

    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Bytes of the packets we send (default: ${DEFAULT-VALUE}).")
    private int length = 64;

    @Option(
            names = "--burst",
            paramLabel = "N",
            description = "Packets per turn of a queue (default: ${DEFAULT-VALUE}).")
    private int burst = 64;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE, RxMode.POLLING);

    @Option(
            names = "--thread-per-queue",
            description = "A thread for each queue pair (default: one polls all).")
    private boolean threadPerQueue;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "From link-up; does not count (default: ${DEFAULT-VALUE}).")
    private double warmUp = 2;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long to measure after that (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "From one live line to the next (default: ${DEFAULT-VALUE}).")
    private double interval = 1;

    @Option(
            names = "--verify",
            description =
                    "Packets carry a sequence number and a checksum; report what is lost,"
                            + " duplicated, reordered or corrupted. For both sides.")
    private boolean verify;

    @Option(
            names = "--json",
            description = "One line of JSON on standard output, progress on standard error.")
    private boolean json;

    /**
     * The command.
     *
     * @param stop ends it early
     */
    public PerfCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        PerfPlan plan =
                new PerfPlan(
                        workload.value(),
                        touch.value(),
                        length,
                        Template.header(link.mode()),
                        burst,
                        link.rxMode(),
                        threadPerQueue,
                        verify);
        PrintWriter out = spec.commandLine().getOut();
        PerfReport report = new PerfReport(out, spec.commandLine().getErr(), json, plan);
        LinkWatch watch = new LinkWatch(stop, !link.endsWithLink());
        InterfaceConfig config =
                link.interfaceConfig("memif-perf")
                        .payloadRead(plan.readsPayload())
                        .listener(watch)
                        .build();
        try (MemifSocket socket = MemifSocket.open(link.socketConfig("io.memif perf").build());
                MemifInterface itf = socket.addInterface(config)) {
            // Not before it listens: who reads this may send a client that tries only once.
            report.say(
                    String.format(
                            "%s, %s, id %s, socket %s: waiting for the link",
                            plan.workload().word(), link.roleName(), link.id(), link.socket()));
            LinkInfo info = awaitLink(itf, watch);
            if (info == null) {
                return 1;
            }
            report.linkUp(info);
            measure(itf, info, plan, watch, report);
            return 0;
        }
    }

    private void check() {
        if (length < 1 || length > PacketWriter.MAX_LENGTH) {
            throw wrong("--length " + length + " is not within 1 to " + PacketWriter.MAX_LENGTH);
        }
        if (burst < 1 || burst > MAX_BURST) {
            throw wrong("--burst " + burst + " is not within 1 to " + MAX_BURST);
        }
        if (!(warmUp >= 0) || !(seconds > 0) || !(interval > 0)) {
            throw wrong(
                    "--warmup, --seconds and --interval cannot be negative, nor the last two 0");
        }
        boolean sends =
                workload.value() == Workload.SOURCE || workload.value() == Workload.PINGPONG;
        if (verify && sends && length < Stamp.MIN_LENGTH) {
            throw wrong("--verify needs --length " + Stamp.MIN_LENGTH + " or more");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    /** Waits for the link; null if the command was stopped first. */
    private LinkInfo awaitLink(MemifInterface itf, LinkWatch watch) throws InterruptedException {
        long deadline = System.nanoTime() + LINK_TIMEOUT_NS;
        while (watch.link() == null) {
            itf.awaitConnected(Duration.ofNanos(LINK_STEP_NS));
            if (watch.finalFailure() != null) {
                throw watch.finalFailure();
            }
            if (stop.isRequested()) {
                return null;
            }
            if (System.nanoTime() - deadline >= 0) {
                String why = watch.reason() == null ? "no peer came" : watch.reason();
                throw new CommandFailure("no link within 10 s: " + why);
            }
        }
        return watch.link();
    }

    private void measure(
            MemifInterface itf, LinkInfo info, PerfPlan plan, LinkWatch watch, PerfReport report)
            throws InterruptedException {
        RunState state = new RunState();
        byte[] template = Template.packet(link.mode(), length);
        PollingThreads polling = new PollingThreads(itf, plan, template, state, stop);
        polling.start(info);
        PerfTimes times = new PerfTimes(ns(warmUp), ns(seconds), ns(interval));
        Meter meter = new Meter(polling, plan.workload());
        RoundTrips roundTrips = new RoundTrips(polling.recorders());
        Figures figures = new Measurement(meter, times, roundTrips, watch, stop, report).run();
        polling.end();
        if (figures.measured().timeNs() > 0) {
            roundTrips.take();
        }
        Figures.Extras extras =
                new Figures.Extras(roundTrips, polling.timeouts(), polling.findings());
        report.summarise(figures, extras, settings(plan, figures, info));
    }

    private static long ns(double value) {
        return (long) (value * NS_PER_SECOND);
    }

    private JsonLine settings(PerfPlan plan, Figures figures, LinkInfo info) {
        Sample measured = figures.measured();
        boolean receives = plan.workload() == Workload.SINK || plan.workload() == Workload.ECHO;
        long seen =
                receives && measured.packets() > 0
                        ? Math.round((double) measured.bytes() / measured.packets())
                        : length;
        return new JsonLine()
                .put("workload", plan.workload().word())
                .put("role", link.roleName())
                .put("length", seen)
                .put("touch", plan.touch().word())
                .put("rxMode", link.rxModeName())
                .put("burst", burst)
                .put("queues", Math.min(info.rxQueues(), info.txQueues()))
                .put("ringSize", info.ringSize())
                .put("bufferSize", link.bufferSize())
                .put("verify", verify)
                .put("peer", info.peerApplicationName());
    }
}
