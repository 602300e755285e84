package io.memif;

import static io.memif.testing.TestPackets.SOON;
import static io.memif.testing.TestPackets.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.MemoryFaultTest.CutLink;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flows stay on their queue and in order, over the queues that the link really has. */
@Timeout(60)
class FlowSpreaderTest {
    private static final int FLOWS = 64;
    private static final int ROUNDS = 15;

    @TempDir Path directory;

    /** UDP over IPv4, its number in the payload. */
    private static ByteBuffer packet(int flow, int number) {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.put(0, (byte) 0x45).putShort(2, (short) 40).put(9, (byte) 17);
        packet.putInt(12, 0x0a000001).putInt(16, 0x0a000002);
        packet.putShort(20, (short) flow).putShort(22, (short) 53);
        return packet.putInt(28, flow).putInt(32, number);
    }

    /** Compiled and not: the fault may come out of the hash, or of the copy. */
    @Test
    void aPacketWhoseMemoryIsGoneIsAnsweredSo() throws Exception {
        try (MemifSocket socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(directory.resolve("s").toString())
                                .build())) {
            MemifInterface slave =
                    socket.addInterface(InterfaceConfig.builder().mode(Mode.IP).queues(4).build());
            MemifInterface master =
                    socket.addInterface(
                            InterfaceConfig.builder()
                                    .role(Role.MASTER)
                                    .mode(Mode.IP)
                                    .queues(4)
                                    .build());
            connect(slave, master);
            FlowSpreader spreader = new FlowSpreader(slave);
            for (int round = 0; round < 3; round++) {
                try (CutLink from = new CutLink(Pair.Way.S2M, true)) {
                    from.send();
                    ReceivedBurst burst = new ReceivedBurst(1);
                    assertEquals(1, from.rx.hold(burst));
                    ByteBuffer memory = burst.buffer(0);
                    for (int i = 0; round > 0 && i < 20_000; i++) {
                        assertEquals(1, spreader.offer(memory, burst.offset(0), 60));
                        spreader.flush();
                        for (int queue = 0; queue < 4; queue++) {
                            master.rxQueue(queue).poll((b, offset, length, flags) -> {}, 8);
                        }
                    }
                    from.cut();
                    assertEquals(TxQueue.SOURCE_GONE, spreader.offer(memory, burst.offset(0), 60));
                    assertFalse(from.faults.isEmpty());
                    assertTrue(slave.isConnected());
                }
            }
        }
    }

    @Test
    void flowsStayInOrderOnTheQueuesThatTheLinkHas() throws Exception {
        try (MemifSocket socket =
                        MemifSocket.open(
                                SocketConfig.builder()
                                        .address(directory.resolve("s").toString())
                                        .build());
                MemifInterface slave =
                        socket.addInterface(
                                InterfaceConfig.builder().mode(Mode.IP).queues(8).build())) {
            FlowSpreader spreader = new FlowSpreader(slave);
            ByteBuffer any = packet(1, 1);
            assertSame(slave.txQueue(0), spreader.queue(any, 0, 40), "no link");
            assertEquals(TxQueue.NOT_CONNECTED, spreader.offer(any, 0, 40));
            for (int queues : new int[] {3, 1, 8}) {
                try (MemifInterface master =
                        socket.addInterface(
                                InterfaceConfig.builder()
                                        .role(Role.MASTER)
                                        .mode(Mode.IP)
                                        .queues(queues)
                                        .build())) {
                    connect(slave, master);
                    spread(spreader, master);
                }
                long end = System.nanoTime() + SOON;
                while (slave.isConnected()) {
                    assertTrue(System.nanoTime() < end);
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void spread(FlowSpreader spreader, MemifInterface master) {
        for (int number = 0; number < ROUNDS; number++) {
            for (int flow = 0; flow < FLOWS; flow++) {
                assertEquals(1, spreader.offer(packet(flow, number), 0, 40));
            }
        }
        spreader.flush();
        Map<Integer, Integer> queueOf = new HashMap<>();
        int[] next = new int[FLOWS];
        int used = 0;
        for (int q = 0; q < master.rxQueueCount(); q++) {
            int queue = q;
            int got = 0;
            int polled;
            do {
                polled =
                        master.rxQueue(q)
                                .poll(
                                        (buffer, offset, length, flags) -> {
                                            int flow = buffer.getInt(offset + 28);
                                            assertEquals(next[flow]++, buffer.getInt(offset + 32));
                                            queueOf.putIfAbsent(flow, queue);
                                            assertEquals(queue, queueOf.get(flow));
                                        },
                                        64);
                got += polled;
            } while (polled > 0);
            used += got > 0 ? 1 : 0;
        }
        assertEquals(master.rxQueueCount(), used, "every queue gets something");
        for (int flow = 0; flow < FLOWS; flow++) {
            assertEquals(ROUNDS, next[flow], "flow " + flow);
        }
    }
}
