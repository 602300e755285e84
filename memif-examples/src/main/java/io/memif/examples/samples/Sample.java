package io.memif.examples.samples;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;

/** What all samples begin with: an interface on a socket of its own. */
final class Sample {
    private Sample() {}

    /** Opens the socket, adds the interface, and closes both when the JVM ends. */
    static MemifInterface open(String address, InterfaceConfig config) {
        MemifSocket socket = MemifSocket.open(SocketConfig.builder().address(address).build());
        Runtime.getRuntime().addShutdownHook(new Thread(socket::close));
        return socket.addInterface(config);
    }
}
