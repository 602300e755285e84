package io.memif.tests.interop;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.PacketAssembler;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import java.util.concurrent.TimeUnit;

/** A peer in a JVM of its own that returns every packet, until it is killed. */
public final class EchoPeer {
    private static final int MAX_PACKET = 65_536;
    private static final int BURST = 64;

    private EchoPeer() {}

    /**
     * Entry.
     *
     * @param args role, socket
     */
    public static void main(String[] args) throws InterruptedException {
        InterfaceConfig config =
                InterfaceConfig.builder()
                        .role(Role.valueOf(args[0]))
                        .rxMode(RxMode.INTERRUPT)
                        .build();
        try (MemifSocket socket =
                        MemifSocket.open(SocketConfig.builder().address(args[1]).build());
                MemifInterface itf = socket.addInterface(config)) {
            RxQueue rx = itf.rxQueue(0);
            TxQueue tx = itf.txQueue(0);
            PacketAssembler echo =
                    new PacketAssembler(
                            (buffer, offset, length, flags) -> tx.offer(buffer, offset, length),
                            MAX_PACKET);
            while (true) {
                rx.await(TimeUnit.SECONDS.toNanos(1));
                rx.poll(echo, BURST);
                tx.flush();
            }
        }
    }
}
