package io.memif.tests.bench.parts;

import io.memif.examples.icmp.Checksum;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The Internet checksum over the bytes of a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ChecksumBenchmark {
    private static final int OFFSET = 14;

    /** Bytes of a packet. */
    @Param({"20", "64", "1480"})
    public int length;

    private ByteBuffer packet;

    /** Fills the packet. */
    @Setup
    public void setUp() {
        byte[] bytes = new byte[OFFSET + length];
        new Random(1).nextBytes(bytes);
        packet = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }

    /**
     * Adds them up.
     *
     * @return the sum
     */
    @Benchmark
    public int sum() {
        return Checksum.sum(packet, OFFSET, length);
    }
}
