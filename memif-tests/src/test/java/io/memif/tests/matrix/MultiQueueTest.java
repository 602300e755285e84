package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One to eight queue pairs, a thread for each at both ends, all at once: each queue carries its own
 * packets, in order, and nobody else's. The library itself watches that no queue is touched by two
 * threads.
 */
@Timeout(120)
class MultiQueueTest {
    private static final int PACKETS = Boolean.getBoolean("memif.long") ? 2_000_000 : 20_000;
    private static final int WINDOW = 100;
    private static final int BURST = 32;
    private static final int LONGEST = 3000;

    /** Sequence numbers of two queues are this far apart. */
    private static final long APART = 1L << 32;

    @TempDir Path directory;

    private static InterfaceConfig.Builder config(Role role, int queues) {
        return InterfaceConfig.builder()
                .role(role)
                .queues(queues)
                .ringSize(256)
                .rxMode(RxMode.ADAPTIVE)
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void eachQueueWorksByItself(int queues) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2 * queues);
        String address = directory.resolve("s").toString();
        try (LinkPair ends =
                new LinkPair(address, config(Role.MASTER, queues), config(Role.SLAVE, queues))) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < queues; i++) {
                all.add(threads.submit(new Echo(ends.master, i)));
                all.add(threads.submit(new Asker(ends.slave, i)));
            }
            for (Future<Void> each : all) {
                each.get(2 * TestPackets.SOON, TimeUnit.NANOSECONDS);
            }
            for (int i = 0; i < queues; i++) {
                assertEquals(PACKETS, ends.master.rxQueue(i).counters().get(Counter.PACKETS));
                assertEquals(PACKETS, ends.slave.rxQueue(i).counters().get(Counter.PACKETS));
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(TestPackets.SOON, TimeUnit.NANOSECONDS));
        }
    }

    /** Returns each packet of one queue. */
    private static final class Echo implements Callable<Void> {
        private final RxQueue rx;
        private final TxQueue tx;
        private int done;

        Echo(MemifInterface itf, int queue) {
            rx = itf.rxQueue(queue);
            tx = itf.txQueue(queue);
        }

        @Override
        public Void call() throws InterruptedException {
            PacketAssembler assembler =
                    new PacketAssembler(
                            (buffer, offset, length, flags) -> {
                                assertTrue(tx.offer(buffer, offset, length) > 0);
                                done++;
                            },
                            LONGEST);
            while (done < PACKETS) {
                assertTrue(rx.await(TestPackets.SOON), () -> "packet " + done);
                rx.poll(assembler, BURST);
                tx.flush();
            }
            return null;
        }
    }

    /** Sends on one queue and checks what comes back. */
    private static final class Asker implements Callable<Void> {
        private final RxQueue rx;
        private final TxQueue tx;
        private final long first;
        private int sent;
        private int back;

        Asker(MemifInterface itf, int queue) {
            rx = itf.rxQueue(queue);
            tx = itf.txQueue(queue);
            first = queue * APART;
        }

        private static int length(long sequence) {
            int spread = RandomPackets.at(~sequence);
            return 1 + (spread % 16 == 0 ? spread % LONGEST : spread % 200);
        }

        @Override
        public Void call() throws InterruptedException {
            PacketAssembler assembler =
                    new PacketAssembler(
                            (buffer, offset, length, flags) -> {
                                long sequence = first + back++;
                                RandomPackets.check(
                                        buffer, offset, length, sequence, length(sequence));
                            },
                            LONGEST);
            while (back < PACKETS) {
                while (sent < PACKETS && sent - back < WINDOW) {
                    long sequence = first + sent++;
                    int at = RandomPackets.at(sequence);
                    assertTrue(tx.offer(RandomPackets.text(), at, length(sequence)) > 0);
                }
                tx.flush();
                assertTrue(rx.await(TestPackets.SOON), () -> "sent " + sent + ", back " + back);
                rx.poll(assembler, BURST);
            }
            return null;
        }
    }
}
