package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One packet is under way at a time, and nobody looks at a ring without a signal: a single lost
 * wake-up stops the exchange for good. All pairs of receive modes.
 */
@Timeout(120)
class ReceiveModePairsTest {
    private static final int ROUNDS = Boolean.getBoolean("memif.long") ? 1_000_000 : 4000;

    /**
     * Longer than an adaptive queue polls: packets come before, while and after it falls asleep.
     */
    private static final int LONGEST_PAUSE_NS = 130_000;

    @TempDir Path directory;

    static Stream<Arguments> pairs() {
        return Stream.of(RxMode.values())
                .flatMap(a -> Stream.of(RxMode.values()).map(b -> Arguments.of(a, b)));
    }

    private static InterfaceConfig.Builder config(Role role, RxMode mode) {
        return InterfaceConfig.builder()
                .role(role)
                .rxMode(mode)
                .ringSize(8)
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    @ParameterizedTest(name = "master {0}, slave {1}")
    @MethodSource("pairs")
    void noWakeUpIsLost(RxMode masters, RxMode slaves) throws Exception {
        try (LinkPair ends =
                new LinkPair(
                        directory.resolve("s").toString(),
                        config(Role.MASTER, masters),
                        config(Role.SLAVE, slaves))) {
            FutureTask<Void> echo = new FutureTask<>(() -> echo(ends.master), null);
            Thread echoing = new Thread(echo, "echo");
            echoing.start();
            Random random = new Random(1);
            for (int i = 0; i < ROUNDS; i++) {
                byte[] packet = TestPackets.pattern(i, 60 + i % 100);
                TestPackets.send(ends.slave.txQueue(0), packet);
                assertArrayEquals(packet, TestPackets.receive(ends.slave.rxQueue(0)));
                if (i % 4 == 0) {
                    spin(random.nextInt(LONGEST_PAUSE_NS));
                }
            }
            echo.get(TestPackets.SOON, TimeUnit.NANOSECONDS);
            echoing.join();
            check(masters, ends.master, ends.slave);
            check(slaves, ends.slave, ends.master);
        }
    }

    private static void echo(MemifInterface itf) {
        Random random = new Random(2);
        try {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] packet = TestPackets.receive(itf.rxQueue(0));
                if (i % 4 == 2) {
                    // Or an adaptive sender would find each answer before it goes to sleep.
                    spin(random.nextInt(LONGEST_PAUSE_NS));
                }
                TestPackets.send(itf.txQueue(0), packet);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** The mode was really in force. */
    private static void check(RxMode mode, MemifInterface receiver, MemifInterface sender) {
        long wakeUps = receiver.rxQueue(0).counters().get(Counter.WAKEUPS);
        long signals = sender.txQueue(0).counters().get(Counter.SIGNALS);
        assertEquals(0, receiver.rxQueue(0).counters().get(Counter.RESCUES));
        if (mode == RxMode.POLLING) {
            assertEquals(0, wakeUps);
            assertEquals(0, signals);
        } else {
            assertTrue(wakeUps > 0, "it slept");
            assertTrue(signals >= wakeUps, signals + " signals, " + wakeUps + " wake-ups");
        }
    }
}
