package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.TestPackets;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200 links on four sockets in one process, all of them passing numbered traffic both ways, while
 * links in between are deleted and added again.
 */
@Timeout(180)
class ManyInterfacesTest {
    private static final int SOCKETS = 4;
    private static final int LINKS_A_SOCKET = 50;
    private static final int LINKS = SOCKETS * LINKS_A_SOCKET;
    private static final int PACKETS = 200;
    private static final int BURST = 16;

    @TempDir Path directory;

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** One direction of one link: numbers that have to arrive in order. */
    private static final class Flow {
        private final int id;
        private final MemifInterface from;
        private final MemifInterface to;
        private final ByteBuffer packet = ByteBuffer.allocate(64);
        private int sent;
        private int received;

        Flow(int id, MemifInterface from, MemifInterface to) {
            this.id = id;
            this.from = from;
            this.to = to;
        }

        void turn() {
            TxQueue tx = from.txQueue(0);
            for (int i = 0; i < BURST && sent < PACKETS; i++) {
                packet.putInt(0, id).putInt(4, sent);
                if (tx.offer(packet, 0, 64) <= 0) {
                    break;
                }
                sent++;
            }
            tx.flush();
            to.rxQueue(0).poll(this::check, BURST);
        }

        private void check(ByteBuffer buffer, int offset, int length, int flags) {
            byte[] bytes = new byte[length];
            buffer.get(offset, bytes);
            assertEquals(id, ByteBuffer.wrap(bytes).getInt(0), "the link's own packet");
            assertEquals(received, ByteBuffer.wrap(bytes).getInt(4), "the next packet");
            received++;
        }

        boolean done() {
            return received == PACKETS;
        }

        @Override
        public String toString() {
            return from + ": sent " + sent + ", received " + received;
        }
    }

    private static MemifInterface add(MemifSocket socket, Role role, int id) {
        return socket.addInterface(
                InterfaceConfig.builder().role(role).id(id).ringSize(32).build());
    }

    private MemifSocket open(int number) {
        MemifSocket socket =
                MemifSocket.open(
                        SocketConfig.builder()
                                .address(directory.resolve("s" + number).toString())
                                .errorHandler(errors::add)
                                .build());
        opened.push(socket);
        return socket;
    }

    @Test
    void allPassTraffic() throws Exception {
        List<MemifSocket> sockets = new ArrayList<>();
        List<MemifInterface> masters = new ArrayList<>();
        List<MemifInterface> slaves = new ArrayList<>();
        try {
            for (int i = 0; i < SOCKETS; i++) {
                sockets.add(open(i));
            }
            for (int i = 0; i < LINKS; i++) {
                masters.add(add(sockets.get(i % SOCKETS), Role.MASTER, i));
                slaves.add(add(sockets.get(i % SOCKETS), Role.SLAVE, i));
            }
            pass(masters, slaves);
            for (int i = 0; i < LINKS; i += 3) {
                slaves.get(i).close();
                masters.get(i).close();
                masters.set(i, add(sockets.get(i % SOCKETS), Role.MASTER, i));
                slaves.set(i, add(sockets.get(i % SOCKETS), Role.SLAVE, i));
            }
            pass(masters, slaves);
        } finally {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        }
        assertEquals("[]", errors.toString());
    }

    private static void pass(List<MemifInterface> masters, List<MemifInterface> slaves)
            throws InterruptedException {
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < LINKS; i++) {
            TestPackets.connect(masters.get(i), slaves.get(i));
            flows.add(new Flow(2 * i, masters.get(i), slaves.get(i)));
            flows.add(new Flow(2 * i + 1, slaves.get(i), masters.get(i)));
        }
        long end = System.nanoTime() + TestPackets.SOON;
        while (!flows.stream().allMatch(Flow::done)) {
            flows.forEach(Flow::turn);
            assertTrue(
                    System.nanoTime() - end < 0,
                    () -> flows.stream().filter(flow -> !flow.done()).toList().toString());
        }
    }
}
