package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.Role;
import io.memif.RxMode;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.ChildProcess;
import io.memif.testing.ExitWithInput;
import io.memif.testing.LinkEvents;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer of ours in a JVM of its own is killed and another started, with nobody's help: the
 * listener hears of one link-down and one link-up, the queues are the same, and their counters go
 * on.
 */
@Timeout(120)
class JavaPeerKilledTest {
    private static final int ROUNDS = 3;
    private static final int PACKETS = 500;

    @TempDir Path directory;

    @ParameterizedTest(name = "killed {0}")
    @EnumSource
    void theLinkReturnsByItself(Role killed) throws InterruptedException {
        String address = directory.resolve("s").toString();
        LinkEvents events = new LinkEvents();
        InterfaceConfig.Builder config =
                InterfaceConfig.builder()
                        .role(killed == Role.MASTER ? Role.SLAVE : Role.MASTER)
                        .rxMode(RxMode.ADAPTIVE)
                        .listener(events);
        try (OurSide us = new OurSide(address, config)) {
            MemifInterface itf = us.itf();
            RxQueue rx = itf.rxQueue(0);
            TxQueue tx = itf.txQueue(0);
            for (int round = 1; round <= ROUNDS; round++) {
                try (ChildProcess peer =
                        ChildProcess.java(
                                        ExitWithInput.class,
                                        EchoPeer.class.getName(),
                                        killed.name(),
                                        address)
                                .start()) {
                    assertEquals("up", nextLinkEvent(events));
                    assertSame(rx, itf.rxQueue(0));
                    assertSame(tx, itf.txQueue(0));
                    new Echo(itf, 0, 1024, 2048, 9000).run(PACKETS);
                    peer.kill();
                    String down = nextLinkEvent(events);
                    assertTrue(down.startsWith("down: "), down);
                }
                assertFalse(itf.isConnected());
                assertEquals(TxQueue.NOT_CONNECTED, tx.offer(new byte[1], 0, 1));
                assertEquals((long) round * PACKETS, tx.counters().get(Counter.PACKETS));
                assertEquals((long) round * PACKETS, rx.counters().get(Counter.PACKETS));
                assertEquals(round, itf.details().links());
            }
        }
    }

    /** A slave tells of the attempts in between that found nobody, too. */
    private static String nextLinkEvent(LinkEvents events) throws InterruptedException {
        String event = events.next();
        while (event.startsWith("failed: NOBODY_LISTENS")) {
            event = events.next();
        }
        return event;
    }
}
