package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.SocketConfig;
import io.memif.testing.TestPackets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A master and a slave, linked; fails on close if either reported an error. */
final class LinkPair implements AutoCloseable {
    final MemifInterface master;
    final MemifInterface slave;
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final MemifSocket first;
    private final MemifSocket second;

    /** Each with a socket and a reactor of its own. */
    LinkPair(String address, InterfaceConfig.Builder master, InterfaceConfig.Builder slave)
            throws InterruptedException {
        this(address, false, master, slave);
    }

    /**
     * Connects them.
     *
     * @param together whether on one socket
     */
    LinkPair(
            String address,
            boolean together,
            InterfaceConfig.Builder master,
            InterfaceConfig.Builder slave)
            throws InterruptedException {
        first = socket(address, "master's");
        second = together ? first : socket(address, "slave's");
        boolean done = false;
        try {
            this.master = first.addInterface(master.build());
            this.slave = second.addInterface(slave.build());
            TestPackets.connect(this.master, this.slave);
            done = true;
        } finally {
            if (!done) {
                second.close();
                first.close();
            }
        }
    }

    private MemifSocket socket(String address, String name) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(address)
                        .applicationName(name)
                        // The largest setups map more than a small machine has; few pages are used.
                        .maxPeerMemory(1L << 40)
                        .errorHandler(errors::add)
                        .build());
    }

    MemifSocket mastersSocket() {
        return first;
    }

    MemifSocket slavesSocket() {
        return second;
    }

    @Override
    public void close() {
        second.close();
        first.close();
        assertEquals(List.of(), errors);
    }
}
