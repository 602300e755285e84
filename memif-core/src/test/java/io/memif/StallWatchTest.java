package io.memif;

import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A receiver that takes a part of what it was woken for, as VPP in interrupt mode does. */
@Timeout(60)
class StallWatchTest {
    private static final String ADDRESS = "@memif-stall-" + ProcessHandle.current().pid();
    private static final int A_WAKE_UP = 256;
    private static final int PACKETS = 1000;
    private static final long MS = 1_000_000;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Posix posix = Posix.open();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build());
    }

    private static InterfaceConfig config(Role role, boolean repeat) {
        return InterfaceConfig.builder()
                .role(role)
                .rxMode(RxMode.INTERRUPT)
                .repeatSignals(repeat)
                .build();
    }

    /** Takes one portion a signal and never looks at the ring by itself. */
    private int takePortions(RxQueue rx, int timeoutMs) {
        OwnedFd event = rx.eventDescriptor();
        int number = event.acquire();
        int taken = 0;
        try {
            while (taken < PACKETS
                    && posix.polling().pollOne(number, PollCalls.READABLE, timeoutMs) > 0) {
                rx.arm();
                rx.rings().get(0).mask(false);
                taken += rx.poll((buffer, offset, length, flags) -> {}, A_WAKE_UP);
            }
            return taken;
        } finally {
            event.release();
        }
    }

    private static void sendAll(TxQueue tx) {
        byte[] packet = pattern(1, 60);
        for (int i = 0; i < PACKETS; i++) {
            assertEquals(1, tx.offer(packet, 0, packet.length));
        }
        tx.flush();
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatLeavesPacketsIsSignalledAgain(Role sender) throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface master = socket.addInterface(config(Role.MASTER, true));
            MemifInterface slave = socket.addInterface(config(Role.SLAVE, true));
            connect(master, slave);
            MemifInterface from = sender == Role.MASTER ? master : slave;
            MemifInterface to = sender == Role.MASTER ? slave : master;
            to.rxQueue(0).eventDescriptor();
            sendAll(from.txQueue(0));
            assertEquals(PACKETS, takePortions(to.rxQueue(0), 20_000));
            assertTrue(repeated(from) > 0, "no repeated signal");
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void repeatingIsBoundedAndAnIdleProcessSleeps() throws Exception {
        try (MemifSocket socket = socket()) {
            MemifInterface master = socket.addInterface(config(Role.MASTER, true));
            MemifInterface slave = socket.addInterface(config(Role.SLAVE, true));
            connect(master, slave);
            slave.rxQueue(0).arm();
            sendAll(master.txQueue(0));
            // On a busy machine sending takes long enough for a stall of its own.
            long whileSending = repeated(master);
            long id =
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("memif " + ADDRESS))
                            .findFirst()
                            .orElseThrow()
                            .getId();
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
            long start = System.nanoTime();
            assertFalse(new CountDownLatch(1).await(2, TimeUnit.SECONDS));
            long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(id) - before;
            double share = (double) used / (System.nanoTime() - start);
            assertTrue(share < 0.05, "share of a processor " + share);
            long all = repeated(master);
            assertTrue(all >= 8 && all - whileSending <= 8, whileSending + " of " + all);
        }
    }

    /** Sends packets of one slot each, a batch at a time; nobody takes them. */
    private static void send(TxQueue tx, int packets) {
        byte[] packet = pattern(1, 60);
        for (int i = 0; i < packets; i++) {
            assertEquals(1, tx.offer(packet, 0, packet.length));
        }
        tx.flush();
    }

    /** One packet on queue 0 is on its way for long enough to be looked at without haste. */
    private static void calmDown(DrivenReactor driven, MemifInterface from, MemifInterface to) {
        send(from.txQueue(0), 1);
        assertEquals(1, to.rxQueue(0).poll((buffer, offset, length, flags) -> {}, 8));
        long looks = driven.reactor.control().ringLooks();
        for (int tick = 0; tick < 20 && driven.reactor.control().ringLooks() == looks; tick++) {
            driven.now += 10 * MS;
            driven.reactor.doWork();
        }
        assertEquals(looks + 1, driven.reactor.control().ringLooks());
    }

    @ParameterizedTest
    @CsvSource({"MASTER, 0", "MASTER, 1", "SLAVE, 0", "SLAVE, 1"})
    void moreThanAPeerTakesAtOnceIsLookedAtSoon(Role sender, int queue, @TempDir Path directory) {
        try (DrivenReactor driven = new DrivenReactor(directory, posix, 0)) {
            MemifInterface master = driven.socket().addInterface(twoQueues(Role.MASTER));
            MemifInterface slave = driven.socket().addInterface(twoQueues(Role.SLAVE));
            driven.workUntil(() -> master.isConnected() && slave.isConnected());
            MemifInterface from = sender == Role.MASTER ? master : slave;
            MemifInterface to = sender == Role.MASTER ? slave : master;
            TxQueue tx = from.txQueue(queue);
            to.rxQueue(queue).arm();
            calmDown(driven, from, to);
            send(tx, A_WAKE_UP);
            assertEquals(0, looksWithin(driven, 40), "a peer takes as many without a look");
            send(tx, 1);
            assertTrue(looksWithin(driven, 20) > 0, "more are looked at soon");
            assertEquals(0, tx.counters().get(Counter.REPEATED_SIGNALS));
            assertTrue(looksWithin(driven, 20) > 0, "and soon again");
            assertEquals(1, tx.counters().get(Counter.REPEATED_SIGNALS));
            assertEquals(257, to.rxQueue(queue).poll((b, offset, length, flags) -> {}, 512));
        }
    }

    private static long looksWithin(DrivenReactor driven, int ms) {
        long before = driven.reactor.control().ringLooks();
        driven.reactor.doWork();
        driven.now += ms * MS;
        driven.reactor.doWork();
        return driven.reactor.control().ringLooks() - before;
    }

    private static InterfaceConfig twoQueues(Role role) {
        return InterfaceConfig.builder().role(role).ringSize(1024).queues(2).build();
    }

    private static long repeated(MemifInterface sender) {
        return sender.txQueue(0).counters().get(Counter.REPEATED_SIGNALS);
    }
}
