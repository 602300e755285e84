package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.testing.TestPackets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Two links within this process, for packets that come in over one and go out over the other. When
 * it is closed, nothing may have been reported.
 */
final class TwoLinks implements AutoCloseable {
    /** Null if the slaves have no memory in common. */
    private final MemifRegion common;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    final MemifSocket socket;

    /** The first link: a master, and its slave. */
    final MemifInterface left;

    final MemifInterface in;

    /** The second link: a slave, and its master. */
    final MemifInterface out;

    final MemifInterface right;

    /** Links that come up soon; with or without buffers in one region. */
    TwoLinks(Path directory, int ringSize, int bufferSize, boolean inOneRegion) {
        InterfaceConfig.Builder first = config(Role.SLAVE, 0, ringSize, bufferSize);
        InterfaceConfig.Builder second = config(Role.SLAVE, 1, ringSize, bufferSize);
        common = inOneRegion ? MemifRegion.builder().createForBuffersOf(first, second) : null;
        socket = socket(directory, errors);
        left = socket.addInterface(config(Role.MASTER, 0, ringSize, bufferSize).build());
        right = socket.addInterface(config(Role.MASTER, 1, ringSize, bufferSize).build());
        in = socket.addInterface(first.build());
        out = socket.addInterface(second.build());
    }

    static MemifSocket socket(Path directory, List<Throwable> errors) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(directory.resolve("s").toString())
                        .errorHandler(errors::add)
                        .build());
    }

    static InterfaceConfig.Builder config(Role role, int id, int ringSize, int bufferSize) {
        return InterfaceConfig.builder()
                .role(role)
                .id(id)
                .ringSize(ringSize)
                .bufferSize(bufferSize)
                .reconnectInterval(Duration.ofMillis(10), Duration.ofMillis(50));
    }

    void connect() throws InterruptedException {
        TestPackets.connect(in, left);
        TestPackets.connect(out, right);
    }

    @Override
    public void close() {
        socket.close();
        if (common != null) {
            common.close();
        }
        assertEquals(List.of(), errors);
    }
}
