package io.memif.examples.show;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.TestPackets;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A JVM to be looked at: a link with itself, one dropped packet, until it is told to end. */
final class ShowSubject {
    private ShowSubject() {}

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(7)
                .name(role == Role.MASTER ? "left" : "right")
                .ringSize(64)
                .build();
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        SocketConfig where =
                SocketConfig.builder().address(args[0]).applicationName("shown").build();
        try (MemifSocket socket = MemifSocket.open(where)) {
            MemifInterface master = socket.addInterface(config(Role.MASTER));
            MemifInterface slave = socket.addInterface(config(Role.SLAVE));
            TestPackets.connect(master, slave);
            TestPackets.exchange(master, slave, 60);
            if (slave.txQueue(0).offer(new byte[1 << 20], 0, 1 << 20) != TxQueue.TOO_LONG) {
                throw new AssertionError("it takes a packet that is too long");
            }
            System.out.println("ready");
            in.readLine();
            master.close();
            in.readLine();
        }
    }
}
