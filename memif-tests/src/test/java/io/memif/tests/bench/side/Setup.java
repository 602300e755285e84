package io.memif.tests.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two processes at the ends of a link.
 *
 * @param tested the process under test, on the first processor
 * @param opposite the one at the other end, on the second
 * @param gauge whose figures count: the same program in both setups of a row, if there is one
 */
record Setup(End tested, End opposite, Gauge gauge) {
    private static final double NS_PER_US = 1e3;

    /** Whose figures count. */
    enum Gauge {
        /** Those of the process under test. */
        TESTED,
        /** Those of the process at the other end. */
        OPPOSITE
    }

    /**
     * What a run found.
     *
     * @param rates million packets per second in each window
     * @param p50 median round trip in each window, in nanoseconds
     * @param p99 99th percentile of the round trip in each window, in nanoseconds
     * @param packets that the Java ends moved
     * @param allocatedBytes by the Java ends
     * @param lost share of its processor that one of the ends, which always want all of it, did not
     *     get: the larger one
     * @param stolen share of all processor time that the hypervisor gave to others
     * @param cpuPerPacket processor time of the process under test in each window, in nanoseconds
     *     for each packet; empty if it was not sampled
     */
    record Result(
            List<Double> rates,
            List<Double> p50,
            List<Double> p99,
            long packets,
            long allocatedBytes,
            double lost,
            double stolen,
            List<Double> cpuPerPacket) {}

    /**
     * Runs it once.
     *
     * @param sampled whether the processor time of the process under test is read in each window:
     *     the reads themselves take some
     */
    Result run(Cpus cpus, Jvm jvm, RunContext.Times times, boolean sampled)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(base(), "memif-bench");
        try {
            RunContext.Times ofTested = gauge == Gauge.TESTED ? times : times.unread();
            Start first =
                    new Start(tested, new RunContext(directory, cpus.tested(), jvm, ofTested));
            Start second =
                    new Start(opposite, new RunContext(directory, cpus.opposite(), jvm, times));
            return opposite.listens()
                    ? run(second, first, times, sampled)
                    : run(first, second, times, sampled);
        } finally {
            delete(directory);
        }
    }

    /** Memory, if possible: the buffers of Aeron and of the bare ring are files. */
    private static Path base() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private record Start(End end, RunContext context) {
        End.Running run() throws IOException {
            return end.start(context);
        }
    }

    private Result run(Start first, Start second, RunContext.Times times, boolean sampled)
            throws IOException, InterruptedException {
        try (End.Running listener = first.run()) {
            listener.awaitReady();
            try (End.Running connector = second.run()) {
                connector.awaitReady();
                listener.awaitLink();
                connector.awaitLink();
                listener.go();
                connector.go();
                boolean isTestedFirst = first.end() == tested;
                End.Running underTest = isTestedFirst ? listener : connector;
                End.Running other = isTestedFirst ? connector : listener;
                (gauge == Gauge.TESTED ? underTest : other).awaitFlow();
                underTest.child().pause(times.warmUpNs());
                return measure(underTest, other, times, sampled);
            }
        }
    }

    private Result measure(
            End.Running underTest, End.Running other, RunContext.Times times, boolean sampled)
            throws IOException, InterruptedException {
        StolenTime stolen = StolenTime.now();
        long start = System.nanoTime();
        ThreadTimes testedBefore = underTest.child().threadTimes();
        ThreadTimes otherBefore = other.child().threadTimes();
        boolean byTested = gauge == Gauge.TESTED;
        End.Running measured = byTested ? underTest : other;
        List<Double> shares = List.of();
        if (sampled) {
            try (var sampler = new ProcessorShares(underTest.child(), times.windowNs())) {
                measured.measure(times);
                shares = sampler.finish();
            }
        } else {
            measured.measure(times);
        }
        double passed = System.nanoTime() - start;
        long least =
                Math.min(
                        underTest.child().threadTimes().since(testedBefore),
                        other.child().threadTimes().since(otherBefore));
        double share = stolen.shareUntilNow();
        Figures ofTested = underTest.finish();
        Figures ofOther = other.finish();
        Figures figures = byTested ? ofTested : ofOther;
        return new Result(
                figures.rates(),
                figures.p50(),
                figures.p99(),
                ofTested.packets() + ofOther.packets(),
                ofTested.allocatedBytes() + ofOther.allocatedBytes(),
                Math.max(0, 1 - least / passed),
                share,
                perPacket(shares, figures.rates()));
    }

    /** Empty if no packets flowed. */
    private static List<Double> perPacket(List<Double> shares, List<Double> ratesPerUs) {
        double rate = ratesPerUs.isEmpty() ? 0 : Statistics.median(ratesPerUs);
        return rate > 0
                ? shares.stream().map(share -> share * NS_PER_US / rate).toList()
                : List.of();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
