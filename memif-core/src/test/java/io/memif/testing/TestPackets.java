package io.memif.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends, receives and compares single packets over queues. */
public final class TestPackets {
    /** Longest wait for anything that has to happen, in nanoseconds. */
    public static final long SOON = TimeUnit.SECONDS.toNanos(20);

    private TestPackets() {}

    /** Waits until both ends are up. */
    public static void connect(MemifInterface one, MemifInterface other)
            throws InterruptedException {
        assertTrue(one.awaitConnected(Duration.ofNanos(SOON)), () -> one + " comes up");
        assertTrue(other.awaitConnected(Duration.ofNanos(SOON)), () -> other + " comes up");
    }

    /** Bytes that tell packets apart. */
    public static byte[] pattern(int seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed * 31 + i * 7 + (i >>> 8));
        }
        return bytes;
    }

    /** Sends one packet at once. */
    public static void send(TxQueue tx, byte[] packet) {
        int result = tx.offer(packet, 0, packet.length);
        assertTrue(result > 0, () -> "offer answers " + result);
        tx.flush();
    }

    /** Waits for one whole packet. */
    public static byte[] receive(RxQueue rx) throws InterruptedException {
        ByteBuffer target = ByteBuffer.allocate(1 << 16);
        long end = System.nanoTime() + SOON;
        while (true) {
            int length = rx.receive(target);
            if (length > 0) {
                return Arrays.copyOf(target.array(), length);
            }
            long rest = end - System.nanoTime();
            assertTrue(rest > 0, "a packet comes in time");
            rx.await(rest);
        }
    }

    /** Sends one packet each way on each pair of queues that both ends have. */
    public static void exchange(MemifInterface one, MemifInterface other, int length)
            throws InterruptedException {
        oneWay(one, other, length);
        oneWay(other, one, length);
    }

    private static void oneWay(MemifInterface from, MemifInterface to, int length)
            throws InterruptedException {
        for (int queue = 0; queue < from.linkInfo().txQueues(); queue++) {
            byte[] packet = pattern(queue + length, length);
            send(from.txQueue(queue), packet);
            assertArrayEquals(packet, receive(to.rxQueue(queue)));
        }
    }

    /** What two ends agreed on: names, queues and sizes, without what the kernel says. */
    public static List<Object> agreed(LinkInfo link) {
        return List.of(
                link.peerApplicationName(),
                link.peerInterfaceName(),
                link.rxQueues(),
                link.txQueues(),
                link.ringSize(),
                link.bufferSize());
    }
}
