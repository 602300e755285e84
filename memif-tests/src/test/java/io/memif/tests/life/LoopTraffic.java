package io.memif.tests.life;

import io.memif.MemifInterface;
import io.memif.PacketHandler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Both ends of a link on one thread, which never pauses: bursts go there and back at full rate and
 * take one processor, no more. What it meets that it should not ends it and is thrown.
 */
public final class LoopTraffic implements AutoCloseable {
    private static final int BURST = 32;
    private static final int LENGTH = 256;
    private static final long WORD = 0x5ca1ab1e0ddba11L;

    private final MemifInterface near;
    private final MemifInterface far;
    private final ByteBuffer packets = ByteBuffer.allocateDirect(BURST * LENGTH);
    private final int[] lengths = new int[BURST];
    private final PacketHandler handler = (buffer, offset, length, flags) -> look(buffer, offset);
    private final Worker worker;
    private volatile boolean asked;
    private volatile Moment now;
    private long there;
    private long back;

    /** Starts at once; both ends are up. */
    public LoopTraffic(MemifInterface near, MemifInterface far) {
        this.near = near;
        this.far = far;
        for (int i = 0; i < BURST; i++) {
            lengths[i] = LENGTH;
            packets.putLong(i * LENGTH, WORD);
        }
        worker = new Worker("loop traffic", this::run);
    }

    private void run(Worker self) throws IOException {
        Path statistics = statistics();
        while (self.isRunning()) {
            there += carry(near.txQueue(0), far.rxQueue(0));
            back += carry(far.txQueue(0), near.rxQueue(0));
            if (asked) {
                now = new Moment(there, back, System.nanoTime(), waitedNs(statistics));
                asked = false;
            }
        }
    }

    /**
     * What this thread has done so far.
     *
     * @param there packets
     * @param back packets
     * @param nanoTime when
     * @param waitedNs how long it could have run, and no processor was free
     */
    private record Moment(long there, long back, long nanoTime, long waitedNs) {}

    /** Where the kernel says what it does with this thread. */
    private static Path statistics() throws IOException {
        Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
        return Path.of("/proc").resolve(thread).resolve("schedstat");
    }

    /** 0 where the kernel does not count it: then waiting counts as time of the data path. */
    private static long waitedNs(Path statistics) throws IOException {
        return Files.exists(statistics)
                ? Long.parseLong(Files.readString(statistics).split(" ")[1])
                : 0;
    }

    private int carry(TxQueue tx, RxQueue rx) {
        int sent = tx.offer(packets, 0, lengths, BURST);
        tx.flush();
        int received = rx.poll(handler, BURST);
        if (sent != BURST || received != BURST) {
            throw new AssertionError("sent " + sent + ", received " + received);
        }
        return received;
    }

    private static void look(ByteBuffer buffer, int offset) {
        if (buffer.getLong(offset) != WORD) {
            throw new AssertionError("received " + Long.toHexString(buffer.getLong(offset)));
        }
    }

    /** Something that takes a while. */
    public interface Meanwhile {
        /** Takes a while. */
        void run() throws Exception;
    }

    /**
     * Packets in a second, both ways together.
     *
     * @param byClock in a second on the wall
     * @param undisturbed in a second in which the thread did not wait for a processor
     */
    public record Rate(double byClock, double undisturbed) {}

    /** How fast it is while something else goes on. */
    public Rate rateDuring(Meanwhile meanwhile) throws Exception {
        Moment start = now();
        meanwhile.run();
        Moment end = now();
        long came = Math.min(end.there - start.there, end.back - start.back);
        if (came == 0) {
            throw new AssertionError("nothing was received meanwhile");
        }
        long clock = end.nanoTime - start.nanoTime;
        double packets = 2.0 * came * TimeUnit.SECONDS.toNanos(1);
        return new Rate(packets / clock, packets / (clock - (end.waitedNs - start.waitedNs)));
    }

    /** The thread itself says it, when it runs: all numbers belong together. */
    private Moment now() throws InterruptedException {
        asked = true;
        boolean answered = Await.until(TestPackets.SOON, () -> !asked || worker.hasFailed());
        worker.check();
        if (!answered) {
            throw new AssertionError("the data path does not move");
        }
        return now;
    }

    @Override
    public void close() {
        worker.close();
    }
}
