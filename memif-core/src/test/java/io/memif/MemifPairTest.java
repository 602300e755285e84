package io.memif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.testing.TestPackets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two connected interfaces in one line. */
@Timeout(30)
class MemifPairTest {
    @Test
    void packetsPassBothWays() throws Exception {
        MemifInterface master;
        try (MemifPair pair = MemifPair.open()) {
            master = pair.master();
            assertTrue(pair.slave().isConnected() && master.isConnected());
            byte[] packet = TestPackets.pattern(1, 500);
            TestPackets.send(master.txQueue(0), packet);
            assertArrayEquals(packet, TestPackets.receive(pair.slave().rxQueue(0)));
            TestPackets.send(pair.slave().txQueue(0), packet);
            assertArrayEquals(packet, TestPackets.receive(master.rxQueue(0)));
        }
        assertTrue(master.isClosed());
    }

    @Test
    void saysWhyThereIsNone() {
        InterfaceConfig.Builder config = InterfaceConfig.builder().secret("one");
        InterfaceConfig slave = config.build();
        InterfaceConfig master = config.role(Role.MASTER).secret("other").build();
        MemifException e = assertThrows(MemifException.class, () -> MemifPair.open(master, slave));
        assertEquals(MemifException.Code.CONFIGURATION, e.code());
        assertTrue(e.getMessage().contains("incorrect secret"), e.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
        assertThrows(IllegalArgumentException.class, () -> MemifPair.open(slave, master));
    }
}
