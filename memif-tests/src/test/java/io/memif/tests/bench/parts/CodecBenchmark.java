package io.memif.tests.bench.parts;

import io.memif.internal.protocol.Direction;
import io.memif.internal.protocol.Message;
import io.memif.internal.protocol.MessageCodec;
import io.memif.internal.protocol.RingPlacement;
import java.nio.ByteBuffer;
import java.util.Map;
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

/** Messages of the control channel to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodecBenchmark {
    private static final Map<String, Message> MESSAGES =
            Map.of(
                    "region", new Message.AddRegion(1, 4L << 20),
                    "ring",
                            new Message.AddRing(
                                    new RingPlacement(Direction.S2M, 0, 0, 4096, 10), 0),
                    "connect", new Message.Connect("memif0/0"));

    /** Which message. */
    @Param({"region", "ring", "connect"})
    public String message;

    private final ByteBuffer written = ByteBuffer.allocateDirect(MessageCodec.MESSAGE_SIZE);
    private final ByteBuffer read = ByteBuffer.allocateDirect(MessageCodec.MESSAGE_SIZE);
    private Message chosen;

    /** Writes the message that is read. */
    @Setup
    public void setUp() {
        chosen = MESSAGES.get(message);
        MessageCodec.encode(chosen, read);
        if (!MessageCodec.decode(read, MessageCodec.MESSAGE_SIZE).equals(chosen)) {
            throw new IllegalStateException("not read as it was written: " + chosen);
        }
    }

    /**
     * To bytes.
     *
     * @return the bytes
     */
    @Benchmark
    public ByteBuffer encode() {
        MessageCodec.encode(chosen, written);
        return written;
    }

    /**
     * From bytes.
     *
     * @return the message
     */
    @Benchmark
    public MessageCodec.Decoded decode() {
        return MessageCodec.decode(read, MessageCodec.MESSAGE_SIZE);
    }
}
