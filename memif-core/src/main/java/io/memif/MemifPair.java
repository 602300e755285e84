package io.memif;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A master and a slave interface in this process, connected to each other, for unit tests of code
 * that uses queues. Everything is real, including the shared memory. The control socket is
 * abstract, so no file is created.
 *
 * <pre>{@code
 * try (MemifPair pair = MemifPair.open()) {
 *     TxQueue sender = pair.slave().txQueue(0);
 *     sender.offer(new byte[] {1, 2, 3}, 0, 3);
 *     sender.flush();
 *     pair.master().rxQueue(0).poll(handler, 1);
 * }
 * }</pre>
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
     * Opens a pair with the default configuration.
     *
     * @return the pair, with its link up; to be closed by the caller
     * @throws MemifException as {@link #open(InterfaceConfig, InterfaceConfig)}
     */
    public static MemifPair open() {
        return open(
                InterfaceConfig.builder().role(Role.MASTER).build(),
                InterfaceConfig.builder().role(Role.SLAVE).build());
    }

    /**
     * Opens a pair with the given configurations.
     *
     * @param master a master's configuration
     * @param slave a slave's configuration, with the same id
     * @return the pair, with its link up; to be closed by the caller
     * @throws MemifException if the two cannot be connected, with the reason; with code TIMED_OUT
     *     if the link is not up after 10 s, or the thread is interrupted
     * @throws IllegalArgumentException if the roles or ids are wrong
     */
    public static MemifPair open(InterfaceConfig master, InterfaceConfig slave) {
        if (master.role() != Role.MASTER
                || slave.role() != Role.SLAVE
                || master.id() != slave.id()) {
            throw new IllegalArgumentException(
                    "not a master and a slave with the same id: " + master + " and " + slave);
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
                            MemifException.Code.CONFIGURATION,
                            "the pair cannot be connected: " + failure,
                            null);
                }
                if (System.nanoTime() - start > LONGEST_NS) {
                    throw new MemifException(
                            MemifException.Code.TIMED_OUT,
                            "no link after 10 s between " + this,
                            null);
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
