package io.memif.tests.bench.side;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * One side of an Aeron IPC stream with an exclusive publication: what the {@code perf} command is
 * for us. Messages are written and read in place. Ends when its standard input does, with one line
 * of JSON.
 */
public final class AeronProcess {
    private static final String CHANNEL = "aeron:ipc";
    private static final int STREAM = 1001;
    private static final int BURST = 64;
    private static final long DRIVER_SLEEP_NS = 50_000;

    private final String directory;
    private final boolean reads;
    private final int length;
    private final WindowedRate rate;

    private AeronProcess(String[] args) {
        directory = args[1];
        reads = args[2].equals("read");
        length = Integer.parseInt(args[3]);
        rate = new WindowedRate(Long.parseLong(args[4]), Long.parseLong(args[5]));
    }

    /**
     * Runs until standard input ends.
     *
     * @param args driver, sink or source; directory; touch; length; warm-up and window in ns
     * @throws IOException if standard input fails
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        AeronProcess process = new AeronProcess(args);
        if (args[0].equals("driver")) {
            process.drive();
            return;
        }
        Aeron.Context context = new Aeron.Context().aeronDirectoryName(process.directory);
        try (Aeron aeron = Aeron.connect(context)) {
            System.out.println("ready");
            process.rate.run(
                    args[0].equals("sink") ? process.receiver(aeron) : process.sender(aeron));
        }
    }

    private void drive() throws IOException {
        MediaDriver.Context context =
                new MediaDriver.Context()
                        .aeronDirectoryName(directory)
                        .dirDeleteOnStart(true)
                        .dirDeleteOnShutdown(true)
                        .threadingMode(ThreadingMode.SHARED)
                        .sharedIdleStrategy(new SleepingIdleStrategy(DRIVER_SLEEP_NS));
        try (MediaDriver driver = MediaDriver.launch(context)) {
            System.out.println("ready " + driver.aeronDirectoryName());
            WindowedRate.awaitEndOfInput();
        }
    }

    private Runnable receiver(Aeron aeron) {
        Subscription subscription = aeron.addSubscription(CHANNEL, STREAM);
        FragmentHandler handler = reads ? new Reader() : new LengthReader();
        return () -> {
            awaitConnected(subscription::isConnected);
            long count = 0;
            while (!rate.isStopped()) {
                count += subscription.poll(handler, BURST);
                rate.count(count);
            }
        };
    }

    private Runnable sender(Aeron aeron) {
        ExclusivePublication publication = aeron.addExclusivePublication(CHANNEL, STREAM);
        byte[] template = new byte[length];
        ThreadLocalRandom.current().nextBytes(template);
        BufferClaim claim = new BufferClaim();
        return () -> {
            awaitConnected(publication::isConnected);
            long count = 0;
            while (!rate.isStopped()) {
                for (int i = 0; i < BURST; i++) {
                    if (publication.tryClaim(length, claim) > 0) {
                        claim.buffer().putBytes(claim.offset(), template, 0, length);
                        claim.commit();
                        count++;
                    }
                }
                rate.count(count);
            }
        };
    }

    private void awaitConnected(BooleanSupplier connected) {
        while (!connected.getAsBoolean()) {
            Thread.yield();
        }
        rate.linkUp();
    }

    private static final class LengthReader implements FragmentHandler {
        private long bytes;

        @Override
        public void onFragment(DirectBuffer buffer, int offset, int size, Header header) {
            bytes += size;
        }
    }

    private static final class Reader implements FragmentHandler {
        private long sum;

        @Override
        public void onFragment(DirectBuffer buffer, int offset, int size, Header header) {
            long here = 0;
            int at = offset;
            for (; at <= offset + size - Long.BYTES; at += Long.BYTES) {
                here += buffer.getLong(at);
            }
            for (; at < offset + size; at++) {
                here += buffer.getByte(at);
            }
            sum += here;
        }
    }
}
