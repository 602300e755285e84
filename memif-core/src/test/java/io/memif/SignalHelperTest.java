package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static io.memif.testing.TestPackets.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.control.LinkRing;
import io.memif.internal.posix.DescriptorCalls;
import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.Await;
import io.memif.testing.TestPosix;
import io.memif.unix.OwnedFd;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels and sandboxes without io_submit or preadv2, and peers that make event descriptors block:
 * only the helper of that link makes a plain call on one, and a helper that is held up holds up
 * nobody else. No lost signal is made up for here: the timed look at the ring is off.
 */
@Timeout(60)
class SignalHelperTest {
    private static final String ADDRESS = "@memif-signal-" + ProcessHandle.current().pid();
    private static final String HELPER = "memif signalling helper";
    private static final int PACKETS = 50;

    private final Posix sound = TestPosix.open();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    /**
     * What the peer shares with us, and changes when somebody is about to make a plain call on it.
     */
    private final AtomicReference<OwnedFd> shared = new AtomicReference<>();

    private final AtomicBoolean struck = new AtomicBoolean();

    private static SocketConfig config(List<Throwable> errors) {
        return SocketConfig.builder().address(ADDRESS).errorHandler(errors::add).build();
    }

    private MemifSocket socket(Posix posix) {
        return MemifSocket.open(config(errors), posix);
    }

    private static InterfaceConfig interfaceOf(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(64)
                .rxMode(RxMode.INTERRUPT)
                .interruptRecheck(Duration.ZERO)
                .repeatSignals(false)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                .build();
    }

    private static Role other(Role role) {
        return role == Role.MASTER ? Role.SLAVE : Role.MASTER;
    }

    private static boolean isHelper() {
        return Thread.currentThread().getName().equals(HELPER);
    }

    private static List<Thread> helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(HELPER))
                .toList();
    }

    private void share(LinkRing ring) {
        shared.set(ring.event().fd());
    }

    /** Makes the shared counter block: full for a writer. */
    private synchronized void strike() {
        OwnedFd fd = shared.get();
        int number = fd == null ? -1 : fd.tryAcquire();
        if (number < 0) {
            return;
        }
        try {
            DescriptorCalls calls = sound.descriptors();
            ByteBuffer word = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            calls.setStatusFlags(number, DescriptorCalls.O_NONBLOCK);
            calls.read(number, word);
            calls.write(number, word.putLong(0, -2L));
            calls.setStatusFlags(number, 0);
            struck.set(true);
        } finally {
            fd.release();
        }
    }

    /** The peer takes what it has put there. */
    private void letGo() {
        int number = shared.get().acquire();
        try {
            sound.descriptors().setStatusFlags(number, DescriptorCalls.O_NONBLOCK);
            sound.descriptors().read(number, ByteBuffer.allocateDirect(8));
        } finally {
            shared.get().release();
        }
    }

    static List<Arguments> refusals() {
        List<Arguments> all = new ArrayList<>();
        for (Role sender : Role.values()) {
            all.add(Arguments.of(sender, SystemCall.IO_SETUP, Errno.EPERM));
            for (int errno : new int[] {Errno.EPERM, Errno.ENOSYS, Errno.EAGAIN}) {
                all.add(Arguments.of(sender, SystemCall.IO_SUBMIT, errno));
            }
        }
        return all;
    }

    /** The context of asynchronous calls is the process's, so its making is refused with it. */
    private static Posix without(SystemCall refused, int errno) {
        return TestPosix.open(
                call ->
                        call == refused
                                        || refused == SystemCall.IO_SETUP
                                                && call == SystemCall.IO_SUBMIT
                                ? -errno
                                : 0);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everySignalArrivesByTheHelperOfTheLink(Role sender, SystemCall refused, int errno)
            throws Exception {
        try (MemifSocket ours = socket(without(refused, errno));
                MemifSocket theirs = socket(sound)) {
            MemifInterface from = ours.addInterface(interfaceOf(sender, 0));
            MemifInterface to = theirs.addInterface(interfaceOf(other(sender), 0));
            connect(from, to);
            assertEquals(List.of(), helpers(), "nobody has signalled yet");
            expectEachSignalled(from, to);
            assertEquals(1, helpers().size());
            assertTrue(helpers().get(0).isDaemon());
            from.close();
            Await.soon("it ends with the link", () -> helpers().isEmpty());
        }
        assertEquals(List.of(), errors);
    }

    private static void expectEachSignalled(MemifInterface from, MemifInterface to)
            throws InterruptedException {
        RxQueue rx = to.rxQueue(0);
        TxQueue tx = from.txQueue(0);
        for (int i = 0; i < PACKETS; i++) {
            AtomicBoolean sent = new AtomicBoolean();
            byte[] packet = pattern(i, 60);
            Thread sender =
                    new Thread(
                            () -> {
                                while (tx.offer(packet, 0, packet.length) < 0) {
                                    Thread.onSpinWait();
                                }
                                tx.flush();
                                tx.handOver();
                                sent.set(true);
                            });
            sender.start();
            assertTrue(rx.await(SOON), "packet " + i);
            assertEquals(1, rx.poll((buffer, offset, length, flags) -> {}, 8));
            sender.join();
            assertTrue(sent.get());
        }
    }

    @Test
    void whereTheKernelSignalsWithoutWaitingNoThreadIsStarted() throws Exception {
        try (MemifSocket ours = socket(sound);
                MemifInterface master = ours.addInterface(interfaceOf(Role.MASTER, 0));
                MemifInterface slave = ours.addInterface(interfaceOf(Role.SLAVE, 0))) {
            connect(master, slave);
            expectEachSignalled(master, slave);
            assertEquals(List.of(), helpers());
        }
        assertEquals(List.of(), errors);
    }

    /** The queue's thread reads plainly what is its own, its wake-ups, and no ring's event. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS, Errno.EOPNOTSUPP})
    void withoutPreadv2EverySignalWakesAndNobodyReads(int errno) throws Exception {
        Thread queues = Thread.currentThread();
        AtomicInteger reads = new AtomicInteger();
        Posix posix =
                TestPosix.open(
                        call -> {
                            if (call == SystemCall.READ && Thread.currentThread() == queues) {
                                reads.incrementAndGet();
                            }
                            return call == SystemCall.READ_NOW ? -errno : 0;
                        });
        for (Role receiver : Role.values()) {
            try (MemifSocket ours = socket(posix);
                    MemifSocket theirs = socket(sound);
                    MemifInterface to = ours.addInterface(interfaceOf(receiver, 0));
                    MemifInterface from = theirs.addInterface(interfaceOf(other(receiver), 0))) {
                connect(from, to);
                expectEachSignalled(from, to);
                expectNoSpin(to.rxQueue(0));
                expectOwnEpollToRest(to.rxQueue(0), from.txQueue(0));
                assertTrue(reads.getAndSet(0) < PACKETS / 5, () -> reads + " reads");
            }
        }
        assertEquals(List.of(), errors);
    }

    private static void expectNoSpin(RxQueue rx) throws InterruptedException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertFalse(rx.await(TimeUnit.MILLISECONDS.toNanos(500)));
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        assertTrue(spent < TimeUnit.MILLISECONDS.toNanos(100), spent + " ns of 500 ms");
    }

    /** As {@link RxQueue#eventDescriptor} promises it. */
    private void expectOwnEpollToRest(RxQueue rx, TxQueue tx) {
        OwnedFd event = rx.eventDescriptor();
        int number = event.acquire();
        try {
            for (int i = 0; i < PACKETS; i++) {
                assertFalse(rx.arm());
                assertEquals(0, sound.polling().pollOne(number, 1, 0), "round " + i);
                assertEquals(1, tx.offer(pattern(i, 60), 0, 60));
                tx.flush();
                assertEquals(1, sound.polling().pollOne(number, 1, 20_000));
                assertTrue(rx.arm());
                assertEquals(1, rx.poll((buffer, offset, length, flags) -> {}, 8));
            }
        } finally {
            event.release();
        }
    }

    /** No io_submit, and a peer that catches the helper in its write. */
    private Posix caught() {
        return TestPosix.open(
                call -> {
                    if (call == SystemCall.WRITE && isHelper() && !struck.get()) {
                        strike();
                    }
                    return call == SystemCall.IO_SUBMIT ? -Errno.EPERM : 0;
                });
    }

    private void sendUntilHeld(TxQueue tx) throws InterruptedException {
        byte[] packet = pattern(1, 60);
        tx.offer(packet, 0, packet.length);
        tx.flush();
        Await.soon("the peer strikes", struck::get);
    }

    @ParameterizedTest
    @EnumSource
    void aHeldHelperHoldsNobodyElseAndIsReportedOnce(Role sender) throws Exception {
        try (MemifSocket ours = socket(caught());
                MemifSocket theirs = socket(sound);
                MemifInterface held = ours.addInterface(interfaceOf(sender, 0));
                MemifInterface hostile = theirs.addInterface(interfaceOf(other(sender), 0));
                MemifInterface from = ours.addInterface(interfaceOf(sender, 1));
                MemifInterface to = theirs.addInterface(interfaceOf(other(sender), 1))) {
            connect(held, hostile);
            connect(from, to);
            share(held.txQueue(0).ring());
            sendUntilHeld(held.txQueue(0));
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                held.txQueue(0).offer(pattern(1, 60), 0, 60);
                held.txQueue(0).flush();
                hostile.rxQueue(0).poll((buffer, offset, length, flags) -> {}, 8);
                ours.details();
            }
            expectEachSignalled(from, to);
            long took = System.nanoTime() - start;
            assertTrue(took < TimeUnit.SECONDS.toNanos(10), took + " ns");
            assertEquals(2, helpers().size());
            Await.soon("a report", () -> !reports().isEmpty());
            exchange(from, to, 60);
            letGo();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1200);
            while (System.nanoTime() < until) {
                assertFalse(from.rxQueue(0).await(until - System.nanoTime()));
            }
        }
        assertEquals(1, reports().size(), errors.toString());
        String held = "a helper has been held up for more than a second by signalling the peer of ";
        assertTrue(reports().get(0).startsWith(held), reports().get(0));
    }

    /** Of helpers; a slave that comes while its master is not there is reported as well. */
    private List<String> reports() {
        return errors.stream()
                .map(Throwable::getMessage)
                .filter(report -> report.contains("helper"))
                .toList();
    }

    /** The end of its link frees it although the peer still holds it, and nobody waits for that. */
    @ParameterizedTest
    @EnumSource
    void aHeldHelperIsSetFreeAtTheEndOfItsLink(Role sender) throws Exception {
        try (MemifSocket ours = socket(caught());
                MemifSocket theirs = socket(sound)) {
            MemifInterface held = ours.addInterface(interfaceOf(sender, 0));
            MemifInterface hostile = theirs.addInterface(interfaceOf(other(sender), 0));
            connect(held, hostile);
            OwnedFd event = held.txQueue(0).ring().event().fd();
            share(held.txQueue(0).ring());
            sendUntilHeld(held.txQueue(0));
            long start = System.nanoTime();
            held.close();
            long took = System.nanoTime() - start;
            assertTrue(took < TimeUnit.SECONDS.toNanos(1), took + " ns");
            Await.soon("it ends with the link", () -> helpers().isEmpty());
            assertFalse(event.isOwned());
        }
        assertEquals(List.of(), errors);
    }
}
