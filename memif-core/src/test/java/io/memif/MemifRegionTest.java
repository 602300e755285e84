package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application's own memory, sent without a copy: over real sockets and real shared memory. */
@Timeout(120)
class MemifRegionTest {
    @TempDir Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .bufferSize(512)
                .reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50));
    }

    private static OwnedFd file(long size, int seals) {
        Posix posix = Posix.open();
        int flags = FileCalls.MFD_CLOEXEC | FileCalls.MFD_ALLOW_SEALING;
        int raw = posix.files().memfdCreate("mine", flags);
        assertEquals(0, posix.files().ftruncate(raw, size));
        assertEquals(0, posix.files().addSeals(raw, seals));
        return OwnedFd.adopt(posix, raw, "the test's own file");
    }

    private static void awaitTaken(TxQueue tx, long position) {
        long end = System.nanoTime() + SOON;
        while (tx.taken() < position) {
            assertTrue(System.nanoTime() < end, "taken " + tx.taken() + " of " + position);
            Thread.onSpinWait();
        }
    }

    @Test
    void packetsInSeveralRegionsArriveFromWhereTheyLie() throws Exception {
        try (MemifRegion first = MemifRegion.builder().name("first").create(1 << 20);
                MemifRegion second =
                        MemifRegion.builder()
                                .adopt(file(1 << 16, FileCalls.F_SEAL_SHRINK), 1 << 16);
                MemifRegion third = MemifRegion.builder().adopt(file(5000, 0), 5000);
                MemifSocket a = socket();
                MemifSocket b = socket();
                MemifInterface master = a.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        b.addInterface(
                                config(Role.SLAVE)
                                        .region(first)
                                        .region(second)
                                        .region(third)
                                        .region(first)
                                        .build())) {
            connect(slave, master);
            assertEquals(
                    List.of(1 << 20, 1 << 16, 5000),
                    master.details().link().regions().stream()
                            .skip(1)
                            .map(region -> (int) region.size())
                            .toList());
            assertEquals(4, slave.details().link().regions().size());
            TxQueue tx = slave.txQueue(0);
            long last = 0;
            int sent = 0;
            for (MemifRegion region : List.of(third, first, second)) {
                for (int length : new int[] {1, 60, 512, 513, 3000}) {
                    byte[] packet = pattern(length, length);
                    long offset = region.size() - length;
                    region.buffer().put((int) offset, packet);
                    long position = tx.transmit(region, offset, length);
                    assertTrue(position > last, "position " + position);
                    last = position;
                    tx.flush();
                    assertFalse(tx.isDrained());
                    assertArrayEquals(packet, receive(master.rxQueue(0)));
                    awaitTaken(tx, position);
                    assertTrue(tx.isDrained());
                    sent++;
                }
            }
            assertEquals(sent, tx.counters().get(Counter.IN_PLACE));
            assertEquals(sent, tx.counters().get(Counter.PACKETS));
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void regionsAndPositionsOutliveLinks() throws Exception {
        LinkedBlockingQueue<String> downs = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onLinkDown(MemifInterface itf, String reason) {
                        downs.add(reason);
                    }
                };
        try (MemifRegion region = MemifRegion.builder().create(4096);
                MemifSocket b = socket();
                MemifInterface slave =
                        b.addInterface(
                                config(Role.SLAVE).region(region).listener(listener).build())) {
            TxQueue tx = slave.txQueue(0);
            assertEquals(TxQueue.NOT_CONNECTED, tx.transmit(region, 0, 1));
            assertTrue(tx.isDrained());
            long highest = 0;
            for (int round = 0; round < 3; round++) {
                try (MemifSocket a = socket();
                        MemifInterface master = a.addInterface(config(Role.MASTER).build())) {
                    connect(slave, master);
                    byte[] packet = pattern(round, 100);
                    region.buffer().put(0, packet);
                    long read = tx.transmit(region, 0, 100);
                    assertEquals(highest + 1, read);
                    tx.flush();
                    assertArrayEquals(packet, receive(master.rxQueue(0)));
                    awaitTaken(tx, read);
                    long lost = tx.transmit(region, 0, 100);
                    tx.flush();
                    highest = tx.transmit(region, 0, 100);
                    assertEquals(lost + 1, highest, "one published, one only staged");
                    assertEquals(read, tx.taken());
                }
                assertTrue(downs.poll(SOON, TimeUnit.NANOSECONDS) != null);
                assertEquals(highest, tx.taken(), "what the link left behind is ours again");
                assertTrue(tx.isDrained());
            }
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void memoryStaysUntilTheLastLinkOverAClosedRegionHasEnded() throws Exception {
        MemifRegion region = MemifRegion.builder().name("shortlived").create(4096);
        LinkedBlockingQueue<MemifException> failures = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        failures.add(cause);
                    }
                };
        try (MemifSocket a = socket();
                MemifSocket b = socket();
                MemifInterface master = a.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        b.addInterface(
                                config(Role.SLAVE).region(region).listener(listener).build())) {
            connect(slave, master);
            region.close();
            region.close();
            byte[] packet = pattern(3, 100);
            region.buffer().put(7, packet);
            assertTrue(slave.txQueue(0).transmit(region, 7, 100) > 0);
            slave.txQueue(0).flush();
            assertArrayEquals(packet, receive(master.rxQueue(0)));
            slave.setAdminUp(false);
            failures.clear();
            slave.setAdminUp(true);
            MemifException why = failures.poll(SOON, TimeUnit.NANOSECONDS);
            assertEquals(MemifException.Code.MEMORY, why.code());
            assertTrue(
                    why.getMessage().contains("region shortlived has been closed by its owner"),
                    why.getMessage());
        }
    }

    @Test
    void wrongFilesAndSizesAreRefusedAndStayTheCallers() throws Exception {
        try (OwnedFd small = file(4096, 0);
                OwnedFd pipe = io.memif.unix.EventFd.create(Posix.open(), "an eventfd").fd()) {
            MemifException e =
                    assertThrows(
                            MemifException.class,
                            () -> MemifRegion.builder().name("x").adopt(small, 4097));
            assertEquals(MemifException.Code.MEMORY, e.code());
            assertEquals(
                    "cannot use region x: size 4097 announced, but its file has 4096",
                    e.getMessage());
            assertTrue(small.isOwned());
            e =
                    assertThrows(
                            MemifException.class,
                            () -> MemifRegion.builder().name("x").adopt(pipe, 8));
            assertTrue(e.getMessage().contains("not a memory file"), e.getMessage());
            assertTrue(pipe.isOwned());
        }
        assertThrows(IllegalArgumentException.class, () -> MemifRegion.builder().create(0));
        MemifException tooMuch =
                assertThrows(
                        MemifException.class,
                        () -> MemifRegion.builder().name("huge").create(1L << 50));
        assertTrue(tooMuch.getMessage().contains("region huge needs"), tooMuch.getMessage());
    }

    @Test
    void whatTheInterfaceWasNotGivenIsNotSent() throws Exception {
        try (MemifRegion given = MemifRegion.builder().create(4096);
                MemifRegion other = MemifRegion.builder().create(4096);
                MemifSocket a = socket();
                MemifInterface master = a.addInterface(config(Role.MASTER).build());
                MemifInterface slave = a.addInterface(config(Role.SLAVE).region(given).build());
                MemifInterface bystander = a.addInterface(config(Role.MASTER).id(1).build());
                MemifInterface plain = a.addInterface(config(Role.SLAVE).id(1).build())) {
            connect(slave, master);
            connect(plain, bystander);
            TxQueue tx = slave.txQueue(0);
            assertThrows(IllegalArgumentException.class, () -> tx.transmit(other, 0, 10));
            assertThrows(IllegalArgumentException.class, () -> tx.transmit(given, 4090, 10));
            assertThrows(IllegalArgumentException.class, () -> tx.transmit(given, -1, 10));
            TxQueue masters = master.txQueue(0);
            assertThrows(IllegalArgumentException.class, () -> masters.transmit(given, 0, 10));
            assertEquals(
                    1,
                    bystander.details().link().regions().size(),
                    "the other peer does not see it");
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                    try (MemifRegion region = MemifRegion.builder().create(4096)) {
                        config(Role.MASTER).region(region).build();
                    }
                });
    }

    @Test
    void strictPeerRefusesARegionThatCanBeCut() throws Exception {
        LinkedBlockingQueue<MemifException> failures = new LinkedBlockingQueue<>();
        InterfaceListener listener =
                new InterfaceListener() {
                    @Override
                    public void onConnectFailed(MemifInterface itf, MemifException cause) {
                        failures.add(cause);
                    }
                };
        try (MemifRegion region = MemifRegion.builder().adopt(file(4096, 0), 4096);
                MemifSocket a = socket();
                MemifInterface master =
                        a.addInterface(config(Role.MASTER).sealPolicy(SealPolicy.STRICT).build());
                MemifInterface slave =
                        a.addInterface(
                                config(Role.SLAVE).region(region).listener(listener).build())) {
            assertFalse(region.isSealed());
            MemifException why = failures.poll(SOON, TimeUnit.NANOSECONDS);
            assertTrue(why.peerReason().contains("region 1 is not sealed"), why.peerReason());
            assertFalse(master.isConnected() || slave.isConnected());
        }
    }

    @Test
    void slicesOfALongRegionShowTheSameMemory() {
        long size = 5L << 30;
        try (MemifRegion region = MemifRegion.builder().adopt(file(size, 0), size)) {
            for (long at : new long[] {0, 1L << 30, (2L << 30) - 5, 3L << 30, (4L << 30) - 64}) {
                region.slice(at, 64).put(5, (byte) (at >>> 28 | 1));
            }
            for (long at : new long[] {0, 1L << 30, (2L << 30) - 5, 3L << 30, (4L << 30) - 64}) {
                assertEquals((byte) (at >>> 28 | 1), region.slice(at + 5, 1).get(0));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> region.slice(size - 4, 5));
            assertThrows(IndexOutOfBoundsException.class, () -> region.slice(size - 4, 4));
            assertThrows(IndexOutOfBoundsException.class, () -> region.slice(-1, 4));
        }
    }
}
