package io.memif;

import static io.memif.testing.TestPackets.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One thread, which is the test's, serves the receive queues of many links. */
@Timeout(60)
class QueueGroupTest {
    private static final int LINKS = 20;
    private static final int BURST = 8;

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<MemifInterface> masters = new ArrayList<>();
    private final List<MemifInterface> slaves = new ArrayList<>();
    private final Map<RxQueue, Integer> packets = new HashMap<>();
    private final List<RxQueue> visits = new ArrayList<>();
    private QueueGroup group;
    private MemifSocket socket;

    @BeforeEach
    void open() {
        group = QueueGroup.open();
        socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(directory.resolve("s").toString())
                                .errorHandler(errors::add)
                                .build());
    }

    @AfterEach
    void close() {
        group.close();
        socket.close();
        assertEquals(List.of(), errors);
    }

    private void connect(RxMode mode) throws InterruptedException {
        for (int id = 0; id < LINKS; id++) {
            masters.add(socket.addInterface(config(Role.MASTER, id, mode)));
            slaves.add(socket.addInterface(config(Role.SLAVE, id, RxMode.POLLING)));
        }
        for (int id = 0; id < LINKS; id++) {
            TestPackets.connect(masters.get(id), slaves.get(id));
            assertTrue(group.add(masters.get(id).rxQueue(0)));
        }
    }

    private static InterfaceConfig config(Role role, int id, RxMode mode) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(64)
                .bufferSize(128)
                .rxMode(mode)
                .build();
    }

    private int visit(RxQueue queue) {
        visits.add(queue);
        int taken = queue.poll((buffer, offset, length, flags) -> {}, BURST);
        packets.merge(queue, Math.max(0, taken), Integer::sum);
        return taken;
    }

    private void serveUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TestPackets.SOON;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "in time");
            group.serve(this::visit, TimeUnit.SECONDS.toNanos(1));
        }
    }

    private void send(int link, int count) {
        TxQueue tx = slaves.get(link).txQueue(0);
        for (int i = 0; i < count; i++) {
            assertEquals(1, tx.offer(pattern(i, 60), 0, 60));
        }
        tx.flush();
    }

    private int received(int link) {
        return packets.getOrDefault(masters.get(link).rxQueue(0), 0);
    }

    @ParameterizedTest
    @EnumSource
    void everyQueueIsServed(RxMode mode) throws Exception {
        connect(mode);
        for (int round = 1; round <= 5; round++) {
            int wanted = round;
            for (int link = 0; link < LINKS; link++) {
                send(link, 1);
            }
            serveUntil(() -> packets.values().stream().mapToInt(n -> n).sum() == wanted * LINKS);
        }
        for (int link = 0; link < LINKS; link++) {
            assertEquals(5, received(link));
        }
    }

    @Test
    void waitingQueuesAreNotVisited() throws Exception {
        connect(RxMode.INTERRUPT);
        serveUntil(() -> group.busy() == 0);
        visits.clear();
        send(3, 1);
        serveUntil(() -> received(3) == 1 && group.busy() == 0);
        assertEquals(List.of(masters.get(3).rxQueue(0), masters.get(3).rxQueue(0)), visits);
    }

    @Test
    void busyQueuesTakeTurns() throws Exception {
        connect(RxMode.INTERRUPT);
        serveUntil(() -> group.busy() == 0);
        visits.clear();
        send(1, 5 * BURST);
        send(2, 5 * BURST);
        serveUntil(() -> received(1) == 5 * BURST && received(2) == 5 * BURST);
        for (int i = 2; i < 10; i++) {
            assertEquals(visits.get(i - 2), visits.get(i));
        }
        assertFalse(visits.get(0) == visits.get(1));
    }

    @Test
    void queuesComeAndGo() throws Exception {
        connect(RxMode.INTERRUPT);
        RxQueue first = masters.get(0).rxQueue(0);
        assertFalse(group.add(first), "it is in the group");
        assertTrue(group.remove(first));
        assertFalse(group.remove(first));
        assertEquals(LINKS - 1, group.size());
        send(0, 1);
        send(1, 1);
        serveUntil(() -> received(1) == 1 && group.busy() == 0);
        assertEquals(0, received(0));
        assertTrue(group.add(first));
        serveUntil(() -> received(0) == 1);
        masters.get(1).close();
        serveUntil(() -> group.size() == LINKS - 1);
        RxQueue closed = masters.get(1).rxQueue(0);
        MemifException e = assertThrows(MemifException.class, () -> group.add(closed));
        assertEquals(MemifException.Code.CLOSED, e.code());
    }

    @Test
    void aLinkThatComesBackIsServed() throws Exception {
        connect(RxMode.INTERRUPT);
        slaves.get(4).setAdminUp(false);
        serveUntil(() -> !masters.get(4).isConnected() && group.busy() == 0);
        slaves.get(4).setAdminUp(true);
        TestPackets.connect(masters.get(4), slaves.get(4));
        send(4, 3);
        serveUntil(() -> received(4) == 3);
    }

    @Test
    void aWaitEndsWhenItIsTold() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        Thread waker =
                new Thread(
                        () -> {
                            try {
                                ready.await();
                            } catch (InterruptedException e) {
                                return;
                            }
                            group.wakeUp();
                        });
        waker.start();
        ready.countDown();
        long start = System.nanoTime();
        assertEquals(0, group.serve(this::visit, TimeUnit.SECONDS.toNanos(50)));
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(40));
        waker.join();
    }

    @Test
    void whatAVisitThrowsLeavesTheQueueItsTurn() throws Exception {
        connect(RxMode.INTERRUPT);
        send(7, 1);
        RxQueue seventh = masters.get(7).rxQueue(0);
        assertThrows(
                IllegalStateException.class,
                () -> {
                    while (true) {
                        group.serve(
                                queue -> {
                                    if (queue == seventh) {
                                        throw new IllegalStateException("not now");
                                    }
                                    return visit(queue);
                                },
                                TimeUnit.SECONDS.toNanos(1));
                    }
                });
        serveUntil(() -> received(7) == 1);
    }
}
