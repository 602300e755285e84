package io.memif.examples.tap;

import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Mode;
import io.memif.Role;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.ExitCodes;
import io.memif.examples.JsonLine;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.Progress;
import io.memif.examples.SocketDirectory;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.IpPrefix;
import io.memif.unix.Tap;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memif tap}: gives the host's own stack an interface whose cable is a memif link. */
@Command(
        name = "tap",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Creates a tap, which is a network interface of the host, and connects it to a memif",
            "link until Ctrl-C or SIGTERM. Needs the capability CAP_NET_ADMIN."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif tap memif0 --socket /run/vpp/memif.sock --ip 192.168.1.2/24",
            "  memif tap memif%%d --role master --socket @x --mtu 9000 --ip fd00::2/64"
        })
public final class TapCommand implements Callable<Integer> {
    private static final long LOOK_NS = 200_000_000;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "Name of the tap, up to 15 bytes; the kernel replaces %%d by a number.")
    private String name;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE);

    @Option(
            names = "--mtu",
            paramLabel = "N",
            description = "Longest packet in bytes, up to 9000 (default: ${DEFAULT-VALUE}).")
    private int mtu = 1500;

    @Option(
            names = "--ip",
            paramLabel = "ADDR/PREFIX",
            converter = Converters.Prefix.class,
            description = "Address of the tap, set with ip(8); may be repeated.")
    private List<IpPrefix> addresses = List.of();

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends it
     */
    public TapCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (link.mode() != Mode.ETHERNET) {
            throw new ParameterException(
                    spec.commandLine(), "a tap carries Ethernet frames: leave --mode ip out");
        }
        if (link.queues() != 1) {
            throw new ParameterException(spec.commandLine(), "a tap has one queue");
        }
        if (mtu < Tap.MIN_MTU || mtu > Tap.MAX_MTU) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--mtu " + mtu + " is not within " + Tap.MIN_MTU + " to " + Tap.MAX_MTU);
        }
        if (link.role() == Role.SLAVE) {
            SocketDirectory.check(link.socket());
        }
        PrintWriter news = json.news();
        Patience patience = link.endsWithLink() ? Patience.NONE : Patience.ANNOUNCED;
        LinkReport report = new LinkReport(news, stop, patience);
        try (Tap tap = openTap();
                MemifSocket socket = MemifSocket.open(link.socketConfig("io.memif tap").build());
                MemifInterface itf =
                        socket.addInterface(
                                link.interfaceConfig("memif-" + tap.name())
                                        .listener(report)
                                        .build())) {
            news.printf(
                    Locale.ROOT,
                    "tap %s, mtu %d%s: %s, id %s, socket %s%n",
                    tap.name(),
                    mtu,
                    String.join("", addresses.stream().map(address -> ", " + address).toList()),
                    link.roleName(),
                    link.id(),
                    link.socket());
            news.flush();
            carry(new Pump(tap, itf, stop));
        }
        report.throwFailure();
        return ExitCodes.OK;
    }

    private Tap openTap() throws InterruptedException {
        Tap tap = nameChecked();
        try {
            tap.mtu(mtu);
            for (IpPrefix address : addresses) {
                // No look for duplicates: the link, and with it any neighbour, may come later.
                ip(
                        ("addr add " + address + " dev " + tap.name())
                                + (address.address().isV6() ? " nodad" : ""));
            }
            tap.bringUp();
            return tap;
        } catch (RuntimeException | InterruptedException e) {
            tap.close();
            throw e;
        }
    }

    private Tap nameChecked() {
        try {
            return Tap.open(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void ip(String words) throws InterruptedException {
        String text = "ip " + words;
        try {
            Process process = new ProcessBuilder(text.split(" ")).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CommandFailure("'" + text + "' failed: " + said.trim());
            }
        } catch (IOException e) {
            throw new CommandFailure("cannot run '" + text + "': install iproute2", e);
        }
    }

    private void carry(Pump pump) throws InterruptedException {
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            pump.run(
                    () ->
                            progress.show(
                                    () ->
                                            "to the peer "
                                                    + text(pump.toPeer())
                                                    + " | to the host "
                                                    + text(pump.toHost())),
                    LOOK_NS);
        }
        if (json.isGiven()) {
            json.print(
                    new JsonLine()
                            .put("toPeer", object(pump.toPeer()))
                            .put("toHost", object(pump.toHost())));
        } else {
            json.news().println("to the peer: " + text(pump.toPeer()));
            json.news().println("to the host: " + text(pump.toHost()));
            json.news().flush();
        }
    }

    private static String text(Pump.Figures figures) {
        return String.format(
                Locale.ROOT,
                "%d packets, %d bytes, %d dropped",
                figures.packets(),
                figures.bytes(),
                figures.dropped());
    }

    private static JsonLine object(Pump.Figures figures) {
        return new JsonLine()
                .put("packets", figures.packets())
                .put("bytes", figures.bytes())
                .put("dropped", figures.dropped());
    }
}
