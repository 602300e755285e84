package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting receive queues: modes, switching, own epoll. The timed re-check is off throughout. */
@Timeout(60)
class RxModeTest {
    private static final String ADDRESS = "@memif-rxmode-" + ProcessHandle.current().pid();
    private static final int LONG_MS = 20_000;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Posix posix = Posix.open();
    private MemifSocket socket;
    private MemifInterface master;
    private MemifInterface slave;

    @BeforeEach
    void open() throws InterruptedException {
        socket =
                MemifSocket.open(
                        SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build());
        master = socket.addInterface(config(Role.MASTER).build());
        slave = socket.addInterface(config(Role.SLAVE).build());
        connect(master, slave);
    }

    @AfterEach
    void close() {
        socket.close();
        assertEquals(List.of(), errors);
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .rxMode(RxMode.INTERRUPT)
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    private boolean readable(OwnedFd fd, int timeoutMs) {
        int number = fd.acquire();
        try {
            return posix.polling().pollOne(number, PollCalls.READABLE, timeoutMs) > 0;
        } finally {
            fd.release();
        }
    }

    /** Though no recheck wakes the thread, and no interrupt ends a wait in the kernel. */
    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWait(RxMode mode) throws Exception {
        for (boolean up : new boolean[] {true, false}) {
            slave.setAdminUp(up);
            slave.rxQueue(0).rxMode(mode);
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            Thread waiting =
                    new Thread(
                            () -> {
                                try {
                                    slave.rxQueue(0).await(Long.MAX_VALUE);
                                } catch (InterruptedException | IllegalStateException e) {
                                    outcome.set(e);
                                }
                            });
            waiting.start();
            // Interrupted before it sleeps, or while it does.
            waiting.join(up ? 300 : 1);
            waiting.interrupt();
            waiting.join(LONG_MS);
            assertFalse(waiting.isAlive(), "the wait ends");
            assertTrue(
                    outcome.get() instanceof InterruptedException, String.valueOf(outcome.get()));
            slave.rxQueue(0).handOver();
        }
    }

    @Test
    void anArmedQueueShowsOnItsDescriptor() {
        for (MemifInterface[] ends : new MemifInterface[][] {{master, slave}, {slave, master}}) {
            RxQueue rx = ends[0].rxQueue(0);
            TxQueue tx = ends[1].txQueue(0);
            OwnedFd event = rx.eventDescriptor();
            for (int i = 0; i < 100; i++) {
                assertFalse(rx.arm());
                assertFalse(readable(event, 0));
                send(tx, pattern(i, 60));
                assertTrue(readable(event, LONG_MS));
                assertTrue(rx.arm(), "packets are there");
                assertEquals(1, rx.poll((buffer, offset, length, flags) -> {}, 8));
            }
            rx.disarm();
            send(tx, pattern(0, 60));
            assertFalse(readable(event, 0));
        }
    }

    @Test
    void theDescriptorStaysAndShowsTheLinkGoingDownAndUp() throws Exception {
        RxQueue rx = slave.rxQueue(0);
        OwnedFd event = rx.eventDescriptor();
        assertFalse(rx.arm());
        master.close();
        assertTrue(readable(event, LONG_MS));
        while (slave.isConnected()) {
            Thread.onSpinWait();
        }
        rx.arm();
        master = socket.addInterface(config(Role.MASTER).build());
        assertTrue(readable(event, LONG_MS));
        connect(master, slave);
        while (rx.arm() || readable(event, 0)) {
            Thread.onSpinWait();
        }
        send(master.txQueue(0), pattern(3, 60));
        assertTrue(readable(event, LONG_MS));
        assertArrayEquals(pattern(3, 60), receive(rx));
        rx.arm();
        rx.wakeUp();
        assertTrue(readable(event, LONG_MS));
        slave.close();
        assertFalse(event.isOwned());
    }

    /** Arming drains the descriptor; what it takes must not be lost on the caller. */
    @Test
    void aWakeUpBeforeTheArmIsTold() {
        RxQueue rx = slave.rxQueue(0);
        OwnedFd event = rx.eventDescriptor();
        assertFalse(rx.arm());
        rx.wakeUp();
        assertTrue(rx.arm());
        assertFalse(rx.arm());
        assertFalse(readable(event, 0));
    }

    @ParameterizedTest
    @EnumSource
    void aWakeUpEndsAWait(RxMode mode) throws Exception {
        RxQueue rx = master.rxQueue(0);
        rx.rxMode(mode);
        rx.wakeUp();
        assertFalse(rx.await(SOON));
        CountDownLatch waiting = new CountDownLatch(1);
        Thread other =
                new Thread(
                        () -> {
                            waiting.countDown();
                            rx.wakeUp();
                        });
        other.start();
        waiting.await();
        assertFalse(rx.await(SOON));
        other.join();
    }

    @Test
    void aWaitThatBeganWithoutALinkFindsThePacketOfTheNext() throws Exception {
        master.close();
        for (int round = 0; round < 20; round++) {
            FutureTask<byte[]> received =
                    new FutureTask<>(
                            () -> {
                                byte[] packet = receive(slave.rxQueue(0));
                                slave.rxQueue(0).handOver();
                                return packet;
                            });
            Thread waiting = new Thread(received);
            waiting.start();
            MemifInterface next = socket.addInterface(config(Role.MASTER).build());
            connect(next, slave);
            byte[] packet = pattern(round, 100);
            // The slave posts its buffers a moment after the master's link is up.
            while (next.txQueue(0).offer(packet, 0, packet.length) < 0) {
                Thread.onSpinWait();
            }
            next.txQueue(0).flush();
            assertArrayEquals(packet, received.get(SOON, TimeUnit.NANOSECONDS));
            waiting.join();
            next.close();
        }
    }

    @Test
    void noWakeUpIsLostWhileModesAreSwitched() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread switcher =
                new Thread(
                        () -> {
                            RxMode[] modes = RxMode.values();
                            for (int i = 0; !done.get(); i++) {
                                master.rxQueue(0).rxMode(modes[i % 3]);
                                slave.rxQueue(0).rxMode(modes[i / 3 % 3]);
                                Thread.yield();
                            }
                        });
        Thread echo =
                new Thread(
                        () -> {
                            try {
                                for (int i = 0; i < 3000; i++) {
                                    send(master.txQueue(0), receive(master.rxQueue(0)));
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        switcher.start();
        echo.start();
        try {
            for (int i = 0; i < 3000; i++) {
                send(slave.txQueue(0), pattern(i, 60));
                assertArrayEquals(pattern(i, 60), receive(slave.rxQueue(0)));
            }
        } finally {
            done.set(true);
            echo.join();
            switcher.join();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERRUPT", "ADAPTIVE"})
    void anIdleQueueSleeps(RxMode mode) throws Exception {
        RxQueue rx = master.rxQueue(0);
        rx.rxMode(mode);
        rx.await(TimeUnit.MILLISECONDS.toNanos(20));
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertFalse(rx.await(TimeUnit.MILLISECONDS.toNanos(500)));
        long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        assertTrue(used < TimeUnit.MILLISECONDS.toNanos(50), "CPU time " + used + " ns");
    }

    @Test
    void anAdaptiveQueuePollsWhileBusy() throws Exception {
        RxQueue rx = master.rxQueue(0);
        rx.rxMode(RxMode.ADAPTIVE);
        TxQueue tx = slave.txQueue(0);
        // Each packet is there before the wait begins, so that the peer need never signal.
        send(tx, pattern(0, 60));
        receive(rx);
        long before = tx.counters().get(Counter.SIGNALS);
        for (int i = 0; i < 1000; i++) {
            send(tx, pattern(i, 60));
            assertTrue(rx.await(SOON));
            rx.poll((buffer, offset, length, flags) -> {}, 8);
        }
        long signals = tx.counters().get(Counter.SIGNALS) - before;
        assertTrue(signals < 10, signals + " signals");
    }

    @Test
    void aPollingQueueIsNotSignalledEvenBeforeItPolls() {
        RxQueue rx = master.rxQueue(0);
        TxQueue tx = slave.txQueue(0);
        send(tx, pattern(0, 60));
        assertEquals(1, tx.counters().get(Counter.SIGNALS));
        rx.rxMode(RxMode.POLLING);
        send(tx, pattern(0, 60));
        assertEquals(1, tx.counters().get(Counter.SIGNALS));
        rx.rxMode(RxMode.INTERRUPT);
        send(tx, pattern(0, 60));
        assertEquals(2, tx.counters().get(Counter.SIGNALS));
    }
}
