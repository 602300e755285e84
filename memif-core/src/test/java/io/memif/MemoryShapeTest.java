package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static io.memif.testing.TestPackets.exchange;
import static io.memif.testing.TestPackets.pattern;
import static io.memif.testing.TestPackets.receive;
import static io.memif.testing.TestPackets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.FileCalls;
import io.memif.internal.posix.Posix;
import io.memif.unix.OwnedFd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What memory can look like: sizes, headroom, cache lines, many regions and very long ones. */
@Timeout(180)
class MemoryShapeTest {
    @TempDir Path directory;

    private MemifSocket socket() {
        return MemifSocket.open(
                SocketConfig.builder().address(directory.resolve("s").toString()).build());
    }

    private static InterfaceConfig.Builder config(Role role) {
        return InterfaceConfig.builder().role(role);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 2048, 9216, 65535})
    void everyRingSizeWithThisBufferSize(int bufferSize) throws Exception {
        for (int log2 = 1; log2 <= 14; log2++) {
            int cacheLine = log2 % 2 == 0 ? 64 : 128;
            if ((long) bufferSize << log2 > 64 << 20) {
                continue;
            }
            try (MemifSocket socket = socket();
                    MemifInterface master =
                            socket.addInterface(config(Role.MASTER).cacheLine(cacheLine).build());
                    MemifInterface slave =
                            socket.addInterface(
                                    config(Role.SLAVE)
                                            .ringSize(1 << log2)
                                            .bufferSize(bufferSize)
                                            .cacheLine(cacheLine)
                                            .headroom(log2 % 3 * 20)
                                            .payloadRead(log2 % 4 < 2)
                                            .build())) {
                connect(slave, master);
                assertEquals(1 << log2, slave.linkInfo().ringSize());
                for (int i = 0; i < (2 << log2) + 3 && i < 100; i++) {
                    exchange(master, slave, 1 + i * 7 % bufferSize);
                }
                exchange(master, slave, Math.min(65_535, (bufferSize - 40) << log2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 14, 128, 1984})
    void headroomIsFreeBeforeEachReceivedPacketAndThePeerGetsTheRest(int headroom)
            throws Exception {
        try (MemifSocket socket = socket();
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(
                                config(Role.SLAVE).ringSize(8).headroom(headroom).build())) {
            connect(slave, master);
            for (int round = 0; round < 40; round++) {
                send(master.txQueue(0), pattern(round, 2048 - headroom));
                int expected = round;
                assertTrue(slave.rxQueue(0).await(SOON));
                int buffers =
                        slave.rxQueue(0)
                                .poll(
                                        (buffer, offset, length, flags) -> {
                                            assertEquals(0, flags, "in one buffer");
                                            byte[] got = new byte[length];
                                            buffer.get(offset, got);
                                            assertArrayEquals(pattern(expected, length), got);
                                            buffer.put(offset - headroom, new byte[headroom]);
                                        },
                                        8);
                assertEquals(1, buffers);
                send(master.txQueue(0), pattern(round, 2049 - headroom));
                assertEquals(2049 - headroom, receive(slave.rxQueue(0)).length, "chained");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 8"})
    void receivedPacketsBeginAtOneOffsetOfTheirPagesOrAtEight(boolean read, int offsets)
            throws Exception {
        try (MemifSocket socket = socket();
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(
                                config(Role.SLAVE).ringSize(16).payloadRead(read).build())) {
            connect(slave, master);
            Set<Integer> begins = new HashSet<>();
            for (int i = 0; i < 16; i++) {
                send(master.txQueue(0), pattern(i, 100));
                assertTrue(slave.rxQueue(0).await(SOON));
                slave.rxQueue(0).poll((buffer, at, length, flags) -> begins.add(at % 4096), 8);
            }
            assertEquals(offsets, begins.size());
        }
    }

    @Test
    void everyIndexOfARegionIsSentFrom() throws Exception {
        List<MemifRegion> regions = new ArrayList<>();
        try {
            InterfaceConfig.Builder wanted = config(Role.SLAVE).ringSize(16);
            for (int i = 0; i < 255; i++) {
                regions.add(MemifRegion.builder().create(4096));
                wanted.region(regions.get(i));
            }
            try (MemifSocket socket = socket();
                    MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                    MemifInterface slave = socket.addInterface(wanted.build())) {
                connect(slave, master);
                assertEquals(256, master.details().link().regions().size());
                for (int i = 0; i < 255; i++) {
                    byte[] packet = pattern(i, 100);
                    regions.get(i).buffer().put(4096 - 100, packet);
                    assertEquals(i + 1, slave.txQueue(0).transmit(regions.get(i), 3996, 100));
                    slave.txQueue(0).flush();
                    assertArrayEquals(packet, receive(master.rxQueue(0)), "region " + (i + 1));
                }
            }
        } finally {
            regions.forEach(MemifRegion::close);
        }
    }

    /** That many packets, by way of a handler. */
    private static List<byte[]> handled(RxQueue rx, int packets) throws InterruptedException {
        List<byte[]> received = new ArrayList<>();
        PacketHandler copy =
                (buffer, offset, length, flags) -> {
                    byte[] packet = new byte[length];
                    buffer.get(offset, packet);
                    received.add(packet);
                };
        while (received.size() < packets) {
            assertTrue(rx.await(SOON), "packet " + received.size() + " comes");
            rx.poll(copy, packets);
        }
        return received;
    }

    @Test
    void packetsLieAnywhereInTheFirstFourGibibytesOfASparseRegion() throws Exception {
        Posix posix = Posix.open();
        int raw = posix.files().memfdCreate("sparse", FileCalls.MFD_CLOEXEC);
        OwnedFd file = OwnedFd.adopt(posix, raw, "a sparse file");
        long size = 6L << 30;
        assertEquals(0, posix.files().ftruncate(raw, size));
        try (MemifRegion region = MemifRegion.builder().adopt(file, size);
                MemifSocket socket = socket();
                MemifInterface master = socket.addInterface(config(Role.MASTER).build());
                MemifInterface slave =
                        socket.addInterface(config(Role.SLAVE).region(region).build())) {
            connect(slave, master);
            long gib = 1L << 30;
            long[] offsets = {
                0, gib - 5, gib + 5000, 2 * gib - 700, 2 * gib, 3 * gib - 1, 4 * gib - 1000
            };
            for (long at : offsets) {
                byte[] packet = pattern((int) (at >>> 20), 1000);
                region.slice(at, 1000).put(0, packet);
                assertTrue(slave.txQueue(0).transmit(region, at, 1000) > 0);
                slave.txQueue(0).flush();
                assertArrayEquals(packet, receive(master.rxQueue(0)), "at " + at);
            }
            // And as a handler gets them, in one go: on, in the same window, and back.
            for (long at : offsets) {
                assertTrue(slave.txQueue(0).transmit(region, at, 1000) > 0);
                assertTrue(slave.txQueue(0).transmit(region, at, 500) > 0);
            }
            assertTrue(slave.txQueue(0).transmit(region, 0, 1000) > 0);
            slave.txQueue(0).flush();
            long bytes = master.rxQueue(0).counters().get(Counter.BYTES);
            List<byte[]> packets = handled(master.rxQueue(0), 15);
            QueueCounters counters = master.rxQueue(0).counters();
            assertEquals(7 * 1500 + 1000, counters.get(Counter.BYTES) - bytes);
            assertEquals(offsets.length + 15, counters.get(Counter.PACKETS));
            for (int i = 0; i < packets.size(); i++) {
                byte[] there = new byte[i % 2 == 0 ? 1000 : 500];
                region.slice(offsets[i / 2 % offsets.length], there.length).get(0, there);
                assertArrayEquals(there, packets.get(i), "packet " + i);
            }
            TxQueue tx = slave.txQueue(0);
            assertThrows(
                    IllegalArgumentException.class, () -> tx.transmit(region, 4 * gib - 999, 1000));
        }
    }
}
