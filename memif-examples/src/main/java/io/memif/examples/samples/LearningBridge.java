package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.QueueGroup;
import io.memif.RxQueue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An Ethernet bridge of several links: it learns which port leads to each station, sends frames for
 * a known station there alone, and all others to every port but their own. One thread.
 *
 * <pre>{@code LearningBridge SOCKET SOCKET...}</pre>
 */
public final class LearningBridge implements AutoCloseable {
    private static final int BURST = 64;
    private static final int LONGEST_FRAME = 9216;
    private static final int MOST_STATIONS = 4096;
    private static final int MAC = 6;
    private static final long GROUP = 1L << 40;

    private final List<MemifInterface> ports;
    private final Map<RxQueue, PacketAssembler> frames = new HashMap<>();
    private final Map<Long, Integer> stations = new HashMap<>();
    private final QueueGroup queues = QueueGroup.open();

    /** The interfaces stay the caller's to close. */
    LearningBridge(List<MemifInterface> ports) {
        this.ports = List.copyOf(ports);
        for (int i = 0; i < ports.size(); i++) {
            int port = i;
            RxQueue queue = ports.get(i).rxQueue(0);
            PacketHandler pass = (frame, at, length, flags) -> pass(port, frame, at, length);
            frames.put(queue, new PacketAssembler(pass, LONGEST_FRAME));
            queues.add(queue);
        }
    }

    /** Passes on what has come in, or waits for it. */
    void turn(long maxWaitNs) {
        queues.serve(queue -> queue.poll(frames.get(queue), BURST), maxWaitNs);
        ports.forEach(port -> port.txQueue(0).flush());
    }

    private void pass(int from, ByteBuffer frame, int offset, int length) {
        if (length < 2 * MAC) {
            return;
        }
        long destination = address(frame, offset);
        long source = address(frame, offset + MAC);
        if ((source & GROUP) == 0) {
            // Made-up addresses make us flood, but not run out of memory.
            if (stations.size() >= MOST_STATIONS) {
                stations.clear();
            }
            stations.put(source, from);
        }
        Integer to = (destination & GROUP) == 0 ? stations.get(destination) : null;
        for (int i = 0; i < ports.size(); i++) {
            if (i != from && (to == null || to == i)) {
                // A full ring loses the frame, as a switch does.
                ports.get(i).txQueue(0).offer(frame, offset, length);
            }
        }
    }

    private static long address(ByteBuffer frame, int at) {
        return (frame.getShort(at) & 0xffffL) << 32 | frame.getInt(at + 2) & 0xffff_ffffL;
    }

    /** Closes what it waits with. */
    @Override
    public void close() {
        queues.close();
    }

    /**
     * Bridges as slave of each socket, until the JVM ends.
     *
     * @param sockets two or more
     */
    public static void main(String[] sockets) {
        InterfaceConfig slave = InterfaceConfig.builder().build();
        List<MemifInterface> ports =
                Stream.of(sockets).map(socket -> Sample.open(socket, slave)).toList();
        try (LearningBridge bridge = new LearningBridge(ports)) {
            while (!ports.get(0).isClosed()) {
                bridge.turn(1_000_000_000L);
            }
        }
    }
}
