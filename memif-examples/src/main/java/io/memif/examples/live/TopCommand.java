package io.memif.examples.live;

import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.JsonLine;
import io.memif.examples.StopSignal;
import io.memif.examples.Terminal;
import io.memif.examples.live.Observation.Watched;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif top}: what passes on the memif links of this machine. */
@Command(
        name = "top",
        sortOptions = false,
        description = {
            "Shows what passes on memif links between other processes: slots per second, how many"
                    + " are used, and for how much of the time a ring is full, which makes its sender"
                    + " wait, or empty. A packet takes one slot, or more if it is longer than a"
                    + " buffer.",
            "A rate with > means \"at least\": an index of 16 bits may have wrapped between two"
                    + " samples."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo memif top",
            "  memif top --pid 4711 --interval 0.5",
            "  memif top --json --count 10"
        })
public final class TopCommand implements Callable<Integer> {
    private static final String CLEAR = "\033[H\033[2J";
    private static final double NS_PER_SECOND = 1e9;
    private static final int PERCENT = 100;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Show only the links of this process.")
    private Integer pid;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Time from one report to the next (default: ${DEFAULT-VALUE}).")
    private double interval = 1;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            description = "End after N reports (default: when stopped).")
    private long count = Long.MAX_VALUE;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    @Mixin private CommonOptions.Help help = new CommonOptions.Help();

    /**
     * The command.
     *
     * @param stop ends it
     */
    public TopCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!(interval > 0 && interval < 1e6) || count < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--interval and --count have to be more than 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        LinkFinder finder = new LinkFinder();
        for (long i = 0; i < count; i++) {
            // Links come and go, so each report looks for them again.
            LinkFinder.Findings found =
                    pid == null
                            ? all(finder)
                            : new LinkFinder.Findings(finder.of(pid), List.of(), "");
            Observation observation = new Observation(found.links());
            boolean goesOn = observation.run((long) (interval * NS_PER_SECOND), stop);
            if (!goesOn) {
                break;
            }
            if (json.isGiven()) {
                json.print(json(found, observation));
            } else {
                out.print(picture(found, observation));
                out.flush();
            }
        }
        return 0;
    }

    private static LinkFinder.Findings all(LinkFinder finder) {
        LinkFinder.Findings found = finder.all();
        if (found.links().isEmpty() && !found.locked().isEmpty()) {
            throw new CommandFailure("found no link, and " + found.complaint());
        }
        return found;
    }

    private static String picture(LinkFinder.Findings found, Observation observation) {
        int links = found.links().size();
        int locked = found.locked().size();
        StringBuilder text = new StringBuilder(Terminal.isOutput() ? CLEAR : "");
        text.append(links == 1 ? "1 link" : links + " links");
        text.append(locked == 0 ? "\n" : ", without those of " + locked + " locked processes\n");
        text.append(
                String.format(
                        Locale.ROOT,
                        "%-10s %-7s %13s %6s %6s %6s %6s %6s  %-8s  %s%n",
                        "link",
                        "ring",
                        "slots/s",
                        "used",
                        "most",
                        "of",
                        "full",
                        "empty",
                        "receiver",
                        "from -> to"));
        long now = System.nanoTime();
        for (Watched each : observation.rings()) {
            RingMeter.Report report = each.meter().report(now);
            Ends ends = each.link().ends();
            Direction direction = each.ring().direction();
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-10d %-7s %13s %6d %6d %6d %5.0f%% %5.0f%%  %-8s  %s -> %s%n",
                            each.link().id(),
                            each.ring().name(),
                            (report.atLeast() ? ">" : "") + Math.round(report.rate()),
                            report.used(),
                            report.most(),
                            each.ring().slots(),
                            report.full() * PERCENT,
                            report.empty() * PERCENT,
                            receiver(report),
                            ends.sender(direction),
                            ends.receiver(direction)));
        }
        return text.toString();
    }

    private static String receiver(RingMeter.Report report) {
        return report.masked() == 1 ? "polls" : report.masked() == 0 ? "sleeps" : "both";
    }

    private static JsonLine json(LinkFinder.Findings found, Observation observation) {
        long now = System.nanoTime();
        List<JsonLine> rings = new ArrayList<>();
        for (Watched each : observation.rings()) {
            RingMeter.Report report = each.meter().report(now);
            rings.add(
                    new JsonLine()
                            .put("link", each.link().id())
                            .put("ring", each.ring().name())
                            .put("from", each.link().ends().sender(each.ring().direction()))
                            .put("to", each.link().ends().receiver(each.ring().direction()))
                            .put("slotsPerSecond", report.rate(), 1)
                            .put("sent", report.sent())
                            .put("taken", report.taken())
                            .put("atLeast", report.atLeast())
                            .put("seconds", report.seconds(), 6)
                            .put("used", report.used())
                            .put("most", report.most())
                            .put("slots", each.ring().slots())
                            .put("full", report.full(), 4)
                            .put("empty", report.empty(), 4)
                            .put("masked", report.masked(), 4));
        }
        return new JsonLine().put("locked", found.locked().size()).put("rings", rings);
    }
}
