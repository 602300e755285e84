package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any program that speaks memif and prints its rate. The document {@code benchmark.md} has the
 * contract.
 *
 * @param command the program, and arguments that come before ours
 */
record Program(List<String> command) implements Implementation {
    private static final long START_NS = 30_000_000_000L;
    private static final long SOCKET_POLL_NS = 20_000_000;
    private static final double MILLION = 1e6;
    private static final Pattern RATE =
            Pattern.compile("(\\d+(?:\\.\\d*)?) *([kMG]?) ?(?:pps|packets/s)\\b");

    /** Reads a command line; its parts are split at spaces. */
    static Program parse(String text) {
        return new Program(List.of(text.trim().split(" +")));
    }

    /** The rate that a line shows, in million packets per second. */
    static OptionalDouble rate(String line) {
        Matcher found = RATE.matcher(line);
        if (!found.find()) {
            return OptionalDouble.empty();
        }
        double unit =
                switch (found.group(2)) {
                    case "k" -> 1e3;
                    case "M" -> MILLION;
                    case "G" -> 1e9;
                    default -> 1;
                };
        return OptionalDouble.of(Double.parseDouble(found.group(1)) * unit / MILLION);
    }

    @Override
    public End sink(boolean master) {
        return new ProgramEnd(command, "sink", master, List.of("--touch", "copy"));
    }

    @Override
    public End source(boolean master, int length) {
        List<String> options = List.of("--length", Integer.toString(length));
        return new ProgramEnd(command, "source", master, options);
    }

    @Override
    public End echo(boolean master) {
        return new ProgramEnd(command, "echo", master, List.of());
    }

    /** Sends back what it receives, and sleeps meanwhile. */
    End sleepingEcho(boolean master) {
        return new ProgramEnd(command, "echo", master, List.of("--rx-mode", "interrupt"));
    }

    private record ProgramEnd(
            List<String> command, String workload, boolean master, List<String> options)
            implements End {
        @Override
        public String title() {
            return Path.of(command.get(0)).getFileName() + " " + workload;
        }

        @Override
        public boolean listens() {
            return master;
        }

        @Override
        public Running start(RunContext context) throws IOException {
            List<String> line = new ArrayList<>(command);
            line.addAll(JavaEnd.arguments(workload, master, context));
            line.addAll(options);
            Path awaited = master ? context.socket() : null;
            return new Process(awaited, Child.start(title(), context.cpu(), line));
        }
    }

    private static final class Process implements End.Running {
        private final Path awaited;
        private final Child child;
        private final List<Double> rates = new ArrayList<>();

        Process(Path awaited, Child child) {
            this.awaited = awaited;
            this.child = child;
        }

        @Override
        public void awaitReady() throws InterruptedException {
            long start = System.nanoTime();
            while (awaited != null && !Files.exists(awaited)) {
                child.pause(SOCKET_POLL_NS);
                if (System.nanoTime() - start > START_NS) {
                    throw new RunFailure(child + " made no socket " + awaited);
                }
            }
        }

        @Override
        public void awaitLink() {
            // The contract does not ask it to tell; the other end usually does.
        }

        @Override
        public void awaitFlow() throws InterruptedException {
            child.await("a rate", line -> rate(line).isPresent(), START_NS);
        }

        @Override
        public Child child() {
            return child;
        }

        @Override
        public void measure(RunContext.Times times) throws InterruptedException {
            child.takeLines();
            child.pause(times.measureNs());
            for (String line : child.takeLines()) {
                rate(line).ifPresent(rates::add);
            }
            if (rates.isEmpty()) {
                throw new RunFailure(
                        child + " printed no rate within " + times.measureNs() / 1e9 + " s");
            }
        }

        @Override
        public Figures finish() {
            child.terminate();
            return Figures.of(rates);
        }
    }
}
