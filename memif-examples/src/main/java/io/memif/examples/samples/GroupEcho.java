package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.QueueGroup;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.util.HashMap;
import java.util.Map;

/**
 * One thread sends back what comes in on many interfaces. It sleeps while nothing comes, and what
 * it costs depends on the interfaces that are busy, not on those that there are.
 *
 * <pre>{@code GroupEcho SOCKET INTERFACES}</pre>
 */
public final class GroupEcho implements Runnable, AutoCloseable {
    private static final int BURST = 64;
    private static final int LONGEST_PACKET = 9216;
    private static final long LONGEST_WAIT_NS = 1_000_000_000;

    private final QueueGroup group = QueueGroup.open();
    private final Map<RxQueue, TxQueue> answers = new HashMap<>();
    private final Map<RxQueue, PacketAssembler> packets = new HashMap<>();
    private volatile boolean isOver;

    /**
     * Echoes on all interfaces that the socket has now.
     *
     * @param socket stays the caller's; close it after the echo has returned
     */
    public GroupEcho(MemifSocket socket) {
        for (MemifInterface each : socket.interfaces()) {
            RxQueue rx = each.rxQueue(0);
            TxQueue tx = each.txQueue(0);
            PacketHandler echo =
                    (packet, offset, length, flags) -> tx.offer(packet, offset, length);
            answers.put(rx, tx);
            packets.put(rx, new PacketAssembler(echo, LONGEST_PACKET));
            group.add(rx);
        }
    }

    /** Serves until it is closed. */
    @Override
    public void run() {
        try (group) {
            while (!isOver) {
                group.serve(this::visit, LONGEST_WAIT_NS);
            }
        }
    }

    /** One turn of one interface; a packet that does not fit into the ring is dropped. */
    private int visit(RxQueue rx) {
        int taken = rx.poll(packets.get(rx), BURST);
        answers.get(rx).flush();
        return taken;
    }

    /** Ends {@link #run} soon. From any thread. */
    @Override
    public void close() {
        isOver = true;
        group.wakeUp();
    }

    /**
     * Masters with the ids 0 to INTERFACES - 1, until the JVM ends.
     *
     * @param args socket, number of interfaces
     */
    public static void main(String[] args) {
        SocketConfig where = SocketConfig.builder().address(args[0]).build();
        try (MemifSocket socket = MemifSocket.open(where)) {
            for (int id = 0; id < Integer.parseInt(args[1]); id++) {
                socket.addInterface(
                        InterfaceConfig.builder()
                                .role(Role.MASTER)
                                .id(id)
                                .rxMode(RxMode.INTERRUPT)
                                .build());
            }
            new GroupEcho(socket).run();
        }
    }
}
