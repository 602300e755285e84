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
 * @param seat the one that is compared
 * @param peer the one on the other side
 * @param gauge which of the two tells the rate: the same instrument in both matches of a row, if
 *     there is one
 */
record Match(End seat, End peer, Gauge gauge) {
    /** Whose figures count. */
    enum Gauge {
        /** Those of the compared end. */
        SEAT,
        /** Those of the other end. */
        PEER
    }

    /**
     * What a match found.
     *
     * @param rates million packets per second in each window
     * @param p50 median round trip in each window, in nanoseconds
     * @param p99 99th percentile of the round trip in each window, in nanoseconds
     * @param packets that the Java ends moved
     * @param allocatedBytes by the Java ends
     * @param lost share of its processor that one of the ends, which always want all of it, did not
     *     get: the larger one
     * @param stolen share of all processor time that the hypervisor gave to others
     */
    record Result(
            List<Double> rates,
            List<Double> p50,
            List<Double> p99,
            long packets,
            long allocatedBytes,
            double lost,
            double stolen) {}

    /** Plays it once. */
    Result play(Cpus cpus, Jvm jvm, Place.Times times) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(base(), "memif-bench");
        try {
            Place ours = new Place(directory, cpus.seat(), jvm, times);
            Place theirs = new Place(directory, cpus.peer(), jvm, times);
            return peer.listens()
                    ? play(new Start(peer, theirs), new Start(seat, ours), times)
                    : play(new Start(seat, ours), new Start(peer, theirs), times);
        } finally {
            delete(directory);
        }
    }

    /** Memory, if possible: Aeron's buffers are files. */
    private static Path base() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private record Start(End end, Place place) {
        End.Running run() throws IOException {
            return end.start(place);
        }
    }

    private Result play(Start first, Start second, Place.Times times)
            throws IOException, InterruptedException {
        try (End.Running listener = first.run()) {
            listener.awaitReady();
            try (End.Running connector = second.run()) {
                connector.awaitReady();
                listener.awaitLink();
                connector.awaitLink();
                listener.go();
                connector.go();
                boolean isSeatFirst = first.end() == seat;
                End.Running inSeat = isSeatFirst ? listener : connector;
                End.Running opposite = isSeatFirst ? connector : listener;
                inSeat.pause(times.warmUpNs());
                return measure(inSeat, opposite, times);
            }
        }
    }

    private Result measure(End.Running inSeat, End.Running opposite, Place.Times times)
            throws IOException, InterruptedException {
        StolenTime stolen = StolenTime.now();
        long start = System.nanoTime();
        long seatCpu = inSeat.cpuNs();
        long peerCpu = opposite.cpuNs();
        boolean bySeat = gauge == Gauge.SEAT;
        (bySeat ? inSeat : opposite).measure(times);
        double passed = System.nanoTime() - start;
        long least = Math.min(inSeat.cpuNs() - seatCpu, opposite.cpuNs() - peerCpu);
        double share = stolen.shareUntilNow();
        Told seatTold = inSeat.finish();
        Told peerTold = opposite.finish();
        Told told = bySeat ? seatTold : peerTold;
        return new Result(
                told.rates(),
                told.p50(),
                told.p99(),
                seatTold.packets() + peerTold.packets(),
                seatTold.allocatedBytes() + peerTold.allocatedBytes(),
                Math.max(0, 1 - least / passed),
                share);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
