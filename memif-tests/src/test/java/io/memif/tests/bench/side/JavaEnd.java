package io.memif.tests.bench.side;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code memif perf} of a build of this library.
 *
 * @param build whose
 * @param workload sink, source, echo or pingpong
 * @param master whether it listens
 * @param options further ones
 */
record JavaEnd(Build build, String workload, boolean master, List<String> options) implements End {
    private static final long START_NS = 20_000_000_000L;

    /** Runs are ended from outside; this only keeps a forgotten one from running for ever. */
    private static final int LONGEST_SECONDS = 600;

    @Override
    public String title() {
        return build.name() + " " + workload;
    }

    @Override
    public boolean listens() {
        return master;
    }

    @Override
    public Running start(RunContext context) throws IOException {
        List<String> args = new ArrayList<>(build.launch());
        args.addAll(List.of("perf", "--json"));
        args.addAll(arguments(workload, master, context));
        args.addAll(options);
        List<String> command = context.jvm().command(List.of(), args);
        return new Process(Child.start(title(), context.cpu(), command));
    }

    /** The options that every run gives. */
    static List<String> arguments(String workload, boolean master, RunContext context) {
        List<String> args = new ArrayList<>(List.of("--workload", workload));
        args.addAll(List.of("--role", master ? "master" : "slave"));
        args.addAll(List.of("--socket", context.socket().toString()));
        args.addAll(List.of("--warmup", Double.toString(context.times().warmUpSeconds())));
        args.addAll(List.of("--interval", Double.toString(context.times().windowSeconds())));
        args.addAll(List.of("--seconds", Integer.toString(LONGEST_SECONDS)));
        return args;
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
        public Figures finish() throws InterruptedException {
            child.terminate();
            return Figures.parse(child.await("{", START_NS));
        }
    }
}
