package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.posix.Posix;
import java.util.List;

/**
 * Punching holes into a file that others have mapped: no seal forbids it, and it reads as zeros.
 */
final class HolePunching {
    private static final int KEEP_SIZE_AND_PUNCH = 3;

    private HolePunching() {}

    static void punch(Posix posix, RawRegion region, long offset, long length) {
        int number = region.fd().acquire();
        try {
            int result = posix.files().fallocate(number, KEEP_SIZE_AND_PUNCH, offset, length);
            assertEquals(0, result, "fallocate");
        } finally {
            region.fd().release();
        }
    }

    /** Everything an application does with its queues, in every way it can. */
    static void useQueues(RxQueue rx, TxQueue tx) {
        for (ReceiveMethod method : ReceiveMethod.values()) {
            method.all(rx);
        }
        byte[] packet = new byte[100];
        for (SendMethod method : SendMethod.values()) {
            method.send(tx, packet);
        }
        tx.flush();
    }

    /** Packets of a hole are zeros. */
    static void assertZeros(List<byte[]> packets, int length) {
        for (byte[] packet : packets) {
            assertEquals(length, packet.length);
            for (byte b : packet) {
                assertEquals(0, b);
            }
        }
    }
}
