package io.memif.examples.perf;

import io.memif.InterfaceConfig;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.examples.Choice;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.JsonLine;
import io.memif.examples.LinkOptions;
import io.memif.examples.StopSignal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
            "Measures a memif link: packets per second, and how long packets take.",
            "If the peer goes away, it ends with the figures so far."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif perf --workload server --role master --socket /tmp/m.sock",
            "      does what the other end needs, like iperf3 -s",
            "  memif perf --workload source --socket /tmp/m.sock",
            "      sends to it; with -R it sends to us",
            "  memif perf --workload source --socket /tmp/m.sock --bidir -P 2",
            "      both ways, two queues with a thread each",
            "  memif perf --workload source --socket /tmp/t.sock --bidir -b 1Mpps --latency",
            "      times every packet that an echo sends back"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured, also when Ctrl-C or the peer ended it",
            "1:no link within 10 s, or a failure",
            "2:wrong usage"
        })
public final class PerfCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final long LINK_TIMEOUT_NS = 10_000_000_000L;
    private static final long LINK_STEP_NS = 50_000_000;
    private static final int MAX_BURST = 16384;
    private static final int USUAL_BURST = 64;

    /** A flush waits for the packets' cache lines, so whoever floods the peer flushes seldom. */
    private static final int FLOOD_BURST = 256;

    private static final String WORKLOADS = "sink|source|echo|pingpong|server";

    private static final String NEEDS_RATE =
            "--latency needs --bitrate at an end that sends, or it would only time a full ring";

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = "--workload",
            paramLabel = WORKLOADS,
            converter = Workload.Word.class,
            description =
                    "Receive, send, send back, time round trips, or do what another memif perf at"
                            + " the other end needs.")
    private Choice<Workload> workload;

    @Option(
            names = {"-R", "--reverse"},
            description = "A source receives instead, and a sink sends; a server adapts.")
    private boolean reverse;

    @Option(
            names = "--bidir",
            description = "As source or sink, send and receive at the same time.")
    private boolean bidir;

    @Option(
            names = {"-P", "--parallel"},
            paramLabel = "N",
            description = "Queue pairs, each with a thread: --queues N --thread-per-queue.")
    private int parallel;

    @Option(
            names = {"-b", "--bitrate"},
            paramLabel = "RATE",
            converter = Rate.Word.class,
            description =
                    "Send at a steady rate, such as 500M (bits of the packets) or 2Mpps (default: as"
                            + " fast as the peer takes packets).")
    private Rate rate;

    @Option(
            names = "--latency",
            description =
                    "Packets carry the time at which they were due; their receiver reports how long"
                            + " they took, and what was lost. Use it at both ends, or with --bidir"
                            + " against an echo. An end that sends needs -b.")
    private boolean latency;

    @Option(
            names = "--touch",
            paramLabel = "none|read|copy",
            converter = Touch.Word.class,
            description =
                    "What a sink does with the bytes: nothing, load all of them, or copy them to"
                            + " the heap (default: ${DEFAULT-VALUE}).")
    private Choice<Touch> touch = new Choice<>("none", Touch.NONE);

    @Option(
            names = {"-l", "--length"},
            paramLabel = "N",
            description = "Length of the packets we send, bytes (default: ${DEFAULT-VALUE}).")
    private int length = 64;

    @Option(
            names = "--burst",
            paramLabel = "N",
            description =
                    "Packets per turn of a queue, and per flush (default: 256 for a source without"
                            + " --bitrate and --bidir, else 64).")
    private Integer burst;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE, RxMode.POLLING);

    @Option(
            names = "--thread-per-queue",
            description = "Use a thread for each queue pair (default: one thread for all).")
    private boolean threadPerQueue;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Warm-up after link-up, not counted (default: ${DEFAULT-VALUE}).")
    private double warmUp = 2;

    @Option(
            names = {"-t", "--seconds"},
            paramLabel = "N",
            description = "How long to measure after that (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "SECONDS",
            description = "Time from one live line to the next (default: ${DEFAULT-VALUE}).")
    private double interval = 1;

    @Option(
            names = "--verify",
            description =
                    "Packets carry a sequence number and a checksum; report what is lost,"
                            + " duplicated, reordered or corrupted. Use it at both ends.")
    private boolean verify;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    private PerfCommand(StopSignal stop) {
        this.stop = stop;
    }

    /**
     * The command with its subcommand.
     *
     * @param stop ends it early
     * @return to be added to another
     */
    public static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new PerfCommand(stop)).addSubcommand(new NdrCommand(stop));
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        if (parallel > 0) {
            link.useQueues(parallel);
        }
        Workload asked = asked();
        PrintWriter out = spec.commandLine().getOut();
        PerfReport report = new PerfReport(out, spec.commandLine().getErr(), json.isGiven());
        LinkWatch watch = new LinkWatch(stop, !link.endsWithLink());
        InterfaceConfig config =
                link.interfaceConfig("memif-perf")
                        .payloadRead(plan(asked).readsPayload())
                        .listener(watch)
                        .build();
        try (MemifSocket socket =
                        MemifSocket.open(link.socketConfig(asked.applicationName()).build());
                MemifInterface itf = socket.addInterface(config)) {
            // Not before it listens: who reads this may send a client that tries only once.
            report.say(
                    String.format(
                            "%s, %s, id %s, socket %s: waiting for the link",
                            asked.word(), link.roleName(), link.id(), link.socket()));
            LinkInfo info = awaitLink(itf, watch);
            if (info == null) {
                return 1;
            }
            report.linkUp(info);
            boolean isServer = asked == Workload.SERVER;
            PerfPlan plan = plan(isServer ? Workload.opposite(info.peerApplicationName()) : asked);
            if (isServer) {
                report.say("the peer needs: " + plan.workload().word());
            }
            if (latency && plan.sends() && rate == null) {
                throw new CommandFailure(NEEDS_RATE);
            }
            report.measures(plan);
            measure(itf, info, plan, watch, report);
            return 0;
        }
    }

    private Workload asked() {
        Workload given = workload.value();
        return bidir ? Workload.BIDIR : reverse ? given.reversed() : given;
    }

    private PerfPlan plan(Workload what) {
        boolean floods = what == Workload.SOURCE && rate == null;
        return new PerfPlan(
                what,
                touch.value(),
                length,
                Template.header(link.mode()),
                burst != null ? burst : floods ? FLOOD_BURST : USUAL_BURST,
                link.rxMode(),
                threadPerQueue || parallel > 0,
                verify,
                latency,
                rate == null ? 0 : rate.packets(length));
    }

    private void check() {
        if (workload == null) {
            throw wrong("Missing required option: '--workload=" + WORKLOADS + "'");
        }
        if (length < 1 || length > PacketWriter.MAX_LENGTH) {
            throw wrong("--length " + length + " is not within 1 to " + PacketWriter.MAX_LENGTH);
        }
        if (burst != null && (burst < 1 || burst > MAX_BURST)) {
            throw wrong("--burst " + burst + " is not within 1 to " + MAX_BURST);
        }
        if (!(warmUp >= 0) || !(seconds > 0) || !(interval > 0)) {
            throw wrong(
                    "--warmup, --seconds and --interval cannot be negative, nor the last two 0");
        }
        checkFlow();
    }

    private void checkFlow() {
        Workload given = workload.value();
        boolean isFlow = given == Workload.SOURCE || given == Workload.SINK;
        if ((reverse || bidir) && !isFlow) {
            throw wrong("--reverse and --bidir need --workload source or sink");
        }
        if (reverse && bidir) {
            throw wrong("--reverse and --bidir exclude each other");
        }
        if (parallel < 0 || parallel > 0 && link.isGiven("--queues")) {
            throw wrong("--parallel is 1 or more, and excludes --queues");
        }
        boolean sends = given == Workload.SERVER || isFlow && asked().sends();
        if (rate != null && !sends) {
            throw wrong("--bitrate is for those that send: source, server, --bidir");
        }
        if (latency && sends && rate == null && given != Workload.SERVER) {
            throw wrong(NEEDS_RATE);
        }
        if (latency && !(isFlow || given == Workload.SERVER)) {
            throw wrong("--latency is for source, sink and server");
        }
        if (latency && verify) {
            throw wrong("--latency and --verify exclude each other");
        }
        sends |= given == Workload.PINGPONG;
        if (verify && sends && length < Stamp.MIN_LENGTH) {
            throw wrong("--verify needs --length " + Stamp.MIN_LENGTH + " or more");
        }
        int least = MixWriter.leastLength(link.mode(), false);
        if (latency && sends && length < least) {
            throw wrong("--latency needs --length " + least + " or more");
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
        Meter meter = new Meter(polling, plan);
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
        boolean receives = plan.receives() && plan.workload() != Workload.PINGPONG;
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
                .put("burst", plan.burst())
                .put("queues", Math.min(info.rxQueues(), info.txQueues()))
                .put("ringSize", info.ringSize())
                .put("bufferSize", link.bufferSize())
                .put("verify", verify)
                .put("bitrate", rate == null ? null : rate.text())
                .put("latency", latency)
                .put("peer", info.peerApplicationName());
    }
}
