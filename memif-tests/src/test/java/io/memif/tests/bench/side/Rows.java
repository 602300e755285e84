package io.memif.tests.bench.side;

import io.memif.tests.bench.side.Match.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All rows of the table. */
final class Rows {
    /** Sizes of the picture; those with a goal of their own are in the middle and at both ends. */
    static final List<Integer> SIZES = List.of(64, 256, 512, 1024, 1500);

    private static final Map<Metric, Double> AS_FAST = Map.of(Metric.RATE, 1.0);
    private static final Map<Metric, Double> TWICE = Map.of(Metric.RATE, 2.0);
    private static final Map<Metric, Double> QUEUES = Map.of(Metric.RATE, 0.9);
    private static final String NONE = "";

    private Rows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        for (int size : SIZES) {
            rows.add(sink(size, false));
            rows.add(source(size, false));
        }
        rows.add(sink(SIZES.get(0), true));
        rows.add(source(SIZES.get(0), true));
        rows.add(copied());
        rows.add(inPlace("none", "lengths read", TWICE));
        rows.add(inPlace("read", "all bytes read", AS_FAST));
        rows.add(roundTrip());
        rows.add(queues());
        rows.add(idle());
        return rows;
    }

    static String sinkId(int size) {
        return "sink-" + size;
    }

    static String sourceId(int size) {
        return "source-" + size;
    }

    private static Row sink(int size, boolean master) {
        TestpmdEnd peer = new TestpmdEnd("txonly", !master, "--txpkts=" + size);
        return new Row(
                sinkId(size) + (master ? "-master" : NONE),
                size + " B received and copied" + role(master) + ", from testpmd txonly",
                AS_FAST,
                new Match(new JavaEnd("sink", master, "--touch copy"), peer, Gauge.PEER),
                new Match(new TestpmdEnd("rxonly", master, NONE), peer, Gauge.PEER));
    }

    private static Row source(int size, boolean master) {
        TestpmdEnd peer = new TestpmdEnd("rxonly", !master, NONE);
        return new Row(
                sourceId(size) + (master ? "-master" : NONE),
                size + " B sent" + role(master) + ", to testpmd rxonly",
                AS_FAST,
                new Match(new JavaEnd("source", master, "--length " + size), peer, Gauge.PEER),
                new Match(new TestpmdEnd("txonly", master, "--txpkts=" + size), peer, Gauge.PEER));
    }

    private static String role(boolean master) {
        return master ? " as master" : " as slave";
    }

    private static Row copied() {
        return new Row(
                "java-copy",
                "64 B, both sides ours and copying, against testpmd to testpmd",
                AS_FAST,
                new Match(
                        new JavaEnd("sink", true, "--touch copy"),
                        new JavaEnd("source", false, NONE),
                        Gauge.SEAT),
                new Match(
                        new TestpmdEnd("rxonly", true, NONE),
                        new TestpmdEnd("txonly", false, NONE),
                        Gauge.SEAT));
    }

    private static Row inPlace(String touch, String words, Map<Metric, Double> goals) {
        return new Row(
                "java-in-place-" + touch,
                "64 B, both sides ours and in place, " + words + ", against Aeron IPC",
                goals,
                new Match(
                        new JavaEnd("sink", true, "--touch " + touch),
                        new JavaEnd("source", false, NONE),
                        Gauge.SEAT),
                new Match(
                        new AeronEnd("sink", touch, SIZES.get(0)),
                        new AeronEnd("source", touch, SIZES.get(0)),
                        Gauge.SEAT));
    }

    private static Row roundTrip() {
        JavaEnd ping = new JavaEnd("pingpong", false, NONE);
        Map<Metric, Double> goals = new TreeMap<>(Map.of(Metric.P50, 1.0, Metric.P99, 1.25));
        return new Row(
                "round-trip",
                "64 B there and back, polling: our echo, against testpmd io",
                goals,
                new Match(ping, new JavaEnd("echo", true, NONE), Gauge.SEAT),
                new Match(ping, new TestpmdEnd("io", true, NONE), Gauge.SEAT));
    }

    private static Row queues() {
        return new Row(
                "queues-4",
                "64 B, both sides ours and copying: 4 queue pairs a thread, against 1",
                QUEUES,
                new Match(
                        new JavaEnd("sink", true, "--touch copy --queues 4"),
                        new JavaEnd("source", false, "--queues 4"),
                        Gauge.SEAT),
                new Match(
                        new JavaEnd("sink", true, "--touch copy"),
                        new JavaEnd("source", false, NONE),
                        Gauge.SEAT));
    }

    private static Row idle() {
        return new Row(
                "idle",
                "nothing sent: our sink polls our echo",
                Map.of(Metric.IDLE, 0.0),
                new Match(
                        new JavaEnd("sink", true, NONE),
                        new JavaEnd("echo", false, NONE),
                        Gauge.SEAT),
                null);
    }
}
