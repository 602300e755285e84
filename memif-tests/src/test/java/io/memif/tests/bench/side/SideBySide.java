package io.memif.tests.bench.side;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the table: our library and others under the same conditions, in turns. */
@Command(
        name = "side-by-side",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares this library with DPDK's testpmd and Aeron IPC on this machine.",
            "Needs two processors that nobody else uses; writes a table and a chart."
        })
public final class SideBySide implements Callable<Integer> {
    /** Load of a machine on which nobody else works. */
    private static final double QUIET_LOAD = 0.5;

    @Spec private CommandSpec spec;

    @Option(names = "--list", description = "Only say which rows there are.")
    private boolean list;

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "ROW",
            description = "Rows to run, or beginnings of their names (default: all).")
    private List<String> wanted = List.of("");

    @Option(
            names = "--pairs",
            description =
                    "Pairs of runs that each row needs in one state of the machine (default:"
                            + " ${DEFAULT-VALUE}).")
    private int pairs = 5;

    @Option(
            names = "--most-pairs",
            description =
                    "Pairs after which a row is given up, however many were dropped (default: three"
                            + " times --pairs).")
    private int mostPairs;

    @Option(names = "--warmup", description = "Seconds from link-up (default: ${DEFAULT-VALUE}).")
    private double warmUp = 3;

    @Option(names = "--window", description = "Seconds of a window (default: ${DEFAULT-VALUE}).")
    private double window = 0.2;

    @Option(names = "--windows", description = "Windows in a run (default: ${DEFAULT-VALUE}).")
    private int windows = 20;

    @Option(
            names = "--budget",
            paramLabel = "MINUTES",
            description = "Start no pair that would end later (default: ${DEFAULT-VALUE}).")
    private double budget = 120;

    @Option(
            names = "--java",
            split = ",",
            paramLabel = "HOME",
            description = "JDKs to measure (default: the one that runs this).")
    private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

    @Option(
            names = "--gc",
            split = ",",
            paramLabel = "g1|zgc|serial|parallel",
            description = "Collectors to measure (default: g1).")
    private List<String> collectors = List.of("g1");

    @Option(
            names = "--cpus",
            paramLabel = "TESTED,OPPOSITE",
            description = "Processors of the two ends (default: ${DEFAULT-VALUE}).")
    private String cpus = "0,1";

    @Option(
            names = "--peer",
            paramLabel = "PROGRAM",
            defaultValue = "${sys:bench.peer:-}",
            description =
                    "Run rows with this program as the reference, at the other end, and both; see"
                            + " memif-core/docs/benchmark.md (default: the property bench.peer).")
    private String peer = "";

    @Option(
            names = "--baseline",
            paramLabel = "CHECKOUT",
            description =
                    "Run rows that compare this build with another one, in whose checkout mvn"
                            + " package has been run; each against testpmd.")
    private Path baseline;

    @Option(names = "--resume", description = "Keep the pairs of last time, run the missing ones.")
    private boolean resume;

    @Option(names = "--report", description = "Run nothing; write the table of last time again.")
    private boolean reportOnly;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            description = "For all files (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("memif-tests", "target", "side-by-side");

    @Option(
            names = "--publish",
            paramLabel = "README",
            description =
                    "Put the table of this processor into memif-core/docs/measurements beside this"
                            + " file, and the worst result of each row on all processors into it.")
    private Path readme;

    /** Made by main. */
    private SideBySide() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SideBySide()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Row> known = known();
        List<Row> rows = chosen(known);
        if (list) {
            rows.forEach(row -> System.out.printf("%-26s %s%n", row.id(), row.title()));
            return 0;
        }
        List<Jvm> jvms = jvms();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load > QUIET_LOAD && !reportOnly) {
            System.out.printf(
                    "this machine is busy (load %.1f): the figures will say little%n", load);
        }
        PairStore store = PairStore.open(directory.resolve("pairs.jsonl"), resume || reportOnly);
        boolean complete = reportOnly || run(rows, jvms, store);
        Report report = new Report(directory, store, settings());
        report.write(known, jvms);
        if (readme != null) {
            report.publish(readme, jvms);
        }
        return complete ? 0 : 1;
    }

    /** Rows with another program or build are run in place of the usual ones. */
    private List<Row> known() throws IOException {
        List<Row> rows = new ArrayList<>();
        try {
            if (baseline != null) {
                rows.addAll(Rows.against(Build.in(baseline)));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (!peer.isBlank()) {
            rows.addAll(Rows.with(Program.parse(peer)));
        }
        return rows.isEmpty() ? Rows.published() : rows;
    }

    private List<Row> chosen(List<Row> known) {
        List<Row> rows =
                known.stream()
                        .filter(row -> wanted.stream().anyMatch(row.id()::startsWith))
                        .toList();
        if (rows.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no row is called " + wanted);
        }
        return rows;
    }

    private List<Jvm> jvms() throws IOException {
        List<Jvm> jvms = new ArrayList<>();
        try {
            for (Path home : homes) {
                for (String collector : collectors) {
                    jvms.add(Jvm.of(home, collector));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return jvms;
    }

    private String settings() {
        return String.format(
                Locale.ROOT,
                "A pair is a run of ours and one of the reference, back to back. A pair counts if"
                        + " the round trip of a cache line between the two processors, measured"
                        + " before, between and after its runs, changed by no more than %.0f %%;"
                        + " others are dropped. Figures of machine states with different round"
                        + " trips are never mixed. The ratio is the median of the ratios of all"
                        + " pairs, of which %d are wanted; other figures are medians (in brackets"
                        + " the least and the most). Of each run the best quarter of %d windows of"
                        + " %.1f s counts, so that time stolen by others does not decide; the ratio"
                        + " of all windows stands beside. The floor lets machines be compared: the"
                        + " time for a packet, and round trips as multiples of the line round trip."
                        + " 'Lost' is the largest share of its processor that one of the two"
                        + " spinning processes did not get in a run, 'stolen' the largest share of"
                        + " all processor time that the hypervisor gave to others. A result within"
                        + " 3 %% of the goal is 'level'.",
                (LineStates.TOLERANCE - 1) * 100,
                pairs,
                windows,
                window);
    }

    /** Runs what is missing; false if something still is. */
    private boolean run(List<Row> rows, List<Jvm> jvms, PairStore store)
            throws IOException, InterruptedException {
        String missing = TestpmdEnd.missing();
        RunContext.Times times = RunContext.Times.ofSeconds(warmUp, window, windows);
        int most = mostPairs > 0 ? mostPairs : 3 * pairs;
        Campaign campaign =
                new Campaign(
                        store,
                        new PairRunner(Cpus.parse(cpus), times),
                        new Campaign.Amount(pairs, most, budget));
        boolean complete = true;
        for (Row row : rows) {
            if (missing != null && row.needsTestpmd()) {
                System.out.printf("%s: left out, %s%n", row.id(), missing);
                complete = false;
                continue;
            }
            for (Jvm jvm : jvms) {
                complete &= campaign.complete(row, jvm);
                if (!complete && campaign.isOutOfTime()) {
                    System.out.println("the budget is used up; go on with --resume");
                    return false;
                }
            }
        }
        return complete;
    }
}
