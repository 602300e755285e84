package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPackets;
import io.memif.testing.TestPosix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever receives over a link that is coming up can send as well. A queue that can be slept on
 * makes a system call when it gets its ring: in that very moment the transmit queues must be there.
 */
@Timeout(60)
class AnswerAtOnceTest {
    private static final byte[] PACKET = TestPackets.pattern(1, 60);

    @TempDir Path directory;

    private final List<Throwable> errors = new ArrayList<>();
    private final Map<Role, MemifInterface> interfaces = new EnumMap<>(Role.class);
    private final Map<Role, Long> answers = new EnumMap<>(Role.class);
    private final Posix posix = TestPosix.open(this::intercept);

    private int intercept(SystemCall call) {
        if (call == SystemCall.EPOLL_CTL) {
            interfaces.forEach(
                    (role, itf) -> {
                        if (!itf.rxQueue(0).rings().isEmpty()) {
                            answers.computeIfAbsent(role, first -> answer(itf.txQueue(1)));
                        }
                    });
        }
        return 0;
    }

    private static long answer(TxQueue tx) {
        return tx.offer(PACKET, 0, PACKET.length);
    }

    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder().role(role).s2mRings(2).m2sRings(2).build();
    }

    @Test
    void theFirstPacketCanBeAnswered() throws Exception {
        try (MemifReactor reactor = MemifReactor.callerDriven(errors::add, posix)) {
            SocketConfig config =
                    SocketConfig.builder()
                            .reactor(reactor)
                            .address(directory.resolve("s").toString())
                            .errorHandler(errors::add)
                            .build();
            for (Role role : List.of(Role.MASTER, Role.SLAVE)) {
                MemifInterface itf = MemifSocket.open(config).addInterface(config(role));
                // From now on it has what it sleeps on, and watches each new ring with it.
                assertFalse(itf.rxQueue(0).await(1));
                interfaces.put(role, itf);
            }
            long end = System.nanoTime() + TestPackets.SOON;
            while (!interfaces.values().stream().allMatch(MemifInterface::isConnected)) {
                assertTrue(System.nanoTime() < end, "in time");
                reactor.doWork(1_000_000);
            }
        }
        assertEquals(interfaces.keySet(), answers.keySet());
        assertFalse(answers.containsValue((long) TxQueue.NOT_CONNECTED), answers::toString);
        assertEquals(List.of(), errors);
    }
}
