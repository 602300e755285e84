package io.memif.examples.responder;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.Role;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.SocketDirectory;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.IpPrefix;
import io.memif.examples.icmp.MacAddress;
import io.memif.examples.icmp.OwnAddresses;
import io.memif.examples.icmp.ReplyCounters;
import io.memif.examples.icmp.Responder;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif icmp-responder}: an interface that answers ping. */
@Command(
        name = "icmp-responder",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Answers ARP, ICMP echo, IPv6 neighbour solicitation and ICMPv6 echo",
            "for its own addresses, until Ctrl-C or SIGTERM."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif icmp-responder --demo",
            "  memif icmp-responder --socket /run/vpp/memif.sock --ip 192.168.1.2/24",
            "  memif icmp-responder --role master --socket @ping --ip fd00::2/64 --mode ip"
        })
public final class IcmpResponderCommand implements Callable<Integer> {
    private static final long DEMO_PINGS = 5;

    /** Longest wait for the peer to take the last answers before the link goes down. */
    private static final long LINGER_NS = 1_000_000_000;

    private static final long LOOK_NS = 200_000;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE);

    @Option(
            names = "--ip",
            paramLabel = "ADDR/PREFIX",
            converter = Converters.Prefix.class,
            description = "Own address, IPv4 or IPv6; may be repeated (default: 192.168.1.2/24).")
    private List<IpPrefix> addresses = List.of(IpPrefix.parse("192.168.1.2/24"));

    @Option(
            names = "--mac",
            paramLabel = "M",
            converter = Converters.Mac.class,
            description = "Own Ethernet address (default: derived from the first own address).")
    private MacAddress mac;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after N echo replies; with --demo, send N requests.")
    private Long count;

    @Option(
            names = "--demo",
            description = "Start a peer that pings in a second JVM, and end with it.")
    private boolean demo;

    /**
     * The command.
     *
     * @param stop ends it
     */
    public IcmpResponderCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        if (count != null && count < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--count " + count + " is less than 1");
        }
        if (!demo) {
            Patience patience = link.endsWithLink() ? Patience.NONE : Patience.ANNOUNCED;
            respond(link.interfaceConfig("memif-responder"), patience, budget());
            return 0;
        }
        if (link.isSocketGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "--demo makes a socket of its own: leave --socket out");
        }
        return runDemo();
    }

    private AnswerBudget budget() {
        return new AnswerBudget(count == null ? AnswerBudget.UNLIMITED : count);
    }

    private int runDemo() throws Exception {
        InterfaceConfig.Builder config = link.interfaceConfig("memif-responder").reconnect(true);
        long pings = count == null ? DEMO_PINGS : count;
        try (PingProcess ping = PingProcess.start(link, addresses.get(0), pings)) {
            ping.onExit(stop::request);
            link.useSocket(ping.socket());
            respond(config, Patience.SILENT, new AnswerBudget(AnswerBudget.UNLIMITED));
            return ping.exitCode() == 0 ? 0 : 1;
        }
    }

    private void respond(InterfaceConfig.Builder config, Patience patience, AnswerBudget budget)
            throws InterruptedException {
        if (link.role() == Role.SLAVE) {
            SocketDirectory.check(link.socket());
        }
        PrintWriter out = spec.commandLine().getOut();
        OwnAddresses own = new OwnAddresses(addresses);
        MacAddress address = mac == null ? MacAddress.derivedFrom(addresses.get(0).address()) : mac;
        LinkReport report = new LinkReport(out, stop, patience);
        ReplyCounters totals = new ReplyCounters();
        try (MemifSocket socket =
                        MemifSocket.open(link.socketConfig("io.memif icmp-responder").build());
                MemifInterface itf = socket.addInterface(config.listener(report).build())) {
            out.printf(
                    "%s, id %s, %s, socket %s: answering for %s%s%n",
                    link.roleName(),
                    link.id(),
                    link.modeName(),
                    link.socket(),
                    String.join(", ", own.prefixes().stream().map(IpPrefix::toString).toList()),
                    link.mode() == Mode.ETHERNET ? " at " + address : "");
            out.flush();
            ResponderThreads threads = new ResponderThreads(stop);
            for (int i = 0; i < itf.rxQueueCount(); i++) {
                Responder responder =
                        link.mode() == Mode.ETHERNET
                                ? Responder.ethernet(address, own)
                                : Responder.ip(own);
                AnswerPath answers = new AnswerPath(responder, budget);
                threads.start(new QueueResponder(itf, i, answers, budget, stop));
            }
            stop.await();
            threads.end(totals);
            linger(itf, budget);
        }
        report.throwFailure();
        out.println(totals.summary());
        out.flush();
    }

    /** The threads of the queues have ended: the queues are ours now. */
    private static void linger(MemifInterface itf, AnswerBudget budget) {
        long end = System.nanoTime() + LINGER_NS;
        while (budget.isUsedUp() && !isDrained(itf) && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private static boolean isDrained(MemifInterface itf) {
        return IntStream.range(0, itf.txQueueCount()).allMatch(i -> itf.txQueue(i).isDrained());
    }
}
