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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A receiver that takes a part of what it was woken for, as VPP in interrupt mode does. */
@Timeout(60)
class StallWatchTest {
    private static final String ADDRESS = "@memif-stall-" + ProcessHandle.current().pid();
    private static final int A_WAKE_UP = 256;
    private static final int PACKETS = 1000;

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

    private static long repeated(MemifInterface sender) {
        return sender.txQueue(0).counters().get(Counter.REPEATED_SIGNALS);
    }
}
