package io.memif.examples.ping;

import io.memif.InterfaceListener;
import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.Role;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkedInterface;
import io.memif.examples.StopSignal;
import io.memif.examples.Terminal;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.icmp.OwnAddresses;
import io.memif.examples.icmp.Responder;
import io.memif.examples.responder.AnswerPath;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memif ping}: sends echo requests over a memif link. */
@Command(
        name = "ping",
        sortOptions = false,
        sortSynopsis = false,
        description = "Sends echo requests to an IP address on a memif link, as ping does.",
        exitCodeOnExecutionException = 2,
        exitCodeList = {
            "  0:At least one reply came; with -c and -w, as many as -c says.",
            "  1:No reply came; with -c and -w, too few came.",
            "  2:Wrong usage, no link, or another failure."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif ping 192.168.1.2 --ip 192.168.1.1/24 -c 5",
            "  memif ping fd00::2 --role slave --socket /run/vpp/memif.sock",
            "  memif ping 10.0.0.2 -f -c 100000 -q --mode ip"
        })
public final class PingCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;

    /** Without a reply, requests of a flood leave at this distance. */
    private static final long FLOOD_GAP_NS = 10_000_000;

    private static final int V4_SUBNET = 24;
    private static final int V6_SUBNET = 64;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "ADDRESS",
            converter = Converters.Address.class,
            description = "Address to ping, on the link itself (default: 192.168.1.2).")
    private IpAddress address;

    @Mixin private LinkOptions link = new LinkOptions(Role.MASTER);

    @Option(
            names = "--target",
            paramLabel = "ADDRESS",
            converter = Converters.Address.class,
            description = "The address to ping, as an option.")
    private IpAddress target;

    @Option(
            names = {"--ip", "--source"},
            paramLabel = "ADDRESS/PREFIX",
            converter = Converters.Prefix.class,
            description = "Our own address (default: one next to the address to ping).")
    private IpPrefix source;

    @Option(
            names = "--mac",
            paramLabel = "M",
            converter = Converters.Mac.class,
            description = "Our own Ethernet address (default: derived from our IP address).")
    private MacAddress mac;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            description = "End after N replies or requests (default: when stopped).")
    private Long count;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "SECONDS",
            description =
                    "Time from one request to the next; with 0, the next goes out when the reply has"
                            + " come, or after 10 ms (default: 1, with -f 0).")
    private Double interval;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "N",
            description = "Bytes of payload (default: ${DEFAULT-VALUE}).")
    private int size = 56;

    @Option(
            names = {"-f", "--flood"},
            description =
                    "On a terminal, show a dot for each request that is not answered yet, and no line"
                            + " for each reply; without -i, send a request on each reply.")
    private boolean flood;

    @Option(
            names = {"-w", "--deadline"},
            paramLabel = "SECONDS",
            description =
                    "End after this time, with the first error, or with -c when N replies have come.")
    private double deadline;

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "SECONDS",
            description =
                    "How long to wait for the last replies when none has come at all (default:"
                            + " ${DEFAULT-VALUE}).")
    private double timeout = 10;

    @Mixin private CommonOptions.Wait wait = new CommonOptions.Wait();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the summary.")
    private boolean quiet;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends it early
     */
    public PingCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (LinkedInterface linked =
                LinkedInterface.open(link, "ping", new InterfaceListener() {})) {
            if (!linked.awaitLink(wait.seconds(), stop)) {
                return 1;
            }
            double gap = interval != null ? interval : flood ? 0 : 1;
            PingPlan plan =
                    new PingPlan(
                            count == null ? 0 : count,
                            gap == 0,
                            gap == 0 ? FLOOD_GAP_NS : ns(gap),
                            ns(timeout),
                            ns(deadline));
            PingReport report = ping(linked.itf(), plan);
            boolean tooFew = plan.deadlineNs() > 0 && report.received() < plan.count();
            return report.received() == 0 || tooFew ? 1 : 0;
        }
    }

    private static long ns(double seconds) {
        return (long) (seconds * NS_PER_SECOND);
    }

    private void check() {
        if (address != null && target != null) {
            throw wrong("ADDRESS and --target exclude each other");
        }
        if (address != null) {
            target = address;
        } else if (target == null) {
            target = IpAddress.parse("192.168.1.2");
        }
        if (source == null) {
            source = new IpPrefix(target, target.isV6() ? V6_SUBNET : V4_SUBNET).neighbour();
        }
        if (source.address().isV6() != target.isV6()) {
            throw wrong("--ip " + source + " and " + target + " differ in IP version");
        }
        int longest = EchoProbe.maxSize(target);
        if (size < 0 || size > longest) {
            throw wrong("--size " + size + " is not within 0 to " + longest);
        }
        if (count != null && count < 1) {
            throw wrong("--count " + count + " is less than 1");
        }
        boolean isBackwards = interval != null && !(interval >= 0);
        if (isBackwards || !(deadline >= 0) || !(timeout > 0)) {
            throw wrong(
                    "--interval, --deadline and --timeout cannot be negative, nor the last one 0");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private PingReport ping(MemifInterface itf, PingPlan plan) throws InterruptedException {
        MacAddress ownMac = mac == null ? MacAddress.derivedFrom(source.address()) : mac;
        OwnAddresses addresses = new OwnAddresses(List.of(source));
        boolean ethernet = link.mode() == Mode.ETHERNET;
        int id = (int) ProcessHandle.current().pid();
        IpAddress own = source.address();
        Responder responder =
                ethernet ? Responder.ethernet(ownMac, addresses) : Responder.ip(addresses);
        EchoProbe probe =
                ethernet
                        ? EchoProbe.ethernet(ownMac, own, target, id, size)
                        : EchoProbe.ip(own, target, id, size);
        PingReport report = new PingReport(json.news(), target, size, detail());
        report.begin();
        new Pinger(itf, probe, own, new AnswerPath(responder), report, stop).run(plan);
        report.summarise(flood || plan.onReply());
        if (json.isGiven()) {
            json.print(report.toJson());
        }
        return report;
    }

    private PingReport.Detail detail() {
        if (quiet || flood && !(json.isGiven() ? Terminal.isError() : Terminal.isOutput())) {
            return PingReport.Detail.QUIET;
        }
        return flood ? PingReport.Detail.DOTS : PingReport.Detail.LINES;
    }
}
