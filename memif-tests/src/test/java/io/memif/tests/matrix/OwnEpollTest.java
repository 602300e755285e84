package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.posix.Posix;
import io.memif.testing.TestPackets;
import io.memif.unix.PollGroup;
import io.memif.unix.PollKey;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A caller with an epoll of its own serves all queues of an interface with one thread, woken by
 * their event descriptors alone: no time-out, no re-check.
 */
@Timeout(60)
class OwnEpollTest {
    private static final int QUEUES = 4;
    private static final int ROUNDS = 3000;
    private static final int EVENTS = 16;

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .queues(QUEUES)
                .ringSize(16)
                .rxMode(RxMode.INTERRUPT)
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    @Test
    void oneThreadServesManyQueues() throws Exception {
        String address = directory.resolve("s").toString();
        try (LinkPair ends = new LinkPair(address, config(Role.MASTER), config(Role.SLAVE));
                PollGroup group = new PollGroup(Posix.open(), System::nanoTime, errors::add)) {
            AtomicBoolean done = new AtomicBoolean();
            FutureTask<Void> echo = new FutureTask<>(() -> serve(ends.master, group, done), null);
            Thread serving = new Thread(echo, "serving");
            serving.start();
            for (int i = 0; i < ROUNDS; i++) {
                int queue = i * 7 % QUEUES;
                byte[] packet = TestPackets.pattern(i, 60);
                TestPackets.send(ends.slave.txQueue(queue), packet);
                assertArrayEquals(packet, TestPackets.receive(ends.slave.rxQueue(queue)));
            }
            done.set(true);
            group.wakeUp();
            echo.get(TestPackets.SOON, TimeUnit.NANOSECONDS);
            serving.join();
            for (int queue = 0; queue < QUEUES; queue++) {
                assertTrue(ends.slave.txQueue(queue).counters().get(Counter.SIGNALS) > 0);
            }
        }
        assertEquals(List.of(), errors);
    }

    private static void serve(MemifInterface itf, PollGroup group, AtomicBoolean done) {
        for (int i = 0; i < QUEUES; i++) {
            RxQueue rx = itf.rxQueue(i);
            TxQueue tx = itf.txQueue(i);
            group.add(rx.eventDescriptor(), PollKey.READ, (key, ready) -> answer(rx, tx));
            answer(rx, tx);
        }
        while (!done.get()) {
            group.poll(Long.MAX_VALUE, EVENTS);
        }
    }

    private static void answer(RxQueue rx, TxQueue tx) {
        while (rx.arm()) {
            rx.poll((buffer, offset, length, flags) -> echo(buffer, offset, length, tx), EVENTS);
            tx.flush();
        }
    }

    private static void echo(ByteBuffer buffer, int offset, int length, TxQueue tx) {
        assertEquals(1, tx.offer(buffer, offset, length));
    }
}
