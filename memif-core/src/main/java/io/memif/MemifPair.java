package io.memif;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A master and a slave interface in this process, connected to each other: for unit tests of
 * whatever is built upon queues. All of it is real, the shared memory included; the control socket
 * is abstract, so that no file is made.
 */
public final class MemifPair implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(10);
    private static final long LONGEST_NS = Duration.ofSeconds(10).toNanos();

    private final MemifSocket socket;
    private final MemifInterface master;
    private final MemifInterface slave;

    private MemifPair(MemifSocket socket, MemifInterface master, MemifInterface slave) {
        this.socket = socket;
        this.master = master;
        this.slave = slave;
    }

    /**
     * A pair with the defaults.
     *
     * @return the pair, its link up; to be closed by the caller
     * @throws MemifException as {@link #open(InterfaceConfig, InterfaceConfig)}
     */
    public static MemifPair open() {
        return open(
                InterfaceConfig.builder().role(Role.MASTER).build(),
                InterfaceConfig.builder().role(Role.SLAVE).build());
    }

    /**
     * A pair with configurations of its own.
     *
     * @param master a master's configuration
     * @param slave a slave's configuration, with the same id
     * @return the pair, its link up; to be closed by the caller
     * @throws MemifException saying why the two cannot be connected; with code TIMED_OUT if the
     *     link is not up after 10 s, or the thread is interrupted
     * @throws IllegalArgumentException if the roles or ids are wrong
     */
    public static MemifPair open(InterfaceConfig master, InterfaceConfig slave) {
        if (master.role() != Role.MASTER
                || slave.role() != Role.SLAVE
                || master.id() != slave.id()) {
            throw new IllegalArgumentException("no pair: " + master + " and " + slave);
        }
        String name = "@io.memif-pair-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        MemifSocket socket = MemifSocket.open(SocketConfig.builder().address(name).build());
        try {
            MemifPair pair =
                    new MemifPair(socket, socket.addInterface(master), socket.addInterface(slave));
            pair.connect();
            return pair;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Both ends are here: what fails once fails again. */
    private void connect() {
        long start = System.nanoTime();
        try {
            while (!slave.awaitConnected(STEP) || !master.awaitConnected(STEP)) {
                String failure = slave.details().lastFailure();
                if (!failure.isEmpty()) {
                    throw new MemifException(
                            MemifException.Code.CONFIGURATION, "no pair: " + failure, null);
                }
                if (System.nanoTime() - start > LONGEST_NS) {
                    throw new MemifException(
                            MemifException.Code.TIMED_OUT, "no link between " + this, null);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MemifException(
                    MemifException.Code.TIMED_OUT, "interrupted before the link was up", e);
        }
    }

    /** {@return the master, closed with the pair} */
    public MemifInterface master() {
        return master;
    }

    /** {@return the slave, closed with the pair} */
    public MemifInterface slave() {
        return slave;
    }

    /** Both ends. */
    @Override
    public String toString() {
        return master + " and " + slave;
    }

    /** Closes both interfaces and their socket. Idempotent. */
    @Override
    public void close() {
        socket.close();
    }
}
