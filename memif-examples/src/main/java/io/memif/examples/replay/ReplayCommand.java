package io.memif.examples.replay;

import io.memif.Role;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.LinkedInterface;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import io.memif.examples.pcap.CaptureReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code memif replay}: sends the packets of a capture file. */
@Command(
        name = "replay",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Sends the packets of a pcap or pcapng file, in their order, and waits for a slow peer.",
            "ETHERNET goes over a link in ethernet mode, RAW over one in ip mode; other link types"
                    + " are refused. Of a packet that was cut, it sends as much as the file has."
        },
        exitCodeList = {
            "  0:The peer has taken every packet that has bytes.",
            "  1:Packets were too long or not taken, the file is broken, or the link went down.",
            "  2:Wrong usage."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif replay web.pcapng --socket /run/vpp/memif.sock",
            "  memif replay web.pcapng --bits 100M --loop 10 --json",
            "  tcpdump -w - -U | memif replay - --role master --socket @traffic"
        })
public final class ReplayCommand implements Callable<Integer> {
    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A pcap or pcapng file; - is standard input.")
    private Path file;

    @ArgGroup private Speed speed = new Speed();

    /** How fast to send: one of these. */
    static final class Speed {
        @Option(
                names = "--rate",
                paramLabel = "PPS",
                converter = Converters.Amount.class,
                description = "Send this many packets a second, such as 1500 or 1.5M.")
        private Double packets;

        @Option(
                names = "--bits",
                paramLabel = "BPS",
                converter = Converters.Amount.class,
                description = "Send this many bits a second, such as 100M.")
        private Double bits;

        @Option(
                names = "--realtime",
                description = "Send with the gaps that the file has; this is the default.")
        private boolean realTime;

        @Option(names = "--topspeed", description = "Send as fast as the peer takes packets.")
        private boolean topSpeed;

        Pace pace() {
            return packets != null
                    ? Pace.packets(packets)
                    : bits != null ? Pace.bits(bits) : topSpeed ? Pace.topSpeed() : Pace.realTime();
        }

        boolean isZero() {
            return packets != null && packets == 0 || bits != null && bits == 0;
        }
    }

    @Option(
            names = "--loop",
            paramLabel = "N",
            description = "Send the file N times; 0: until stopped (default: ${DEFAULT-VALUE}).")
    private long loop = 1;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE);

    @Mixin private CommonOptions.Wait wait = new CommonOptions.Wait();

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    /**
     * The command.
     *
     * @param stop ends it early
     */
    public ReplayCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        check();
        PrintWriter text = json.news();
        ReplayReport report = new ReplayReport();
        LinkReport news = new LinkReport(text, stop, Patience.SILENT);
        // What is wrong with the file is said before a peer hears of us.
        try (CaptureReader first = open();
                LinkedInterface linked = LinkedInterface.open(link, "replay", news)) {
            text.printf(
                    "%s, id %s, %s, socket %s: waiting for the link%n",
                    link.roleName(), link.id(), link.modeName(), link.socket());
            text.flush();
            if (!linked.awaitLink(wait.seconds(), stop)) {
                news.throwFailure();
                return 1;
            }
            CommandFailure failure = null;
            try (Progress progress = new Progress(spec.commandLine().getErr())) {
                play(first, new Replayer(linked, speed.pace(), report, progress, stop));
            } catch (CommandFailure e) {
                failure = e;
            }
            text.println(report.text());
            if (json.isGiven()) {
                json.print(report.toJson());
            }
            if (failure != null) {
                throw failure;
            }
            return report.isComplete() ? 0 : 1;
        }
    }

    private void check() {
        if (loop < 0) {
            throw new ParameterException(spec.commandLine(), "--loop " + loop + " is less than 0");
        }
        if (isStandardInput() && loop != 1) {
            throw new ParameterException(
                    spec.commandLine(), "standard input cannot be read again: leave --loop out");
        }
        if (speed.isZero()) {
            throw new ParameterException(spec.commandLine(), "--rate and --bits cannot be 0");
        }
    }

    private boolean isStandardInput() {
        return file.toString().equals("-");
    }

    private CaptureReader open() {
        try {
            return isStandardInput() ? CaptureReader.open(System.in) : CaptureReader.open(file);
        } catch (IOException e) {
            throw explain(e);
        }
    }

    private CommandFailure explain(IOException e) {
        String why = e instanceof NoSuchFileException ? "there is no such file" : e.getMessage();
        return new CommandFailure(file + ": " + why, e);
    }

    private void play(CaptureReader first, Replayer replayer) throws InterruptedException {
        try {
            replayer.play(first);
            for (long i = 1; i != loop && !stop.isRequested(); i++) {
                try (CaptureReader again = open()) {
                    replayer.play(again);
                }
            }
        } catch (IOException e) {
            throw explain(e);
        } finally {
            replayer.finish();
        }
    }
}
