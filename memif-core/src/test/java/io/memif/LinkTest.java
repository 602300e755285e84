package io.memif;

import static io.memif.testing.TestPackets.agreed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and a slave of this library, over a real socket and real shared memory. */
@Timeout(60)
class LinkTest {
    private static final long SOON = TimeUnit.SECONDS.toNanos(20);

    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket(String name) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve(name).toString())
                        .applicationName("test " + name)
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50));
    }

    private static void send(TxQueue tx, byte[] packet) {
        assertTrue(tx.offer(packet, 0, packet.length) > 0);
        assertTrue(tx.flush() > 0);
    }

    private static byte[] receive(RxQueue rx) throws InterruptedException {
        byte[][] got = new byte[1][];
        PacketHandler handler =
                (buffer, offset, length, flags) -> {
                    got[0] = new byte[length];
                    buffer.get(offset, got[0]);
                };
        assertTrue(rx.await(SOON), "a packet comes");
        assertEquals(1, rx.poll(handler, 1));
        return got[0];
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed + i);
        }
        return bytes;
    }

    @Test
    void packetsPassBothWays() throws Exception {
        try (MemifSocket a = socket("s");
                MemifSocket b = socket("s");
                MemifInterface master =
                        a.addInterface(config(Role.MASTER).name("left").queues(2).build());
                MemifInterface slave =
                        b.addInterface(config(Role.SLAVE).name("right").queues(2).build())) {
            assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)));
            assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
            assertEquals(List.of("test s", "left", 2, 2, 1024, 2048), agreed(slave.linkInfo()));
            assertEquals(List.of("test s", "right", 2, 2, 1024, 0), agreed(master.linkInfo()));
            for (int queue = 0; queue < 2; queue++) {
                byte[] there = bytes(queue, 700);
                send(slave.txQueue(queue), there);
                assertArrayEquals(there, receive(master.rxQueue(queue)));
                byte[] back = bytes(queue + 9, 1400);
                send(master.txQueue(queue), back);
                assertArrayEquals(back, receive(slave.rxQueue(queue)));
            }
        }
        assertEquals(List.of(), errors);
        assertFalse(Files.exists(directory.resolve("s")), "the socket file is gone");
    }

    @Test
    void sameIdInBothRolesOnOneSocketIsALoopback() throws Exception {
        try (MemifSocket socket = socket("s");
                MemifInterface master = socket.addInterface(config(Role.MASTER).id(7).build());
                MemifInterface slave = socket.addInterface(config(Role.SLAVE).id(7).build())) {
            assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)));
            assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
            send(slave.txQueue(0), bytes(1, 64));
            assertArrayEquals(bytes(1, 64), receive(master.rxQueue(0)));
        }
    }

    @Test
    void handlesSurviveTheMastersRestart() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkUp(MemifInterface itf, LinkInfo link) {
                        events.add("up");
                    }

                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        events.add("down: " + reason);
                    }
                };
        try (MemifSocket b = socket("s");
                MemifInterface slave =
                        b.addInterface(config(Role.SLAVE).listener(listener).build())) {
            RxQueue rx = slave.rxQueue(0);
            TxQueue tx = slave.txQueue(0);
            assertEquals(TxQueue.NOT_CONNECTED, tx.offer(new byte[1], 0, 1));
            for (int round = 0; round < 3; round++) {
                try (MemifSocket a = socket("s");
                        MemifInterface master = a.addInterface(config(Role.MASTER).build())) {
                    assertEquals("up", events.poll(SOON, TimeUnit.NANOSECONDS));
                    assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
                    send(master.txQueue(0), bytes(round, 100));
                    assertArrayEquals(bytes(round, 100), receive(rx));
                    send(tx, bytes(round, 50));
                    assertArrayEquals(bytes(round, 50), receive(master.rxQueue(0)));
                }
                assertEquals(
                        "down: peer disconnected: interface deleted",
                        events.poll(SOON, TimeUnit.NANOSECONDS));
                assertEquals(0, rx.poll((buffer, offset, length, flags) -> {}, 1));
            }
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void whoeverSeesALiveQueueSeesWhatWasNegotiated() throws Exception {
        InterfaceConfig.Builder wanted =
                config(Role.SLAVE).queues(200).ringSize(2).bufferSize(64).adminUp(false);
        try (MemifSocket socket = socket("s");
                MemifInterface master =
                        socket.addInterface(config(Role.MASTER).queues(200).build());
                MemifInterface slave = socket.addInterface(wanted.build())) {
            assertTrue(master.isAdminUp());
            for (int round = 0; round < 100; round++) {
                slave.setAdminUp(true);
                long end = System.nanoTime() + SOON;
                // The first of many queues that are attached one after the other.
                while (slave.rxQueue(0).link() == 0) {
                    assertTrue(System.nanoTime() < end, "the link comes up");
                }
                assertNotNull(slave.linkInfo());
                slave.setAdminUp(false);
                assertEquals(0, slave.rxQueue(0).link());
                assertNull(slave.linkInfo());
            }
        }
    }

    @Test
    void nobodyListensIsSaidAndFinalWithoutRetry() {
        try (MemifSocket b = socket("nothing");
                MemifInterface slave =
                        b.addInterface(config(Role.SLAVE).reconnect(false).build())) {
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> slave.awaitConnected(Duration.ofNanos(SOON)));
            assertEquals(MemifException.Code.NOBODY_LISTENS, e.code());
            assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
        }
    }

    @Test
    void wrongSecretIsRefusedAndBothSidesSayWhy() throws Exception {
        BlockingQueue<MemifException> failures = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        failures.add(cause);
                    }
                };
        try (MemifSocket a = socket("s");
                MemifSocket b = socket("s");
                MemifInterface master = a.addInterface(config(Role.MASTER).secret("one").build());
                MemifInterface slave =
                        b.addInterface(
                                config(Role.SLAVE).secret("two").listener(listener).build())) {
            MemifException failure = failures.poll(SOON, TimeUnit.NANOSECONDS);
            assertNotNull(failure);
            assertEquals(MemifException.Code.REFUSED_BY_PEER, failure.code());
            assertTrue(failure.peerReason().contains("incorrect secret"), failure.peerReason());
            assertFalse(master.isConnected());
            assertFalse(slave.isConnected());
        }
        assertTrue(
                errors.stream().anyMatch(e -> e.getMessage().contains("incorrect secret")),
                errors.toString());
    }

    @Test
    void callerDrivesBothEnds() throws Exception {
        SocketConfig.Builder mine =
                SocketConfig.builder()
                        .address("@memif-test-" + ProcessHandle.current().pid())
                        .ownThread(false);
        try (MemifSocket a = MemifSocket.open(mine.build());
                MemifSocket b = MemifSocket.open(mine.build());
                MemifInterface master = a.addInterface(config(Role.MASTER).build());
                MemifInterface slave = b.addInterface(config(Role.SLAVE).build())) {
            long deadline = System.nanoTime() + SOON;
            while (!(master.isConnected() && slave.isConnected()) && System.nanoTime() < deadline) {
                a.doWork();
                b.doWork();
            }
            send(slave.txQueue(0), bytes(1, 64));
            assertArrayEquals(bytes(1, 64), receive(master.rxQueue(0)));
        }
    }

    @Test
    void sleepingReceiverIsWokenBySignalsAlone() throws Exception {
        try (MemifSocket socket = socket("s");
                MemifInterface master =
                        socket.addInterface(
                                config(Role.MASTER)
                                        .rxMode(RxMode.INTERRUPT)
                                        .interruptRecheck(Duration.ZERO)
                                        .build());
                MemifInterface slave =
                        socket.addInterface(
                                config(Role.SLAVE)
                                        .rxMode(RxMode.INTERRUPT)
                                        .interruptRecheck(Duration.ZERO)
                                        .build())) {
            assertTrue(slave.awaitConnected(Duration.ofNanos(SOON)));
            assertTrue(master.awaitConnected(Duration.ofNanos(SOON)));
            Thread echo =
                    new Thread(
                            () -> {
                                try {
                                    for (int i = 0; i < 2000; i++) {
                                        send(master.txQueue(0), receive(master.rxQueue(0)));
                                    }
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            echo.start();
            for (int i = 0; i < 2000; i++) {
                send(slave.txQueue(0), bytes(i, 60));
                assertArrayEquals(bytes(i, 60), receive(slave.rxQueue(0)));
            }
            echo.join();
        }
    }
}
