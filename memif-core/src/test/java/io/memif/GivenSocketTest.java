package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SocketCalls;
import io.memif.testing.TestSockets;
import io.memif.unix.OwnedFd;
import io.memif.unix.UnixAddress;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets that the caller made: listening ones, and connected ones in both roles. */
@Timeout(60)
class GivenSocketTest {
    private static final InterfaceConfig MASTER =
            InterfaceConfig.builder().role(Role.MASTER).ringSize(16).build();

    @TempDir Path directory;

    private final Posix posix = Posix.open();

    private static InterfaceConfig.Builder slave() {
        return InterfaceConfig.builder()
                .ringSize(16)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    private static SocketConfig config() {
        return SocketConfig.builder().address("/nowhere/at/all").errorHandler(e -> {}).build();
    }

    private OwnedFd listener(Path path) {
        // Blocking on purpose: the library has to change that.
        int type = SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;
        int raw = posix.sockets().socket(type);
        OwnedFd fd = OwnedFd.adopt(posix, raw, "listener of a test");
        assertEquals(0, posix.sockets().bind(raw, UnixAddress.ofPath(path.toString()).toBytes()));
        assertEquals(0, posix.sockets().listen(raw, 8));
        return fd;
    }

    @Test
    void aListeningDescriptorIsServedAndItsFileLeftAlone() throws Exception {
        Path path = directory.resolve("s");
        OwnedFd listening = listener(path);
        try (MemifSocket a = MemifSocket.open(config(), listening);
                MemifSocket b =
                        MemifSocket.open(SocketConfig.builder().address(path.toString()).build());
                MemifInterface slave = b.addInterface(slave().build())) {
            assertEquals(path.toString(), a.address());
            for (int round = 0; round < 2; round++) {
                // Between two masters slaves wait in the kernel's queue.
                try (MemifInterface master = a.addInterface(MASTER)) {
                    connect(master, slave);
                    exchange(master, slave, 60);
                }
                assertTrue(listening.isOwned());
            }
        }
        assertFalse(listening.isOwned());
        assertTrue(Files.exists(path));
    }

    @ParameterizedTest
    @ValueSource(ints = {SocketCalls.SHUT_RD, SocketCalls.SHUT_RDWR})
    void aListeningDescriptorThatSomebodyShutsDownIsLeftAlone(int how) throws Exception {
        OwnedFd listening = listener(directory.resolve("s"));
        BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
        SocketConfig config = SocketConfig.builder().errorHandler(errors::add).build();
        try (MemifSocket socket = MemifSocket.open(config, listening);
                MemifInterface master = socket.addInterface(MASTER)) {
            assertTrue(socket.details().listening());
            int number = listening.acquire();
            assertEquals(0, posix.sockets().shutdown(number, how));
            listening.release();
            Throwable told = errors.poll(SOON, TimeUnit.NANOSECONDS);
            assertTrue(told.getMessage().contains("shut the listening socket down"), told + "");
            long thread = threadOf(socket);
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
            assertFalse(master.awaitConnected(Duration.ofMillis(300)));
            long spent = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) - before;
            assertTrue(spent < TimeUnit.MILLISECONDS.toNanos(100), spent + " ns of 300 ms");
            assertFalse(socket.details().listening());
        }
        assertEquals(0, errors.size());
        assertFalse(listening.isOwned());
    }

    /** Where the caller drives, there is nothing more to do in any of its turns. */
    @ParameterizedTest
    @ValueSource(ints = {SocketCalls.SHUT_RD, SocketCalls.SHUT_RDWR})
    void oneThatIsShutDownIsNoWorkForWhoDrives(int how) {
        OwnedFd listening = listener(directory.resolve("s"));
        BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
        SocketConfig config =
                SocketConfig.builder().ownThread(false).errorHandler(errors::add).build();
        try (MemifSocket socket = MemifSocket.open(config, listening)) {
            socket.addInterface(MASTER);
            int number = listening.acquire();
            assertEquals(0, posix.sockets().shutdown(number, how));
            listening.release();
            long end = System.nanoTime() + SOON;
            while (errors.isEmpty() && System.nanoTime() < end) {
                socket.doWork();
            }
            assertEquals(1, errors.size());
            int done = 0;
            for (int turn = 0; turn < 100; turn++) {
                done += socket.doWork();
            }
            assertTrue(done <= 1, done + " things done");
        }
        assertEquals(1, errors.size());
    }

    /** Which of a listening socket changes nothing. */
    @Test
    void oneThatIsShutDownForWritingServesOn() throws Exception {
        Path path = directory.resolve("s");
        OwnedFd listening = listener(path);
        try (MemifSocket a = MemifSocket.open(config(), listening);
                MemifSocket b =
                        MemifSocket.open(SocketConfig.builder().address(path.toString()).build())) {
            MemifInterface master = a.addInterface(MASTER);
            int number = listening.acquire();
            assertEquals(0, posix.sockets().shutdown(number, SocketCalls.SHUT_WR));
            listening.release();
            connect(master, b.addInterface(slave().build()));
        }
    }

    private static long threadOf(MemifSocket socket) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("memif " + socket.address()))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    @Test
    void bothEndsOfAPairConnect() throws Exception {
        OwnedFd[] pair = TestSockets.pair(posix, SocketCalls.SOCK_SEQPACKET);
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        ends.add(cause.getMessage());
                    }
                };
        try (MemifSocket a =
                        MemifSocket.open(
                                SocketConfig.builder()
                                        .address("@memif-pair-" + ProcessHandle.current().pid())
                                        .errorHandler(e -> {})
                                        .build());
                MemifSocket b = MemifSocket.open(config())) {
            MemifInterface master = a.addInterface(MASTER);
            MemifInterface slave = b.addInterface(slave().listener(listener).build(), pair[0]);
            a.serve(pair[1]);
            connect(master, slave);
            exchange(master, slave, 60);
            master.close();
            assertTrue(ends.poll(SOON, TimeUnit.NANOSECONDS).contains("interface deleted"));
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> slave.awaitConnected(Duration.ofNanos(SOON)));
            assertEquals(MemifException.Code.REFUSED_BY_PEER, e.code());
        }
        assertFalse(pair[0].isOwned());
        assertFalse(pair[1].isOwned());
    }

    @Test
    void whatIsNotAUsableSocketStaysTheCallers() {
        OwnedFd[] stream = TestSockets.pair(posix, SocketCalls.SOCK_STREAM);
        OwnedFd[] pair = TestSockets.pair(posix, SocketCalls.SOCK_SEQPACKET);
        OwnedFd event = OwnedFd.adopt(posix, posix.descriptors().eventfd(0, 0), "an eventfd");
        try (MemifSocket socket = MemifSocket.open(config());
                OwnedFd listening = listener(directory.resolve("s"))) {
            refused("not a socket", () -> MemifSocket.open(config(), event));
            refused("SEQPACKET", () -> MemifSocket.open(config(), stream[0]));
            refused("does not listen", () -> MemifSocket.open(config(), pair[0]));
            refused("it listens", () -> socket.serve(listening));
            refused("it listens", () -> socket.addInterface(slave().build(), listening));
            refused("SEQPACKET", () -> socket.serve(stream[0]));
            assertThrows(
                    IllegalArgumentException.class, () -> socket.addInterface(MASTER, pair[0]));
            assertTrue(listening.isOwned() && event.isOwned());
        } finally {
            for (OwnedFd fd : new OwnedFd[] {stream[0], stream[1], pair[0], pair[1], event}) {
                assertTrue(fd.isOwned());
                fd.close();
            }
        }
    }

    private static void refused(String why, org.junit.jupiter.api.function.Executable task) {
        MemifException e = assertThrows(MemifException.class, task);
        assertEquals(MemifException.Code.BAD_ADDRESS, e.code());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}
