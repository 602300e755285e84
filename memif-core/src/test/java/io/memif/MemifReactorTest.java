package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import io.memif.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One reactor for many sockets, with a thread of its own or driven by the caller. */
@Timeout(60)
class MemifReactorTest {
    private static final int SOCKETS = 4;
    private static final int INTERFACES_A_SOCKET = 50;
    private static final long NS_PER_MS = 1_000_000;

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket(MemifReactor reactor, String name) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .reactor(reactor)
                        .address(directory.resolve(name).toString())
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig config(Role role, int id) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(8)
                .bufferSize(256)
                .reconnectInterval(java.time.Duration.ofMillis(5), java.time.Duration.ofMillis(50))
                .build();
    }

    /** Without those that come and go. */
    private static long memifThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("memif"))
                .filter(thread -> !thread.getName().contains("helper"))
                .filter(thread -> !thread.getName().contains("callbacks"))
                .count();
    }

    @Test
    void twoHundredInterfacesOnFourSocketsNeedOneThread() throws Exception {
        List<MemifInterface> masters = new ArrayList<>();
        List<MemifInterface> slaves = new ArrayList<>();
        MemifReactor left = MemifReactor.start("memif left", errors::add);
        MemifReactor right = MemifReactor.start("memif right", errors::add);
        try (left;
                right) {
            for (int s = 0; s < SOCKETS; s++) {
                MemifSocket a = socket(left, "s" + s);
                MemifSocket b = socket(right, "s" + s);
                for (int id = 0; id < INTERFACES_A_SOCKET; id++) {
                    masters.add(a.addInterface(config(Role.MASTER, id)));
                    slaves.add(b.addInterface(config(Role.SLAVE, id)));
                }
            }
            for (int i = 0; i < masters.size(); i++) {
                connect(masters.get(i), slaves.get(i));
            }
            for (int i = 0; i < masters.size(); i++) {
                exchange(masters.get(i), slaves.get(i), 64 + i);
            }
            assertEquals(2, memifThreads());
        }
        // Closing a reactor closed its sockets, their interfaces and their files.
        assertThrows(MemifException.class, () -> masters.get(0).awaitConnected(Duration.ZERO));
        assertEquals(0, directory.toFile().list().length);
        assertEquals(List.of(), errors);
    }

    @Test
    void closingOneSocketLeavesTheOthersOfItsReactor() throws Exception {
        try (MemifReactor reactor = MemifReactor.start("memif shared", errors::add);
                MemifSocket stays = socket(reactor, "a")) {
            MemifSocket goes = socket(reactor, "b");
            goes.addInterface(config(Role.MASTER, 0));
            MemifInterface master = stays.addInterface(config(Role.MASTER, 0));
            MemifInterface slave = stays.addInterface(config(Role.SLAVE, 0));
            connect(master, slave);
            goes.close();
            exchange(master, slave, 100);
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void aCallerWaitsOnTheDescriptorAndDoesTheWork() throws Exception {
        Posix posix = Posix.open();
        try (MemifReactor reactor = MemifReactor.callerDriven(errors::add);
                MemifSocket a = socket(reactor, "s");
                MemifSocket b = socket(reactor, "s")) {
            MemifInterface master = a.addInterface(config(Role.MASTER, 3));
            MemifInterface slave = b.addInterface(config(Role.SLAVE, 3));
            int epoll = reactor.fd().acquire();
            try {
                long end = System.nanoTime() + SOON;
                while (!(master.isConnected() && slave.isConnected())) {
                    assertTrue(System.nanoTime() < end, "connected in time");
                    long wait = Math.min(reactor.nextTimerDelayNs(), SOON);
                    int ms = (int) ((wait + NS_PER_MS - 1) / NS_PER_MS);
                    posix.polling().pollOne(epoll, PollCalls.READABLE, ms);
                    reactor.doWork();
                }
                exchange(master, slave, 100);
                // The descriptor shows what other threads want as well.
                while (posix.polling().pollOne(epoll, PollCalls.READABLE, 0) > 0) {
                    reactor.doWork();
                }
                Thread other = new Thread(reactor::wakeUp);
                other.start();
                int ready = posix.polling().pollOne(epoll, PollCalls.READABLE, 20_000);
                assertEquals(1, ready);
                other.join();
            } finally {
                reactor.fd().release();
            }
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void aReactorWithAThreadIsNotDriven() {
        try (MemifReactor reactor = MemifReactor.start("memif own", errors::add);
                MemifSocket socket = socket(reactor, "s")) {
            assertThrows(IllegalStateException.class, reactor::doWork);
            assertThrows(IllegalStateException.class, socket::doWork);
        }
    }

    /** A JVM that may have only as many threads as its user already has. */
    @Test
    void withoutAThreadNothingIsLeftAndTheLimitIsSaid() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can become another user");
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=54321", "--clear-groups"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildProcess.SMALL_JVM);
        command.addAll(List.of("-cp", readableClassPath(), NoThreadMain.class.getName()));
        try (ChildProcess child =
                ChildProcess.command("no thread", command).withoutInput().start()) {
            assertEquals(0, child.exitCode(), child::toString);
            assertTrue(child.out().contains("LIMIT cannot start the thread"), child::toString);
            assertTrue(child.out().contains("ulimit -u 1 "), child::toString);
        }
    }

    /** A copy, since another user may not see where the build has its files. */
    private String readableClassPath() throws Exception {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (Files.exists(Path.of(entry))) {
                Path copy = directory.resolve(copies.size() + "-" + Path.of(entry).getFileName());
                ChildProcess.run(List.of("cp", "-rL", entry, copy.toString()));
                copies.add(copy.toString());
            }
        }
        ChildProcess.run(List.of("chmod", "-R", "a+rX", directory.toString()));
        return String.join(":", copies);
    }

    /** Opens a socket while no thread is available, and then with one. */
    static final class NoThreadMain {
        private NoThreadMain() {}

        private static int descriptors() {
            return Path.of("/proc/self/fd").toFile().list().length;
        }

        private static void limit(String threads) throws Exception {
            // A JVM waits for each process on a thread, which it keeps for the next one.
            new ProcessBuilder("true").start().waitFor();
            Process prlimit =
                    new ProcessBuilder(
                                    "prlimit",
                                    "--nproc=" + threads,
                                    "--pid",
                                    Long.toString(ProcessHandle.current().pid()))
                            .inheritIO()
                            .start();
            if (prlimit.waitFor() != 0) {
                throw new IllegalStateException("prlimit failed");
            }
        }

        public static void main(String[] args) throws Exception {
            SocketConfig config = SocketConfig.builder().address("@memif-no-thread").build();
            MemifSocket.open(config).close();
            int before = descriptors();
            limit("1");
            try (MemifSocket socket = MemifSocket.open(config)) {
                throw new IllegalStateException("opened " + socket);
            } catch (MemifException e) {
                System.out.println(e.code() + " " + e.getMessage());
            }
            if (descriptors() != before) {
                throw new IllegalStateException(before + " descriptors before, " + descriptors());
            }
            System.exit(0);
        }
    }

    @Test
    void aClosedReactorTakesNoSocket() {
        MemifReactor reactor = MemifReactor.start("memif closed", errors::add);
        reactor.close();
        reactor.close();
        assertThrows(MemifException.class, () -> socket(reactor, "s"));
    }

    @Test
    void callsFromOtherThreadsAreAnsweredWhileTheReactorCloses() throws Exception {
        for (int round = 0; round < 50; round++) {
            MemifReactor reactor = MemifReactor.start("memif race", errors::add);
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            Thread other =
                    new Thread(
                            () -> {
                                try {
                                    while (true) {
                                        socket(reactor, "s").close();
                                    }
                                } catch (MemifException e) {
                                    outcome.set(e);
                                }
                            });
            other.start();
            reactor.close();
            other.join();
            assertTrue(outcome.get().getMessage().contains("closed"), outcome.get().toString());
        }
    }
}
