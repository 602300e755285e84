package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.posix.PollCalls;
import io.memif.internal.posix.Posix;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A slave brings another number of rings than its master has queues. */
@Timeout(60)
class UnequalRingsTest {
    private static final int SLOTS = 16;
    private static final int BUFFER = 64;

    private final Posix posix = Posix.open();

    private static InterfaceConfig.Builder master(int s2m, int m2s) {
        return InterfaceConfig.builder().role(Role.MASTER).s2mRings(s2m).m2sRings(m2s);
    }

    private static InterfaceConfig.Builder slave(int s2m, int m2s) {
        return InterfaceConfig.builder()
                .s2mRings(s2m)
                .m2sRings(m2s)
                .ringSize(SLOTS)
                .bufferSize(BUFFER);
    }

    private static MemifPair pair(InterfaceConfig.Builder master, InterfaceConfig.Builder slave) {
        return MemifPair.open(master.build(), slave.build());
    }

    /** Packets that name their queue and their number on it. */
    private static void send(TxQueue tx, int first, int count) {
        for (int number = first; number < first + count; number++) {
            byte[] packet = {(byte) tx.index(), (byte) number};
            assertEquals(1, tx.offer(packet, 0, packet.length));
        }
        tx.flush();
    }

    /** Polls once; what came, as "ring:number". */
    private static List<String> poll(RxQueue rx, int limit) {
        List<String> got = new ArrayList<>();
        int count =
                rx.poll(
                        (buffer, offset, length, flags) ->
                                got.add(buffer.get(offset) + ":" + buffer.get(offset + 1)),
                        limit);
        assertEquals(count, got.size());
        return got;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 4, 4",
        "4, 4, 1, 1",
        "2, 3, 5, 1",
        "3, 2, 7, 7",
        "1, 1, 255, 255",
        "255, 1, 1, 255"
    })
    void everyPacketArrives(int masterS2m, int masterM2s, int s2m, int m2s) throws Exception {
        try (MemifPair pair = pair(master(masterS2m, masterM2s), slave(s2m, m2s))) {
            MemifInterface master = pair.master();
            MemifInterface slave = pair.slave();
            LinkInfo link = master.linkInfo();
            assertEquals(s2m, link.rxRings());
            assertEquals(m2s, link.txRings());
            assertEquals(Math.min(masterS2m, s2m), link.rxQueues());
            assertEquals(Math.min(masterM2s, m2s), link.txQueues());
            assertEquals(s2m, slave.linkInfo().txQueues());
            assertEquals(m2s, slave.linkInfo().rxQueues());
            for (int ring = 0; ring < s2m; ring++) {
                send(slave.txQueue(ring), 0, 3);
                RxQueue rx = master.rxQueue(ring % masterS2m);
                assertTrue(rx.await(SOON));
                byte named = (byte) ring;
                List<String> sent = List.of(named + ":0", named + ":1", named + ":2");
                assertEquals(sent, poll(rx, 8));
            }
            for (int queue = 0; queue < masterM2s; queue++) {
                if (queue < m2s) {
                    send(master.txQueue(queue), 0, 1);
                    assertTrue(slave.rxQueue(queue).await(SOON));
                    assertEquals(List.of((byte) queue + ":0"), poll(slave.rxQueue(queue), 8));
                } else {
                    assertEquals(
                            TxQueue.NOT_CONNECTED, master.txQueue(queue).offer(new byte[1], 0, 1));
                }
            }
            long received = 0;
            for (int queue = 0; queue < masterS2m; queue++) {
                assertEquals(0, master.rxQueue(queue).receive(ByteBuffer.allocate(BUFFER)));
                received += master.rxQueue(queue).counters().get(Counter.PACKETS);
            }
            assertEquals(3L * s2m, received);
        }
    }

    @Test
    void ringsOfAQueueTakeTurnsAndKeepTheirOrder() {
        try (MemifPair pair = pair(master(2, 1), slave(5, 1))) {
            for (int ring : new int[] {0, 2, 4}) {
                send(pair.slave().txQueue(ring), 0, 4);
            }
            RxQueue rx = pair.master().rxQueue(0);
            assertEquals(List.of("0:0"), poll(rx, 1));
            assertEquals(List.of("2:0", "2:1"), poll(rx, 2));
            assertEquals(List.of("4:0"), poll(rx, 1));
            assertEquals(List.of("0:1", "0:2", "0:3"), poll(rx, 64));
            assertEquals(List.of("2:2", "2:3"), poll(rx, 64));
            assertEquals(List.of("4:1", "4:2", "4:3"), poll(rx, 64));
            assertEquals(0, rx.counters().get(Counter.EMPTY_POLLS));
            assertEquals(List.of(), poll(rx, 64));
            assertEquals(1, rx.counters().get(Counter.EMPTY_POLLS));
            assertEquals(12, rx.counters().get(Counter.PACKETS));
            assertEquals(24, rx.counters().get(Counter.BYTES));
            assertEquals(0, pair.master().rxQueue(1).counters().get(Counter.PACKETS));
        }
    }

    /** Assemblers see the buffers of one queue: a chain is handed over without another between. */
    @Test
    void aChainIsFinishedBeforeTheNextRing() {
        try (MemifPair pair = pair(master(1, 1), slave(2, 1))) {
            byte[] chain = new byte[3 * BUFFER];
            for (int ring = 0; ring < 2; ring++) {
                chain[0] = (byte) ring;
                TxQueue tx = pair.slave().txQueue(ring);
                assertEquals(3, tx.offer(chain, 0, chain.length));
                send(tx, 7, 1);
            }
            List<Integer> flags = new ArrayList<>();
            PacketHandler handler = (buffer, offset, length, flag) -> flags.add(flag);
            RxQueue rx = pair.master().rxQueue(0);
            int both = PacketHandler.NEXT | PacketHandler.CONTINUATION;
            assertEquals(2, rx.poll(handler, 2));
            assertEquals(1, rx.poll(handler, 2));
            assertEquals(2, rx.poll(handler, 2));
            assertEquals(1, rx.poll(handler, 2));
            List<Integer> packet = List.of(PacketHandler.NEXT, both, PacketHandler.CONTINUATION);
            assertEquals(packet, flags.subList(0, 3));
            assertEquals(packet, flags.subList(3, 6));
            assertEquals(List.of("0:7"), poll(rx, 2));
            assertEquals(List.of("1:7"), poll(rx, 2));
        }
    }

    @Test
    void aPacketThatWasTooLongComesNext() {
        try (MemifPair pair = pair(master(1, 1), slave(2, 1))) {
            pair.slave().txQueue(0).offer(new byte[50], 0, 50);
            pair.slave().txQueue(0).flush();
            send(pair.slave().txQueue(1), 0, 2);
            RxQueue rx = pair.master().rxQueue(0);
            assertEquals(-50, rx.receive(ByteBuffer.allocate(10)));
            assertEquals(-50, rx.receive(ByteBuffer.allocate(49)));
            assertEquals(50, rx.receive(ByteBuffer.allocate(50)));
            int[] lengths = new int[8];
            assertEquals(2, rx.receive(ByteBuffer.allocate(50), lengths));
            assertEquals(2, lengths[1]);
            assertEquals(0, rx.receive(ByteBuffer.allocate(50), lengths));
        }
    }

    @Test
    void releaseFindsTheRing() {
        try (MemifPair pair = pair(master(1, 1), slave(3, 1))) {
            RxQueue rx = pair.master().rxQueue(0);
            for (int ring = 0; ring < 3; ring++) {
                send(pair.slave().txQueue(ring), 0, SLOTS);
            }
            ReceivedBurst[] bursts = new ReceivedBurst[3];
            for (int i = 0; i < 3; i++) {
                bursts[i] = new ReceivedBurst(2 * SLOTS);
                assertEquals(SLOTS, rx.hold(bursts[i]));
                assertEquals(i, bursts[i].buffer(0).get(bursts[i].offset(0)));
                assertEquals(rx.link(), bursts[i].link());
            }
            assertThrows(IllegalStateException.class, () -> poll(rx, 1));
            ReceivedBurst none = new ReceivedBurst(1);
            assertEquals(0, rx.hold(none));
            assertEquals(0, none.count());
            assertEquals(0, rx.release(none));
            // Each ring by itself: the others stay full.
            for (int i : new int[] {1, 2, 0}) {
                byte[] packet = {(byte) i, 99};
                TxQueue tx = pair.slave().txQueue(i);
                assertEquals(TxQueue.BACK_PRESSURED, tx.offer(packet, 0, 2));
                assertEquals(3, rx.release(bursts[i], 3));
                assertEquals(SLOTS - 3, rx.release(bursts[i]));
                assertEquals(0, rx.release(bursts[i]));
                send(tx, 99, 1);
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(List.of(i + ":99"), poll(rx, 8));
            }
        }
    }

    /** What a burst holds goes back with it, so it takes more from the same ring only. */
    @Test
    void aBurstThatHoldsStaysWithItsRing() {
        try (MemifPair pair = pair(master(1, 1), slave(2, 1))) {
            RxQueue rx = pair.master().rxQueue(0);
            send(pair.slave().txQueue(0), 0, 4);
            send(pair.slave().txQueue(1), 0, 4);
            ReceivedBurst burst = new ReceivedBurst(2);
            assertEquals(2, rx.hold(burst));
            assertEquals(2, rx.hold(burst));
            assertEquals(0, rx.hold(burst));
            assertEquals(4, rx.release(burst));
            assertEquals(2, rx.hold(burst));
            assertEquals(1, burst.buffer(0).get(burst.offset(0)));
            assertEquals(2, rx.release(burst));
            assertEquals(2, rx.hold(burst));
            assertEquals(2, rx.release(burst));
        }
    }

    @Test
    void aForwarderTakesFromAllRings() {
        try (MemifPair from = pair(master(1, 1), slave(3, 1));
                MemifPair to = pair(master(1, 1), slave(1, 1).ringSize(64))) {
            RxQueue end = to.master().rxQueue(0);
            Forwarder forwarder = new Forwarder(from.master().rxQueue(0), to.slave().txQueue(0), 8);
            List<String> got = new ArrayList<>();
            for (int round = 0; round < 8; round++) {
                for (int ring = 0; ring < 3; ring++) {
                    send(from.slave().txQueue(ring), round * 8, 8);
                }
                for (int turn = 0; turn < 6; turn++) {
                    forwarder.doWork();
                    got.addAll(poll(end, 64));
                }
            }
            assertEquals(8 * 24, got.size());
            for (int ring = 0; ring < 3; ring++) {
                String name = ring + ":";
                List<String> of = got.stream().filter(each -> each.startsWith(name)).toList();
                for (int i = 0; i < 64; i++) {
                    assertEquals(name + i, of.get(i));
                }
            }
            forwarder.doWork();
            assertEquals(0, forwarder.underway());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RxMode.class,
            names = {"INTERRUPT", "ADAPTIVE"})
    void aSignalOnAnyRingIsSeen(RxMode mode) throws Exception {
        InterfaceConfig.Builder config = master(2, 1).rxMode(mode).interruptRecheck(Duration.ZERO);
        try (MemifPair pair = pair(config, slave(6, 1))) {
            RxQueue rx = pair.master().rxQueue(1);
            rx.eventDescriptor();
            for (int ring : new int[] {5, 1, 3}) {
                assertFalse(rx.arm());
                List<RingDetails> rings = pair.master().details().rxQueues().get(1).rings();
                assertEquals(List.of(1, 3, 5), rings.stream().map(RingDetails::index).toList());
                assertTrue(rings.stream().noneMatch(RingDetails::masked));
                assertFalse(readable(rx, 0));
                send(pair.slave().txQueue(ring), 0, 1);
                assertTrue(readable(rx, 20_000), "the descriptor covers ring " + ring);
                assertTrue(rx.await(SOON));
                assertEquals(List.of(ring + ":0"), poll(rx, 8));
                assertFalse(rx.await(1));
            }
            rx.rxMode(RxMode.POLLING);
            List<RingDetails> rings = pair.master().details().rxQueues().get(1).rings();
            assertTrue(rings.stream().allMatch(RingDetails::masked));
        }
    }

    private boolean readable(RxQueue rx, int timeoutMs) {
        int number = rx.eventDescriptor().acquire();
        try {
            return posix.polling().pollOne(number, PollCalls.READABLE, timeoutMs) > 0;
        } finally {
            rx.eventDescriptor().release();
        }
    }

    @Test
    void mastersWithDifferentNumbersShareASocket() throws Exception {
        String address = "@memif-unequal-" + ProcessHandle.current().pid();
        try (MemifSocket listening =
                        MemifSocket.open(SocketConfig.builder().address(address).build());
                MemifSocket connecting =
                        MemifSocket.open(SocketConfig.builder().address(address).build())) {
            for (int id = 0; id < 2; id++) {
                int queues = 1 + 3 * id;
                MemifInterface master =
                        listening.addInterface(master(queues, queues).id(id).build());
                MemifInterface slave = connecting.addInterface(slave(4, 4).id(id).build());
                connect(master, slave);
                assertEquals(4, master.linkInfo().rxRings());
                assertEquals(queues, master.linkInfo().rxQueues());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, 'ring index out of range: S2M ring 3, at most 3 rings accepted'",
        "256, 5, 'too few rings: 4 S2M rings, the minimum is 5'"
    })
    void aSettingLimitsWhatIsTaken(int most, int fewest, String text) {
        MemifException e =
                assertThrows(
                        MemifException.class,
                        () ->
                                pair(
                                        master(1, 1).maxRings(most).minS2mRings(fewest),
                                        slave(4, 1).reconnect(false)));
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }
}
