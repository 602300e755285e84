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
     * @param cpuPerPacket processor time of the process under test, in nanoseconds for each packet
     */
    record Result(
            List<Double> rates,
            List<Double> p50,
            List<Double> p99,
            long packets,
            long allocatedBytes,
            double lost,
            double stolen,
            double cpuPerPacket) {}

    /** Runs it once. */
    Result run(Cpus cpus, Jvm jvm, RunContext.Times times)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(base(), "memif-bench");
        try {
            RunContext.Times ofTested = gauge == Gauge.TESTED ? times : times.inOneWindow();
            Start first =
                    new Start(tested, new RunContext(directory, cpus.tested(), jvm, ofTested));
            Start second =
                    new Start(opposite, new RunContext(directory, cpus.opposite(), jvm, times));
            return opposite.listens() ? run(second, first, times) : run(first, second, times);
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

    private Result run(Start first, Start second, RunContext.Times times)
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
                return measure(underTest, other, times);
            }
        }
    }

    private Result measure(End.Running underTest, End.Running other, RunContext.Times times)
            throws IOException, InterruptedException {
        StolenTime stolen = StolenTime.now();
        long start = System.nanoTime();
        long testedCpu = underTest.child().cpuNs();
        long otherCpu = other.child().cpuNs();
        boolean byTested = gauge == Gauge.TESTED;
        (byTested ? underTest : other).measure(times);
        double passed = System.nanoTime() - start;
        long ofTest = underTest.child().cpuNs() - testedCpu;
        long least = Math.min(ofTest, other.child().cpuNs() - otherCpu);
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
                perPacket(ofTest, passed, figures.rates()));
    }

    /** 0 if no packets flowed. */
    private static double perPacket(long cpuNs, double passedNs, List<Double> ratesPerUs) {
        double packets =
                ratesPerUs.isEmpty() ? 0 : passedNs / NS_PER_US * Statistics.median(ratesPerUs);
        return packets > 0 ? cpuNs / packets : 0;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
