package io.memif.examples.perf;

import io.memif.Role;
import io.memif.RxMode;
import io.memif.examples.CommandFailure;
import io.memif.examples.CommonOptions;
import io.memif.examples.Converters;
import io.memif.examples.LinkOptions;
import io.memif.examples.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memif perf ndr}: finds the highest rate that a device forwards without loss. */
@Command(
        name = "ndr",
        sortOptions = false,
        sortSynopsis = false,
        description = {
            "Finds the highest rates that a device forwards without loss (NDR) and with little loss"
                    + " (PDR), in one search, as FD.io CSIT's MLRsearch does.",
            "The device sends packets back on the link that they came on, or with --back on another."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  memif perf ndr --socket /tmp/in.sock --back /tmp/out.sock --size 64,imix",
            "      through a device with two links",
            "  memif perf ndr --role master --socket /tmp/a.sock --sum 3 --plot ndr.svg",
            "      back over the same link; a quick look, and a picture"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all rates were found",
            "1:no link within 10 s, a link that went down, or a failure",
            "2:wrong usage",
            "3:the time was over, or the search was stopped, before all rates were found"
        })
final class NdrCommand implements Callable<Integer> {
    private static final int INCOMPLETE = 3;
    private static final int MAX_BURST = 16384;
    private static final int MOST_SOURCES = 256;
    private static final double PERCENT = 100;

    private final StopSignal stop;

    @Spec private CommandSpec spec;

    @Mixin private LinkOptions link = new LinkOptions(Role.SLAVE, RxMode.POLLING);

    @Option(
            names = "--back",
            paramLabel = "SOCKET[,role=R][,id=N]...",
            converter = Converters.Link.class,
            description = "A second link, on which the packets come back; options as above.")
    private LinkOptions back;

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "N|imix",
            converter = Mix.Word.class,
            description =
                    "Length of the packets in bytes, or imix: 7 of 64 (78 in Ethernet with IPv6), 4 of"
                            + " 570 and one of 1518. A list means a search for each (default: 64).")
    private List<Mix> mixes = List.of(Mix.parse("64"));

    @Mixin private FlowOptions flowOptions = new FlowOptions();

    @Option(
            names = {"-R", "--reverse"},
            description = "Send from the --back link to the first one.")
    private boolean reverse;

    @Option(
            names = "--bidir",
            description = "Send both ways at once, half of the rate each; rates are sums.")
    private boolean bidir;

    @Option(
            names = {"-P", "--parallel"},
            paramLabel = "N",
            description = "Queue pairs, each with a thread (default: one thread, or two).")
    private int parallel;

    @Option(
            names = "--burst",
            paramLabel = "N",
            description = "Packets per turn of a queue (default: ${DEFAULT-VALUE}).")
    private int burst = 64;

    @Option(
            names = "--loss",
            split = ",",
            paramLabel = "PERCENT",
            description = "Loss that is allowed; 0 is the NDR (default: 0,0.5).")
    private List<Double> losses = List.of(0.0, 0.5);

    @Option(
            names = "--width",
            paramLabel = "PERCENT",
            description = "How near the two bounds must be (default: ${DEFAULT-VALUE}).")
    private double width = 0.5;

    @Option(
            names = "--exceed",
            paramLabel = "PERCENT",
            description = "Part of the trials that may lose more (default: ${DEFAULT-VALUE}).")
    private double exceed = 50;

    @Option(
            names = "--first-trial",
            paramLabel = "SECONDS",
            description = "Duration of the first trials (default: ${DEFAULT-VALUE}).")
    private double firstTrial = 1;

    @Option(
            names = "--trial",
            paramLabel = "SECONDS",
            description = "Duration of the trials that decide (default: ${DEFAULT-VALUE}).")
    private double trial = 1;

    @Option(
            names = "--sum",
            paramLabel = "SECONDS",
            description = "Total of the trials that decide a rate (default: ${DEFAULT-VALUE}).")
    private double sum = 21;

    @Option(
            names = "--time-limit",
            paramLabel = "SECONDS",
            description =
                    "Longest search; then it prints what it knows (default: ${DEFAULT-VALUE}).")
    private double limit = 600;

    @Option(
            names = "--min",
            paramLabel = "RATE",
            converter = Rate.Word.class,
            description = "Lowest rate to try, such as 1G or 2Mpps (default: ${DEFAULT-VALUE}).")
    private Rate least = Rate.parse("1Kpps");

    @Option(
            names = "--max",
            paramLabel = "RATE",
            converter = Rate.Word.class,
            description = "Highest rate to try (default: ${DEFAULT-VALUE}).")
    private Rate most = Rate.parse("100Mpps");

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Warm-up at the highest rate, not counted (default: ${DEFAULT-VALUE}).")
    private double warmUp = 2;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw all trials in an SVG file.")
    private Path plot;

    @Mixin private CommonOptions.Json json = new CommonOptions.Json();

    NdrCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        Flows flows = flowOptions.flows();
        check(flows);
        List<LinkOptions> options = new ArrayList<>(List.of(link));
        if (back != null) {
            back.useRxMode(RxMode.POLLING);
            options.add(back);
        }
        if (parallel > 0) {
            options.forEach(each -> each.useQueues(parallel));
        }
        NdrReport report =
                new NdrReport(
                        spec.commandLine().getOut(), spec.commandLine().getErr(), json.isGiven());
        try (DeviceLinks links = new DeviceLinks(options)) {
            report.waiting(options);
            if (!links.await(stop)) {
                return INCOMPLETE;
            }
            boolean isComplete = true;
            for (Mix mix : fitted(flows)) {
                isComplete = !stop.isRequested() && search(mix, flows, links, report) && isComplete;
            }
            report.end(link.modeName(), flows, bidir, plot);
            return isComplete ? 0 : INCOMPLETE;
        }
    }

    private List<Mix> fitted(Flows flows) {
        int least = MixWriter.leastLength(link.mode(), flows.isV6());
        return mixes.stream().map(mix -> mix.atLeast(least)).toList();
    }

    private List<TrialRunner.Way> ways(Flows flows, DeviceLinks links) {
        TrialRunner.Way there = new TrialRunner.Way(links.out(), links.back(), flows);
        TrialRunner.Way back = new TrialRunner.Way(links.back(), links.out(), flows.reversed());
        return bidir ? List.of(there, back) : List.of(reverse ? back : there);
    }

    private boolean search(Mix mix, Flows flows, DeviceLinks links, NdrReport report)
            throws InterruptedException {
        int header = Template.header(link.mode(), flows.isV6());
        TrialRunner.Traffic traffic = new TrialRunner.Traffic(mix, header, burst, parallel > 0);
        long lowest = Math.max(1, (long) least.packets(mix.mean()));
        long highest = Math.max(1, (long) most.packets(mix.mean()));
        try (TrialRunner runner = new TrialRunner(ways(flows, links), traffic, links, stop)) {
            report.begins(mix);
            warmUp(runner, highest, mix);
            RateSearch.Plan plan =
                    new RateSearch.Plan(
                            lowest,
                            highest,
                            width / PERCENT,
                            exceed / PERCENT,
                            firstTrial,
                            trial,
                            sum,
                            limit);
            RateSearch.Device device = (load, seconds) -> report.trial(runner.run(load, seconds));
            RateSearch search = new RateSearch(plan, goals(), device);
            List<RateSearch.Found> found = search.run();
            report.found(mix, found, search.trials());
            return found.stream().allMatch(RateSearch.Found::isComplete);
        }
    }

    /** First as fast as it goes, then what of that came back. */
    private void warmUp(TrialRunner runner, long highest, Mix mix) throws InterruptedException {
        if (warmUp == 0) {
            return;
        }
        TrialResult fast = runner.run(highest, warmUp / 2);
        if (fast != null && fast.received() == 0) {
            throw new CommandFailure(
                    "none of "
                            + (fast.offered() - fast.refused() - fast.unsent())
                            + " packets of "
                            + mix.title()
                            + " came back: does the device send them on, and to this link?");
        }
        if (fast != null) {
            runner.run(Math.max(1, (long) fast.receivedRate()), warmUp / 2);
        }
    }

    private List<RateSearch.Goal> goals() {
        long partial = losses.stream().filter(loss -> loss > 0).count();
        return losses.stream()
                .sorted()
                .map(
                        loss ->
                                new RateSearch.Goal(
                                        loss == 0 ? "NDR" : partial == 1 ? "PDR" : "PDR " + loss,
                                        loss / PERCENT))
                .toList();
    }

    private void check(Flows flows) {
        if ((reverse || bidir) && back == null) {
            throw wrong("--reverse and --bidir need --back");
        }
        if (reverse && bidir) {
            throw wrong("--reverse and --bidir exclude each other");
        }
        if (parallel < 0 || parallel > 0 && link.isGiven("--queues")) {
            throw wrong("--parallel is 1 or more, and excludes --queues");
        }
        int pairs = Math.max(parallel, link.queues());
        if (pairs * (bidir ? 2 : 1) > MOST_SOURCES) {
            throw wrong("no more than " + MOST_SOURCES + " queues can send");
        }
        if (link.rxMode() != RxMode.POLLING) {
            throw wrong("--rx-mode can only be polling here");
        }
        if (back != null && back.mode() != link.mode()) {
            throw wrong("both links need the same --mode");
        }
        if (burst < 1 || burst > MAX_BURST) {
            throw wrong("--burst " + burst + " is not within 1 to " + MAX_BURST);
        }
        checkSizes(flows);
        checkSearch(flows);
    }

    private void checkSizes(Flows flows) {
        int shortest = MixWriter.leastLength(link.mode(), flows.isV6());
        for (Mix mix : fitted(flows)) {
            if (mix.shortest() < shortest || mix.longest() > PacketWriter.MAX_LENGTH) {
                throw wrong(
                        String.format(
                                Locale.ROOT,
                                "--size %s is not within %d to %d",
                                mix,
                                shortest,
                                PacketWriter.MAX_LENGTH));
            }
        }
    }

    private void checkSearch(Flows flows) {
        for (Mix mix : fitted(flows)) {
            if (least.packets(mix.mean()) > most.packets(mix.mean())) {
                throw wrong("--min " + least + " is more than --max " + most);
            }
        }
        if (losses.stream().anyMatch(loss -> !(loss >= 0 && loss < PERCENT))) {
            throw wrong("--loss " + Collections.max(losses) + " is not within 0 to 100");
        }
        if (!(width > 0 && width < PERCENT) || !(exceed >= 0 && exceed < PERCENT)) {
            throw wrong("--width and --exceed are percentages, and --width cannot be 0");
        }
        if (!(firstTrial > 0) || !(trial >= firstTrial) || !(sum >= trial) || !(limit > 0)) {
            throw wrong("--first-trial, --trial and --sum are more than 0, in rising order");
        }
        if (!(warmUp >= 0)) {
            throw wrong("--warmup cannot be negative");
        }
        if (plot != null && !Files.isDirectory(plot.toAbsolutePath().getParent())) {
            throw wrong("--plot " + plot + ": there is no such directory");
        }
        if (plot != null && Files.exists(plot) && !Files.isWritable(plot)) {
            throw wrong("--plot " + plot + " cannot be written by this user");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
