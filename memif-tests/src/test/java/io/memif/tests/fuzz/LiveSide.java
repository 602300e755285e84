package io.memif.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.internal.posix.Posix;
import io.memif.testing.ProcessTables;
import io.memif.testing.TestPackets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Our library under attack: one reactor with the interface that the hostile peer gets, and another
 * one whose link to an honest peer has to keep passing packets.
 */
final class LiveSide implements AutoCloseable {
    static final int ATTACKED = 7;
    private static final int HEALTHY = 9;
    private static final int MOST_DESCRIPTORS = 500;
    private static final int PACKET = 100;

    final Posix posix = Posix.open();
    final MemifInterface attacked;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final MemifReactor reactor = MemifReactor.start("under attack", errors::add);
    private final MemifReactor peersReactor = MemifReactor.start("honest peer", errors::add);
    private final String hostileAddress;
    private final MemifInterface healthy;
    private final MemifInterface honest;

    LiveSide(Role role, String hostileAddress, String honestAddress) throws InterruptedException {
        this.hostileAddress = hostileAddress;
        MemifSocket exposed = socket(hostileAddress, reactor);
        // As master the healthy link comes through the same listener.
        String address = role == Role.MASTER ? hostileAddress : honestAddress;
        MemifSocket second = role == Role.MASTER ? exposed : socket(address, reactor);
        Role honestRole = role == Role.MASTER ? Role.SLAVE : Role.MASTER;
        MemifSocket other = socket(address, peersReactor);
        attacked = exposed.addInterface(config(role, ATTACKED, b -> b.queues(3)));
        healthy = second.addInterface(config(role, HEALTHY, b -> {}));
        honest = other.addInterface(config(honestRole, HEALTHY, b -> {}));
        TestPackets.connect(healthy, honest);
    }

    private MemifSocket socket(String address, MemifReactor on) {
        return MemifSocket.open(
                SocketConfig.builder()
                        .address(address)
                        .reactor(on)
                        .errorHandler(errors::add)
                        .build());
    }

    private static InterfaceConfig config(
            Role role, int id, Consumer<InterfaceConfig.Builder> tweak) {
        InterfaceConfig.Builder config =
                InterfaceConfig.builder()
                        .role(role)
                        .id(id)
                        .ringSize(16)
                        .bufferSize(256)
                        .handshakeTimeout(Duration.ofSeconds(1))
                        .reconnectInterval(Duration.ofNanos(1), Duration.ofNanos(1));
        tweak.accept(config);
        return config.build();
    }

    /** The healthy link passes packets, nothing unexpected was reported, and nothing piles up. */
    void check() throws InterruptedException {
        TestPackets.exchange(healthy, honest, PACKET);
        for (Throwable error = errors.poll(); error != null; error = errors.poll()) {
            Throwable reported = error;
            boolean known =
                    reported instanceof IllegalStateException
                            && reported.getMessage().contains(hostileAddress + ": refused ");
            if (!known) {
                throw new AssertionError("reported: " + reported, reported);
            }
        }
        int open = ProcessTables.descriptors().size();
        assertTrue(open < MOST_DESCRIPTORS, open + " descriptors are open");
    }

    /** What an application does with a link, whoever is at its other end. */
    void useAttacked(ByteSource input) {
        for (int i = 0; i < attacked.rxQueueCount(); i++) {
            byte[] some = {1, 2, 3};
            attacked.txQueue(i).offer(some, 0, some.length);
            attacked.txQueue(i).flush();
            attacked.rxQueue(i).poll((buffer, offset, length, flags) -> buffer.get(offset), 64);
        }
        if (input.oneIn(8)) {
            attacked.rxQueue(0).disarm();
        }
    }

    @Override
    public void close() {
        peersReactor.close();
        reactor.close();
    }
}
