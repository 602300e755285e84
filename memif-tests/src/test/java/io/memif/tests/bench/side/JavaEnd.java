package io.memif.tests.bench.side;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code memif perf}.
 *
 * @param workload sink, source, echo or pingpong
 * @param master whether it listens
 * @param options further ones
 */
record JavaEnd(String workload, boolean master, String options) implements End {
    private static final long START_NS = 20_000_000_000L;

    /** Runs are ended from outside; this only keeps a forgotten one from running for ever. */
    private static final int LONGEST_SECONDS = 600;

    @Override
    public boolean listens() {
        return master;
    }

    @Override
    public Running start(Place place) throws IOException {
        List<String> args = new ArrayList<>(List.of("perf", "--json", "--workload", workload));
        args.addAll(List.of("--role", master ? "master" : "slave"));
        args.addAll(List.of("--socket", place.socket().toString()));
        args.addAll(List.of("--warmup", Double.toString(place.times().warmUpSeconds())));
        args.addAll(List.of("--interval", Double.toString(place.times().windowSeconds())));
        args.addAll(List.of("--seconds", Integer.toString(LONGEST_SECONDS)));
        if (!options.isBlank()) {
            args.addAll(List.of(options.trim().split(" +")));
        }
        List<String> command = place.jvm().command(List.of(), "io.memif.examples.Memif", args);
        return new Process(Child.start("our " + workload, place.cpu(), command));
    }

    private record Process(Child child) implements Running {
        @Override
        public void awaitReady() throws InterruptedException {
            child.await("waiting for the link", START_NS);
        }

        @Override
        public void awaitLink() throws InterruptedException {
            child.await("link up", START_NS);
        }

        @Override
        public void go() {
            // It has begun with the link.
        }

        @Override
        public void pause(long ns) throws InterruptedException {
            child.pause(ns);
        }

        @Override
        public long cpuNs() {
            return child.cpuNs();
        }

        @Override
        public void measure(Place.Times times) throws InterruptedException {
            // A window more, since its clock started a little later than ours.
            child.pause(times.measureNs() + times.windowNs());
        }

        @Override
        public Told finish() throws InterruptedException {
            child.terminate();
            return told(JsonParser.parseString(child.await("{", START_NS)).getAsJsonObject());
        }

        @Override
        public void close() {
            child.close();
        }
    }

    static Told told(JsonObject json) {
        return new Told(
                numbers(json, "windowMpps"),
                numbers(json, "windowP50Ns"),
                numbers(json, "windowP99Ns"),
                json.get("packets").getAsLong(),
                json.get("allocatedBytes").getAsLong());
    }

    private static List<Double> numbers(JsonObject json, String name) {
        List<Double> numbers = new ArrayList<>();
        if (json.get(name) instanceof JsonArray array) {
            for (JsonElement each : array) {
                numbers.add(each.getAsDouble());
            }
        }
        return numbers;
    }
}
