package io.memif.examples.bridge;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifRegion;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters.Link;
import io.memif.examples.ExitCodes;
import io.memif.examples.JsonLine;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.Progress;
import io.memif.examples.SocketDirectory;
import io.memif.examples.StopSignal;
import io.memif.examples.bridge.Direction.Passed;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memif bridge}: passes packets on between two links. */
@Command(
        name = "bridge",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Forwards packets between two memif links, in order, until Ctrl-C or SIGTERM.",
            "Each end is SOCKET[,OPTION=VALUE]..., with the options of the other commands:",
            "role, id, mode, secret, secret-file, queues, ring-size, buffer-size, rx-mode.",
            "Between two slaves packets stay where they are; otherwise each is copied once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif bridge /run/vpp/memif.sock,id=1 /run/other/memif.sock",
            "  memif bridge /run/memif.sock,role=master,id=1 @dpdk,id=2,secret-file=key --json"
        })
public final class BridgeCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final long LOOK_NS = 200_000_000;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    @Parameters(index = "0", paramLabel = "A", description = "One end.", converter = Link.class)
    private LinkOptions a;

    @Parameters(
            index = "1",
            paramLabel = "B",
            description = "The other end.",
            converter = Link.class)
    private LinkOptions b;

    @Option(
            names = "--copy",
            description =
                    "Keep the memory of two slaves apart, so that neither peer sees the other's.")
    private boolean copy;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "End after N seconds (default: never).")
    private double seconds = Double.POSITIVE_INFINITY;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends it
     */
    public BridgeCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!(seconds > 0)) {
            throw new ParameterException(spec.commandLine(), "--seconds has to be more than 0");
        }
        if (a.mode() != b.mode()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "one end carries " + a.modeName() + " and the other " + b.modeName());
        }
        LinkReport reportA = report(a);
        LinkReport reportB = report(b);
        InterfaceConfig.Builder configA = config(a, reportA);
        InterfaceConfig.Builder configB = config(b, reportB);
        boolean together = a.socket().equals(b.socket());
        try (MemifRegion shared = sharedMemory(configA, configB);
                MemifSocket socketA = open(a);
                MemifSocket socketB = together ? null : open(b)) {
            announce(shared);
            MemifInterface itfA = socketA.addInterface(configA.build());
            MemifInterface itfB = (together ? socketA : socketB).addInterface(configB.build());
            pass(new Direction(itfA, itfB, stop), new Direction(itfB, itfA, stop));
        }
        reportA.throwFailure();
        reportB.throwFailure();
        return ExitCodes.OK;
    }

    private void announce(MemifRegion shared) {
        PrintWriter news = json.news();
        news.println("A: " + text(a));
        news.println("B: " + text(b));
        news.println(
                shared == null
                        ? "packets are copied from one side to the other"
                        : "packets stay where they are, in memory that both peers see");
        news.flush();
    }

    private static String text(LinkOptions end) {
        return end.roleName() + ", id " + end.id() + ", socket " + end.socket();
    }

    private LinkReport report(LinkOptions end) {
        Patience patience = end.endsWithLink() ? Patience.NONE : Patience.ANNOUNCED;
        return new LinkReport(json.news(), end == a ? "A: " : "B: ", stop, patience);
    }

    private static InterfaceConfig.Builder config(LinkOptions end, LinkReport report) {
        if (end.role() == Role.SLAVE) {
            SocketDirectory.check(end.socket());
        }
        return end.interfaceConfig("memif-bridge").listener(report);
    }

    private static MemifSocket open(LinkOptions end) {
        return MemifSocket.open(end.socketConfig("io.memif bridge").build());
    }

    /** Buffers that both peers see, so that a packet can leave from where it came in; or null. */
    private MemifRegion sharedMemory(InterfaceConfig.Builder one, InterfaceConfig.Builder other) {
        boolean possible = a.role() == Role.SLAVE && b.role() == Role.SLAVE && !copy;
        return possible
                ? MemifRegion.builder().name("memif bridge").createForBuffersOf(one, other)
                : null;
    }

    private void pass(Direction there, Direction back) throws InterruptedException {
        Thread one = start(there, "bridge-a-to-b");
        Thread other = start(back, "bridge-b-to-a");
        long start = System.nanoTime();
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            Rates thereRates = new Rates();
            Rates backRates = new Rates();
            while (!stop.await(LOOK_NS) && System.nanoTime() - start < seconds * NS_PER_SECOND) {
                progress.show(
                        () ->
                                "A to B "
                                        + thereRates.since(there.passed())
                                        + " | B to A "
                                        + backRates.since(back.passed()));
            }
        }
        stop.request();
        one.join();
        other.join();
        there.throwFailure();
        back.throwFailure();
        summarise(there.passed(), back.passed(), (System.nanoTime() - start) / NS_PER_SECOND);
    }

    private Thread start(Direction direction, String name) {
        Thread thread = new Thread(direction, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void summarise(Passed there, Passed back, double duration) {
        if (json.isGiven()) {
            json.print(
                    new JsonLine()
                            .put("seconds", duration, 3)
                            .put("aToB", object(there))
                            .put("bToA", object(back)));
        } else {
            json.news().println("A to B: " + text(there));
            json.news().println("B to A: " + text(back));
            json.news().flush();
        }
    }

    private static JsonLine object(Passed passed) {
        return new JsonLine()
                .put("received", passed.received())
                .put("packets", passed.packets())
                .put("bytes", passed.bytes())
                .put("dropped", passed.dropped())
                .put("inPlace", passed.inPlace());
    }

    private static String text(Passed passed) {
        return String.format(
                Locale.ROOT,
                "%d packets, %d bytes, %d of the packets in place; %d dropped",
                passed.packets(),
                passed.bytes(),
                passed.inPlace(),
                passed.dropped());
    }

    /** What passed between two looks. */
    private static final class Rates {
        private Passed last = new Passed(0, 0, 0, 0, 0);
        private long lastNs = System.nanoTime();

        String since(Passed now) {
            long ns = System.nanoTime();
            double passedSeconds = (ns - lastNs) / NS_PER_SECOND;
            String text =
                    String.format(
                            Locale.ROOT,
                            "%.3f Mpkt/s %.3f Gbit/s dropped %d",
                            (now.packets() - last.packets()) / passedSeconds / 1e6,
                            (now.bytes() - last.bytes()) * 8 / passedSeconds / 1e9,
                            now.dropped());
            last = now;
            lastNs = ns;
            return text;
        }
    }
}
