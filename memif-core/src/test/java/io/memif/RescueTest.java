package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not signal, as some do that lack a fence: their packets are found all the same. */
@Timeout(60)
class RescueTest {
    private static final String ADDRESS = "@memif-rescue-" + ProcessHandle.current().pid();

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private volatile Thread silent;

    private SocketConfig socket() {
        return SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build();
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .rxMode(RxMode.INTERRUPT)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                .build();
    }

    /** What the silent thread signals never arrives, nor does what a helper writes for it. */
    private int intercept(SystemCall call) {
        Thread thread = Thread.currentThread();
        boolean signal = call == SystemCall.WRITE || call == SystemCall.IO_SUBMIT;
        boolean helper = thread.getName().equals("memif signalling helper");
        boolean lost = helper && signal || thread == silent && call == SystemCall.IO_SUBMIT;
        return lost ? -Errno.EAGAIN : 0;
    }

    @ParameterizedTest
    @EnumSource
    void aLostSignalIsMadeUpForAndCounted(Role receiver) throws Exception {
        Role sender = receiver == Role.MASTER ? Role.SLAVE : Role.MASTER;
        try (MemifSocket losing = MemifSocket.open(socket(), TestPosix.open(this::intercept));
                MemifSocket sound = MemifSocket.open(socket(), TestPosix.open());
                MemifInterface from = losing.addInterface(config(sender));
                MemifInterface to = sound.addInterface(config(receiver))) {
            connect(from, to);
            RxQueue rx = to.rxQueue(0);
            long end = System.nanoTime() + SOON;
            int packets = 0;
            // A packet that comes before the queue sleeps needs no rescue: so until one does.
            while (rx.counters().get(Counter.RESCUES) == 0) {
                assertTrue(System.nanoTime() < end, "a rescue within " + packets + " packets");
                FutureTask<Boolean> found = new FutureTask<>(() -> rx.await(SOON));
                Thread waiter = new Thread(found);
                waiter.start();
                silent = Thread.currentThread();
                send(from.txQueue(0), pattern(packets++, 60));
                silent = null;
                assertTrue(found.get());
                waiter.join();
                rx.handOver();
                assertEquals(1, rx.poll((buffer, offset, length, flags) -> {}, 8));
                rx.handOver();
            }
            assertEquals(0, rx.counters().get(Counter.WAKEUPS));
        }
        assertEquals(List.of(), errors);
    }
}
