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

/** Runs the table: our library and others, in the same seat, in turns. */
@Command(
        name = "side-by-side",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares this library with DPDK's testpmd and Aeron IPC on this machine.",
            "Needs two processors that nobody else uses; writes table.md and throughput.svg."
        })
public final class SideBySide implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final int ATTEMPTS = 2;

    /** Load of a machine on which nobody else works. */
    private static final double QUIET_LOAD = 0.5;

    @Spec private CommandSpec spec;

    @Option(names = "--list", description = "Only say which rows there are.")
    private boolean list;

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "ROW",
            description = "Rows to play, or beginnings of their names (default: all).")
    private List<String> wanted = List.of("");

    @Option(names = "--runs", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int runs = 5;

    @Option(names = "--warmup", description = "Seconds from link-up (default: ${DEFAULT-VALUE}).")
    private double warmUp = 3;

    @Option(names = "--window", description = "Seconds of a window (default: ${DEFAULT-VALUE}).")
    private double window = 0.2;

    @Option(names = "--windows", description = "Windows in a run (default: ${DEFAULT-VALUE}).")
    private int windows = 20;

    @Option(
            names = "--budget",
            paramLabel = "MINUTES",
            description = "Start no run that would end later (default: ${DEFAULT-VALUE}).")
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
            paramLabel = "SEAT,PEER",
            description = "Processors of the two ends (default: ${DEFAULT-VALUE}).")
    private String cpus = "0,1";

    @Option(names = "--resume", description = "Keep the runs of last time, play the missing ones.")
    private boolean resume;

    @Option(names = "--report", description = "Play nothing; write the table of last time again.")
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
                    "Put table and picture into this file; the picture itself goes next to it, to"
                            + " memif-tests/src/bench.")
    private Path readme;

    private RunStore store;
    private long longestRunNs;

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
        List<Row> rows = rows();
        if (list) {
            rows.forEach(row -> System.out.printf("%-22s %s%n", row.id(), row.title()));
            return 0;
        }
        List<Jvm> jvms = jvms();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load > QUIET_LOAD && !reportOnly) {
            System.out.printf(
                    "this machine is busy (load %.1f): the figures will say little%n", load);
        }
        store = RunStore.open(directory.resolve("runs.jsonl"), resume || reportOnly);
        boolean complete = reportOnly || play(rows, jvms);
        Report report = new Report(directory, store, settings());
        report.write(Rows.all(), jvms);
        if (readme != null) {
            report.publish(readme);
        }
        return complete ? 0 : 1;
    }

    private List<Row> rows() {
        List<Row> rows =
                Rows.all().stream()
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
                "Each number is a median of %d runs (in brackets the least and the most), taken in"
                        + " turns; of each run the best quarter of %d windows of %.1f s counts, so"
                        + " that time stolen by others does not decide; the ratio of all windows"
                        + " stands beside. 'Lost' is the largest share of its processor that one of"
                        + " the two spinning ends did not get in a run, 'stolen' the largest share"
                        + " of all processor time that the hypervisor gave to others. A ratio within"
                        + " 3 %% of the goal is 'level'.",
                runs,
                windows,
                window);
    }

    /** Plays what is missing; false if something still is. */
    private boolean play(List<Row> rows, List<Jvm> jvms) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + (long) (budget * SECONDS_PER_MINUTE * NS_PER_SECOND);
        String missing = TestpmdEnd.missing();
        boolean complete = true;
        for (Row row : rows) {
            if (missing != null && row.needsTestpmd()) {
                System.out.printf("%s: left out, %s%n", row.id(), missing);
                complete = false;
                continue;
            }
            for (int round = 0; round < runs; round++) {
                for (Run run : Schedule.round(row, jvms, round)) {
                    if (System.nanoTime() + longestRunNs > deadline) {
                        System.out.println("the budget is used up; go on with --resume");
                        return false;
                    }
                    complete &= store.has(run) || play(row, run, jvms);
                }
            }
        }
        return complete;
    }

    private boolean play(Row row, Run run, List<Jvm> jvms)
            throws IOException, InterruptedException {
        Match match = run.reference() ? row.reference() : row.ours();
        Jvm jvm =
                jvms.stream()
                        .filter(each -> each.name().equals(run.jvm()))
                        .findFirst()
                        .orElseThrow();
        Place.Times times = new Place.Times(ns(warmUp), ns(window), windows);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            try {
                Match.Result result = match.play(Cpus.parse(cpus), jvm, times);
                longestRunNs = Math.max(longestRunNs, System.nanoTime() - start);
                Run done =
                        new Run(run.row(), run.reference(), run.jvm(), run.round(), result, null);
                store.add(done);
                System.out.println(Schedule.describe(row, done));
                return true;
            } catch (MatchFailure e) {
                System.out.printf("%s: %s%n", row.id(), e.getMessage());
                store.add(
                        new Run(
                                run.row(),
                                run.reference(),
                                run.jvm(),
                                run.round(),
                                null,
                                e.getMessage()));
            }
        }
        return false;
    }

    private static long ns(double seconds) {
        return (long) (seconds * NS_PER_SECOND);
    }
}
