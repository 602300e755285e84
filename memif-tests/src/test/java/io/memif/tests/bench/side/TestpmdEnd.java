package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DPDK's testpmd with its memif driver.
 *
 * @param mode of forwarding: rxonly, txonly, io
 * @param server whether it listens
 * @param options further ones
 */
record TestpmdEnd(String mode, boolean server, String options) implements End {
    private static final String PROGRAM = "dpdk-testpmd";
    private static final long START_NS = 30_000_000_000L;
    private static final long ANSWER_NS = 5_000_000_000L;
    private static final long LINK_POLL_NS = 20_000_000;
    private static final Pattern PPS = Pattern.compile("[RT]x-pps: *(\\d+)");

    /** All that the benchmark asks of it. */
    static final Implementation TESTPMD =
            new Implementation() {
                @Override
                public End sink(boolean master) {
                    return new TestpmdEnd("rxonly", master, "");
                }

                @Override
                public End source(boolean master, int length) {
                    return new TestpmdEnd("txonly", master, "--txpkts=" + length);
                }

                @Override
                public End echo(boolean master) {
                    return new TestpmdEnd("io", master, "");
                }
            };

    /** What is wrong with this machine; null if testpmd can run. */
    static String missing() {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Path.of(directory, PROGRAM).toFile().canExecute()) {
                return null;
            }
        }
        return "there is no " + PROGRAM + " (Debian and Ubuntu: apt install dpdk dpdk-dev)";
    }

    @Override
    public String title() {
        return "testpmd " + mode;
    }

    @Override
    public boolean listens() {
        return server;
    }

    @Override
    public Running start(RunContext context) throws IOException {
        String device =
                String.format(
                        "net_memif0,role=%s,id=0,socket=%s,socket-abstract=no",
                        server ? "server" : "client", context.socket());
        String cores = String.format("0@%d,1@%d", context.cpu(), context.cpu());
        String prefix = "memif-bench-" + ProcessHandle.current().pid() + "-" + context.cpu();
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", PROGRAM, "--no-huge"));
        command.addAll(List.of("-m", "512", "--no-pci", "--no-telemetry", "--lcores=" + cores));
        command.addAll(List.of("--file-prefix=" + prefix, "--single-file-segments"));
        command.addAll(List.of("--vdev=" + device, "--", "-i", "--forward-mode=" + mode));
        command.addAll(List.of("--total-num-mbufs=16384", "--nb-cores=1", "--disable-link-check"));
        if (!options.isBlank()) {
            command.addAll(List.of(options.trim().split(" +")));
        }
        Child child = Child.start(title(), context.cpu(), command);
        return new Process(child, mode.equals("txonly") ? "Tx-pps" : "Rx-pps");
    }

    private static final class Process implements Running {
        private final Child child;
        private final String counter;
        private final List<Double> rates = new ArrayList<>();

        Process(Child child, String counter) {
            this.child = child;
            this.counter = counter;
        }

        @Override
        public void awaitReady() throws InterruptedException {
            child.await("Done", START_NS);
        }

        @Override
        public void awaitLink() throws InterruptedException {
            long deadline = System.nanoTime() + START_NS;
            while (true) {
                child.send("show port info 0");
                if (child.await("Link status:", ANSWER_NS).contains("up")) {
                    return;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new RunFailure("testpmd's link stays down");
                }
                child.pause(LINK_POLL_NS);
            }
        }

        @Override
        public void go() {
            child.send("start");
        }

        @Override
        public Child child() {
            return child;
        }

        /** The rate is that since the last question, by the process's own clock. */
        @Override
        public void measure(RunContext.Times times) throws InterruptedException {
            ask();
            for (int i = 0; i < times.windows(); i++) {
                child.pause(times.windowNs());
                rates.add(ask() / 1e6);
            }
        }

        private double ask() throws InterruptedException {
            child.send("show port stats all");
            Matcher found = PPS.matcher(child.await(counter, ANSWER_NS));
            if (!found.find()) {
                throw new RunFailure("testpmd shows no " + counter);
            }
            return Double.parseDouble(found.group(1));
        }

        @Override
        public Figures finish() {
            child.send("quit");
            return Figures.of(rates);
        }
    }
}
