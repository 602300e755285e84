package io.memif.examples.ping;

import io.memif.InterfaceConfig;
import io.memif.InterfaceListener;
import io.memif.MemifException;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.Role;
import io.memif.examples.CommandFailure;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.SocketDirectory;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.icmp.OwnAddresses;
import io.memif.examples.icmp.Responder;
import io.memif.examples.responder.AnswerPath;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif ping}: sends echo requests over a memif link. */
@Command(
        name = "ping",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Asks an IP address on a memif link for echo replies.",
            "Ends with 0 if all requests were answered, 1 if any was not."
        })
public final class PingCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Mixin private LinkOptions link = new LinkOptions(Role.MASTER);

    @Option(
            names = "--target",
            paramLabel = "ADDR",
            converter = Converters.Address.class,
            description = "Whom to ask (default: ${DEFAULT-VALUE}).")
    private IpAddress target = IpAddress.parse("192.168.1.2");

    @Option(
            names = "--source",
            paramLabel = "ADDR/PREFIX",
            converter = Converters.Prefix.class,
            description = "Our own address (default: ${DEFAULT-VALUE}).")
    private IpPrefix source = IpPrefix.parse("192.168.1.1/24");

    @Option(
            names = "--mac",
            paramLabel = "M",
            converter = Converters.Mac.class,
            description = "Our own Ethernet address (default: made from the source address).")
    private MacAddress mac;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Requests to send (default: ${DEFAULT-VALUE}).")
    private long count = 5;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description =
                    "From one request to the next; 0 sends the next when the reply is there"
                            + " (default: ${DEFAULT-VALUE}).")
    private double interval = 1;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the last reply (default: ${DEFAULT-VALUE}).")
    private double timeout = 1;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for the link (default: ${DEFAULT-VALUE}).")
    private double wait = 10;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Bytes of payload (default: ${DEFAULT-VALUE}).")
    private int size = 56;

    @Option(names = "--quiet", description = "Only the summary, not each reply.")
    private boolean quiet;

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
        if (link.role() == Role.SLAVE) {
            SocketDirectory.check(link.socket());
        }
        LastFailure listener = new LastFailure();
        InterfaceConfig config = link.interfaceConfig("memif-ping").listener(listener).build();
        try (MemifSocket socket = MemifSocket.open(link.socketConfig("io.memif ping").build());
                MemifInterface itf = socket.addInterface(config)) {
            awaitLink(itf, listener);
            if (stop.isRequested()) {
                return 1;
            }
            return ping(itf);
        }
    }

    private void check() {
        if (source.address().isV6() != target.isV6()) {
            throw wrong("--source " + source + " and --target " + target + " differ in IP version");
        }
        int longest = EchoProbe.maxSize(target);
        if (size < 0 || size > longest) {
            throw wrong("--size " + size + " is not within 0 to " + longest);
        }
        if (count < 1) {
            throw wrong("--count " + count + " is less than 1");
        }
        if (!(interval >= 0) || !(timeout > 0) || !(wait > 0)) {
            throw wrong("--interval, --timeout and --wait cannot be negative, nor the last two 0");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private void awaitLink(MemifInterface itf, LastFailure listener) throws InterruptedException {
        long deadline = System.nanoTime() + (long) (wait * NS_PER_SECOND);
        long step = 100_000_000;
        while (!itf.awaitConnected(Duration.ofNanos(step)) && !stop.isRequested()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new CommandFailure("no link within " + wait + " s" + listener.explain());
            }
        }
    }

    private int ping(MemifInterface itf) throws InterruptedException {
        MacAddress own = mac == null ? MacAddress.derivedFrom(source.address()) : mac;
        OwnAddresses addresses = new OwnAddresses(List.of(source));
        boolean ethernet = link.mode() == Mode.ETHERNET;
        int id = (int) ProcessHandle.current().pid();
        IpAddress from = source.address();
        Responder responder =
                ethernet ? Responder.ethernet(own, addresses) : Responder.ip(addresses);
        EchoProbe probe =
                ethernet
                        ? EchoProbe.ethernet(own, from, target, id, size)
                        : EchoProbe.ip(from, target, id, size);
        PingReport report = new PingReport(spec.commandLine().getOut(), target, size, quiet);
        Pinger pinger = new Pinger(itf, probe, new AnswerPath(responder), report, stop);
        report.begin();
        pinger.resolve(target.toString());
        long intervalNs = (long) (interval * NS_PER_SECOND);
        pinger.run(new PingPlan(count, intervalNs, (long) (timeout * NS_PER_SECOND)));
        report.summarise();
        return report.isFlawless() ? 0 : 1;
    }

    /** Remembers why there is no link. */
    private static final class LastFailure implements InterfaceListener {
        private volatile String message;

        @Override
        public void onConnectFailed(MemifInterface itf, MemifException cause) {
            message = cause.getMessage();
        }

        @Override
        public void onLinkDown(MemifInterface itf, String reason) {
            message = reason;
        }

        String explain() {
            return message == null ? ": no peer came" : ": " + message;
        }
    }
}
