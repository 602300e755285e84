package io.memif.tests.bench.side;

import static io.memif.tests.bench.side.Build.CURRENT;
import static io.memif.tests.bench.side.TestpmdEnd.TESTPMD;

import io.memif.tests.bench.side.Setup.Gauge;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All rows of the table. */
final class Rows {
    /** Sizes in the chart; those with a goal of their own are in the middle and at both ends. */
    static final List<Integer> SIZES = List.of(64, 256, 512, 1024, 1500);

    /** Sizes that are compared with other programs and builds. */
    private static final List<Integer> FEW_SIZES = List.of(64, 512, 1500);

    /** Packets a second at which echoes sleep. */
    private static final List<Integer> SLOW_RATES = List.of(1_000, 10_000);

    private static final int SHORT = SIZES.get(0);
    private static final Map<Metric, Double> AS_FAST = Map.of(Metric.RATE, 1.0);
    private static final Map<Metric, Double> TWICE = Map.of(Metric.RATE, 2.0);
    private static final Map<Metric, Double> QUEUES = Map.of(Metric.RATE, 0.9);
    private static final Map<Metric, Double> LIBRARY = Map.of(Metric.RATE, 0.9);
    private static final String NONE = "";

    private Rows() {}

    /** The rows of the published tables. */
    static List<Row> published() {
        Opponents testpmd = new Opponents(TESTPMD, TESTPMD, NONE);
        List<Row> rows = new ArrayList<>();
        for (int size : SIZES) {
            rows.add(testpmd.sink(size, false));
            rows.add(testpmd.source(size, false));
        }
        rows.add(testpmd.sink(SHORT, true));
        rows.add(testpmd.source(SHORT, true));
        rows.add(copied());
        rows.add(inPlace("none", "lengths read", TWICE));
        rows.add(inPlace("read", "all bytes read", AS_FAST));
        rows.add(bare("in-place", "in place, lengths read", "none"));
        rows.add(bare("copy", "copying", "copy"));
        rows.add(testpmd.echo("64 B there and back, polling: our echo, against testpmd io"));
        rows.add(queues());
        rows.add(idle());
        return rows;
    }

    /**
     * Rows with another program: in place of testpmd as the reference, at the other end of the
     * link, and both.
     */
    static List<Row> with(Program program) {
        List<Row> rows = new ArrayList<>();
        rows.addAll(few(new Opponents(program, TESTPMD, "/program")));
        rows.addAll(few(new Opponents(TESTPMD, program, "/program-opposite")));
        rows.addAll(few(new Opponents(program, program, "/program-both")));
        String title =
                "64 B there and back, polling: our echo, against " + program.echo(true).title();
        rows.add(new Opponents(program, TESTPMD, "/program").echo(title));
        SLOW_RATES.forEach(rate -> rows.add(sleeping(program, rate)));
        return rows;
    }

    /**
     * Echoes that sleep: what they cost at a rate that leaves them nothing to do most of the time.
     */
    private static Row sleeping(Program program, int rate) {
        End theirs = program.sleepingEcho(true);
        JavaEnd load =
                CURRENT.perf("source", false, "--bidir", "--latency", "--bitrate", rate + "pps");
        Map<Metric, Double> goals = new EnumMap<>(Metric.class);
        goals.putAll(Map.of(Metric.P50, 1.0, Metric.CPU, 1.0));
        return new Row(
                "interrupt-" + rate + "/program",
                String.format(
                        Locale.ROOT,
                        "64 B there and back at %,d packets/s, interrupt mode: our echo, against %s",
                        rate,
                        theirs.title()),
                goals,
                new Setup(
                        CURRENT.perf("echo", true, "--rx-mode", "interrupt"), load, Gauge.OPPOSITE),
                new Setup(theirs, load, Gauge.OPPOSITE));
    }

    /** Rows that compare this build with another, each against testpmd. */
    static List<Row> against(Build baseline) {
        List<Row> rows = few(new Opponents(baseline, TESTPMD, "/baseline"));
        rows.add(
                new Row(
                        "round-trip/baseline",
                        "64 B there and back, polling: our ping from testpmd io, against "
                                + baseline.name(),
                        Map.of(Metric.P50, 1.0),
                        new Setup(
                                CURRENT.perf("pingpong", false), TESTPMD.echo(true), Gauge.TESTED),
                        new Setup(
                                baseline.perf("pingpong", false),
                                TESTPMD.echo(true),
                                Gauge.TESTED)));
        return rows;
    }

    private static List<Row> few(Opponents opponents) {
        List<Row> rows = new ArrayList<>();
        for (int size : FEW_SIZES) {
            rows.add(opponents.sink(size, false));
            rows.add(opponents.source(size, false));
        }
        rows.add(opponents.sink(SHORT, true));
        rows.add(opponents.source(SHORT, true));
        return rows;
    }

    static String sinkId(int size) {
        return "sink-" + size;
    }

    static String sourceId(int size) {
        return "source-" + size;
    }

    /**
     * With whom we are compared.
     *
     * @param reference under test in the reference's setup
     * @param opposite at the other end of the link in both
     * @param suffix of the rows' ids
     */
    private record Opponents(Implementation reference, Implementation opposite, String suffix) {
        Row sink(int size, boolean master) {
            End peer = opposite.source(!master, size);
            End theirs = reference.sink(master);
            return new Row(
                    sinkId(size) + role(master, "-master") + suffix,
                    size
                            + " B received and copied"
                            + as(master)
                            + ", from "
                            + peer.title()
                            + against(theirs),
                    AS_FAST,
                    new Setup(CURRENT.sink(master), peer, Gauge.OPPOSITE),
                    new Setup(theirs, peer, Gauge.OPPOSITE));
        }

        Row source(int size, boolean master) {
            End peer = opposite.sink(!master);
            End theirs = reference.source(master, size);
            return new Row(
                    sourceId(size) + role(master, "-master") + suffix,
                    size + " B sent" + as(master) + ", to " + peer.title() + against(theirs),
                    AS_FAST,
                    new Setup(CURRENT.source(master, size), peer, Gauge.OPPOSITE),
                    new Setup(theirs, peer, Gauge.OPPOSITE));
        }

        /** What is compared are the echoes; ours times them. */
        Row echo(String title) {
            JavaEnd ping = CURRENT.perf("pingpong", false);
            Map<Metric, Double> goals = new EnumMap<>(Metric.class);
            goals.putAll(Map.of(Metric.P50, 1.0, Metric.P99, 1.25, Metric.TAIL, 1.5));
            return new Row(
                    "round-trip" + suffix,
                    title,
                    goals,
                    new Setup(ping, CURRENT.echo(true), Gauge.TESTED),
                    new Setup(ping, reference.echo(true), Gauge.TESTED));
        }

        /** The standard rows go without saying. */
        private String against(End theirs) {
            return reference == TESTPMD && opposite == TESTPMD
                    ? NONE
                    : ", against " + theirs.title();
        }

        private static String as(boolean master) {
            return master ? " as master" : " as slave";
        }

        private static String role(boolean master, String ifMaster) {
            return master ? ifMaster : NONE;
        }
    }

    private static Row copied() {
        return new Row(
                "java-copy",
                "64 B, both sides ours and copying, against testpmd to testpmd",
                AS_FAST,
                ours("copy"),
                new Setup(TESTPMD.sink(true), TESTPMD.source(false, SHORT), Gauge.TESTED));
    }

    private static Setup ours(String touch) {
        return new Setup(
                CURRENT.perf("sink", true, "--touch", touch),
                CURRENT.perf("source", false),
                Gauge.TESTED);
    }

    private static Row inPlace(String touch, String words, Map<Metric, Double> goals) {
        return new Row(
                "java-in-place-" + touch,
                "64 B, both sides ours and in place, " + words + ", against Aeron IPC",
                goals,
                ours(touch),
                new Setup(
                        new AeronEnd("sink", touch, SHORT),
                        new AeronEnd("source", touch, SHORT),
                        Gauge.TESTED));
    }

    private static Row bare(String id, String words, String touch) {
        return new Row(
                "bare-" + id,
                "64 B, both sides ours and " + words + ", against a bare ring without a library",
                LIBRARY,
                ours(touch),
                new Setup(
                        new BareRingEnd("sink", touch, SHORT),
                        new BareRingEnd("source", touch, SHORT),
                        Gauge.TESTED));
    }

    private static Row queues() {
        return new Row(
                "queues-4",
                "64 B, both sides ours and copying: 4 queue pairs a thread, against 1",
                QUEUES,
                new Setup(
                        CURRENT.perf("sink", true, "--touch", "copy", "--queues", "4"),
                        CURRENT.perf("source", false, "--queues", "4"),
                        Gauge.TESTED),
                ours("copy"));
    }

    private static Row idle() {
        return new Row(
                "idle",
                "nothing sent: our sink polls our echo",
                Map.of(Metric.IDLE, 0.0),
                new Setup(CURRENT.perf("sink", true), CURRENT.perf("echo", false), Gauge.TESTED),
                null);
    }
}
