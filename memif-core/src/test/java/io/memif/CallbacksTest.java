package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.testing.LinkEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever listeners, error handlers and completions do: the control path goes on. */
@Timeout(60)
class CallbacksTest {
    private static final long CLOSE_NS = TimeUnit.SECONDS.toNanos(1);

    /** Beyond the second that a close waits; other processes may have the processor. */
    private static final long SLACK_NS = TimeUnit.MILLISECONDS.toNanos(1500);

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket(Consumer<Throwable> errorHandler) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .errorHandler(errorHandler)
                        .build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .ringSize(8)
                .bufferSize(256)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    private static void bounce(MemifInterface itf) {
        itf.setAdminUp(false);
        itf.setAdminUp(true);
    }

    private static void overflow(int depth) {
        overflow(depth + 1);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable e) throws T {
        throw (T) e;
    }

    /** Everything that can be thrown, even what no code expects. */
    private static void fail(int number) {
        switch (number % 5) {
            case 0 -> throw new AssertionError("an error");
            case 1 -> overflow(0);
            case 2 -> CallbacksTest.<RuntimeException>sneak(new Throwable("neither nor"));
            case 3 -> throw new OutOfMemoryError("made up");
            default -> CallbacksTest.<RuntimeException>sneak(new InterruptedException("me"));
        }
    }

    @Test
    void whatListenersAndHandlersThrowEndsNothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        InterfaceListener failing =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        fail(calls.getAndIncrement());
                    }

                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        Thread.currentThread().interrupt();
                        fail(calls.getAndIncrement());
                    }
                };
        try (MemifSocket socket = socket(e -> fail(handled.getAndIncrement()));
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(config(Role.SLAVE).listener(failing).build())) {
            for (int round = 1; round <= 5; round++) {
                connect(master, slave);
                exchange(master, slave, 60);
                bounce(slave);
                int expected = 2 * round;
                Await.soon("told", () -> calls.get() >= expected && handled.get() >= expected);
            }
            connect(master, slave);
        }
    }

    @Test
    void callbacksHaveADaemonThreadOfTheirOwn() throws Exception {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        assertTrue(itf.isConnected());
                        assertTrue(itf.rxQueue(0).link() != 0);
                        threads.add(Thread.currentThread());
                        throw new IllegalStateException("for the error handler");
                    }
                };
        try (MemifSocket socket =
                        socket(
                                e -> {
                                    errors.add(e);
                                    threads.add(Thread.currentThread());
                                });
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(
                                config(Role.SLAVE).adminUp(false).listener(listener).build())) {
            slave.connected().thenRun(() -> threads.add(Thread.currentThread()));
            slave.setAdminUp(true);
            connect(master, slave);
            Await.soon("three callbacks", () -> threads.size() == 3);
            for (Thread thread : threads) {
                assertSame(threads.get(0), thread);
                assertTrue(thread.isDaemon());
                assertEquals("memif " + socket.address() + " callbacks", thread.getName());
            }
        }
        Await.soon("the end of the thread", () -> !threads.get(0).isAlive());
        assertEquals("for the error handler", errors.get(0).getMessage());
    }

    /** Holds the slave's listener in one of its methods until it is let go. */
    private static final class Holding implements InterfaceListener {
        private final LinkEvents told = new LinkEvents();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void onLinkUp(MemifInterface itf, LinkInfo link) {
            told.onLinkUp(itf, link);
            if (entered.getCount() > 0) {
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void onLinkDown(MemifInterface itf, String reason) {
            told.onLinkDown(itf, reason);
        }
    }

    @Test
    void noNewLinkBeforeASlavesListenerHasReturned() throws Exception {
        heldListener(Role.SLAVE);
    }

    @Test
    void noNewLinkBeforeAMastersListenerHasReturned() throws Exception {
        heldListener(Role.MASTER);
    }

    private void heldListener(Role held) throws Exception {
        Holding listener = new Holding();
        LinkEvents free = new LinkEvents();
        Role other = held == Role.SLAVE ? Role.MASTER : Role.SLAVE;
        try (MemifSocket socket = socket(errors::add);
                MemifInterface master =
                        socket.addInterface(
                                config(Role.MASTER)
                                        .listener(held == Role.MASTER ? listener : free)
                                        .build());
                MemifInterface slave =
                        socket.addInterface(
                                config(Role.SLAVE)
                                        .listener(held == Role.SLAVE ? listener : free)
                                        .build());
                MemifInterface otherMaster =
                        socket.addInterface(config(Role.MASTER).id(1).build());
                MemifInterface otherSlave = socket.addInterface(config(Role.SLAVE).id(1).build())) {
            MemifInterface stuck = held == Role.SLAVE ? slave : master;
            assertTrue(listener.entered.await(SOON, TimeUnit.NANOSECONDS));
            bounce(other == Role.SLAVE ? slave : master);
            Await.soon("down", () -> !stuck.isConnected());
            assertFalse(stuck.awaitConnected(Duration.ofMillis(1500)));
            // Others go on, and the error handler has heard of it, once.
            for (int i = 0; i < 3; i++) {
                connect(otherMaster, otherSlave);
                bounce(otherSlave);
            }
            long late =
                    errors.stream()
                            .filter(
                                    e ->
                                            e.getMessage()
                                                    .contains("has not returned within a second"))
                            .count();
            assertEquals(1, late, errors.toString());
            StackTraceElement[] where = errors.get(0).getStackTrace();
            assertTrue(List.of(where).toString().contains("onLinkUp"), List.of(where).toString());
            assertEquals("up", listener.told.next());
            listener.told.assertNoMore();
            listener.release.countDown();
            assertTrue(listener.told.next().startsWith("down: "));
            assertEquals("up", listener.told.next());
            assertTrue(stuck.isConnected());
        }
    }

    @Test
    void aCloseWaitsForAListenerButASecondAtMost() throws Exception {
        Holding listener = new Holding();
        MemifSocket socket = socket(errors::add);
        MemifInterface master = socket.addInterface(config(Role.MASTER).build());
        MemifInterface slave = socket.addInterface(config(Role.SLAVE).listener(listener).build());
        connect(master, slave);
        assertTrue(listener.entered.await(SOON, TimeUnit.NANOSECONDS));
        long took = timed(slave::close);
        assertTrue(took >= CLOSE_NS && took < CLOSE_NS + SLACK_NS, took + " ns");
        took = timed(socket::close);
        assertTrue(took >= CLOSE_NS && took < CLOSE_NS + SLACK_NS, took + " ns");
        listener.release.countDown();
        assertEquals("up", listener.told.next());
        assertEquals("down: interface deleted", listener.told.next());
    }

    private static long timed(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }

    /** What the listener does when the master closes; then how long closing the slave takes. */
    private long closeWhile(Consumer<MemifInterface> inListener, Consumer<Runnable> closing)
            throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        entered.countDown();
                        inListener.accept(itf);
                    }
                };
        AtomicReference<Long> took = new AtomicReference<>();
        try (MemifSocket masters = socket(errors::add);
                MemifSocket slaves = socket(errors::add)) {
            MemifInterface master = masters.addInterface(config(Role.MASTER).build());
            MemifInterface slave =
                    slaves.addInterface(config(Role.SLAVE).listener(listener).build());
            connect(master, slave);
            closing.accept(
                    () -> {
                        master.close();
                        try {
                            entered.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        took.set(timed(slaves::close));
                    });
        }
        return took.get();
    }

    @Test
    void aListenerThatWaitsForItsOwnLinkHoldsNobody() throws Exception {
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        long took =
                closeWhile(
                        itf -> {
                            try {
                                itf.awaitConnected(Duration.ofNanos(SOON));
                            } catch (InterruptedException | MemifException e) {
                                outcome.set(e);
                            }
                        },
                        Runnable::run);
        assertTrue(took < CLOSE_NS, took + " ns");
        assertTrue(outcome.get() instanceof MemifException, String.valueOf(outcome.get()));
    }

    @Test
    void aListenerThatWaitsForALockOfWhoClosesHoldsHimForASecond() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        long took =
                closeWhile(
                        itf -> {
                            lock.lock();
                            lock.unlock();
                        },
                        close -> {
                            lock.lock();
                            try {
                                close.run();
                            } finally {
                                lock.unlock();
                            }
                        });
        assertTrue(took >= CLOSE_NS && took < CLOSE_NS + SLACK_NS, took + " ns");
    }

    @Test
    void aListenerClosesItsOwnSocketWithoutWaiting() throws Exception {
        AtomicReference<Long> took = new AtomicReference<>();
        LinkEvents events = new LinkEvents();
        InterfaceListener closing =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        took.set(timed(itf.socket()::close));
                    }

                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        events.onLinkDown(itf, reason);
                    }
                };
        try (MemifSocket masters = socket(errors::add);
                MemifSocket slaves = socket(errors::add)) {
            masters.addInterface(config(Role.MASTER).build());
            slaves.addInterface(config(Role.SLAVE).listener(closing).build());
            assertEquals("down: interface deleted", events.next());
            assertTrue(took.get() < CLOSE_NS, took.get() + " ns");
        }
    }

    /** Where the caller drives, callbacks come inside of its turns, and never inside of others. */
    @Test
    void callerDrivenCallbacksComeInsideDoWork() throws Exception {
        List<String> told = new ArrayList<>();
        Set<Boolean> inTurn = new HashSet<>();
        boolean[] working = {false};
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        told.add("up");
                        inTurn.add(working[0]);
                    }

                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        told.add("down");
                        inTurn.add(working[0]);
                        // Its own link cannot come meanwhile.
                        try {
                            assertFalse(
                                    !itf.isClosed() && itf.awaitConnected(Duration.ofMillis(50)));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
        SocketConfig.Builder config =
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .ownThread(false);
        try (MemifSocket socket = MemifSocket.open(config.build());
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(config(Role.SLAVE).listener(listener).build())) {
            for (int round = 1; round <= 3; round++) {
                int links = round;
                long end = System.nanoTime() + SOON;
                while (told.stream().filter("up"::equals).count() < links) {
                    assertTrue(System.nanoTime() < end, told.toString());
                    working[0] = true;
                    socket.doWork();
                    working[0] = false;
                }
                assertTrue(master.isConnected() && slave.isConnected());
                bounce(slave);
            }
        }
        assertEquals(List.of("up", "down", "up", "down", "up", "down"), told);
        // The last one may come out of close, which is a turn as well.
        assertTrue(inTurn.contains(true));
        assertEquals(List.of(), errors);
    }

    @Test
    void anExitInAListenerEndsThoughAHookClosesTheSocket() throws Exception {
        try (ChildProcess child =
                ChildProcess.java(
                                ChildProcess.SMALL_JVM,
                                ExitInListenerMain.class,
                                directory.resolve("s").toString())
                        .withoutInput()
                        .start()) {
            assertNotNull(child.awaitLine("down"));
            assertEquals(3, child.exitCode(), child::toString);
            assertTrue(child.out().contains("closed"), child::toString);
        }
    }

    /** Exits in a listener, while a shutdown hook closes the listener's socket. */
    static final class ExitInListenerMain {
        private ExitInListenerMain() {}

        public static void main(String[] args) throws Exception {
            SocketConfig config = SocketConfig.builder().address(args[0]).build();
            InterfaceListener exiting =
                    new InterfaceListener() {
                        @Override
                        public void onLinkDown(MemifInterface itf, String reason) {
                            System.out.println("down");
                            System.exit(3);
                        }
                    };
            MemifSocket slaves = MemifSocket.open(config);
            try (MemifSocket masters = MemifSocket.open(config)) {
                Runtime.getRuntime()
                        .addShutdownHook(
                                new Thread(
                                        () -> {
                                            slaves.close();
                                            System.out.println("closed");
                                        }));
                MemifInterface master = masters.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        slaves.addInterface(config(Role.SLAVE).listener(exiting).build());
                connect(master, slave);
                master.close();
                Thread.currentThread().join();
            }
        }
    }
}
