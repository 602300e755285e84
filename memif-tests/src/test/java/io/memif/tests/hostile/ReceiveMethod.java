package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.memif.PacketHandler;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ways an application receives; each has to withstand the same. */
enum ReceiveMethod {
    /** In place, buffer by buffer, joined here. */
    POLL {
        @Override
        int receive(RxQueue queue, List<byte[]> packets) {
            return queue.poll(
                    (buffer, offset, length, flags) ->
                            append(packets, buffer, offset, length, flags),
                    LIMIT);
        }
    },
    /** Copied, one by one. */
    RECEIVE {
        @Override
        int receive(RxQueue queue, List<byte[]> packets) {
            ByteBuffer target = ByteBuffer.allocate(1 << 20);
            int length = queue.receive(target);
            if (length > 0) {
                byte[] packet = new byte[length];
                target.get(0, packet);
                packets.add(packet);
            }
            return length;
        }
    },
    /** Copied, many at once. */
    RECEIVE_BATCH {
        @Override
        int receive(RxQueue queue, List<byte[]> packets) {
            ByteBuffer target = ByteBuffer.allocate(1 << 20);
            int[] lengths = new int[LIMIT];
            int count = queue.receive(target, lengths);
            int at = 0;
            for (int i = 0; i < count; i++) {
                byte[] packet = new byte[lengths[i]];
                target.get(at, packet);
                packets.add(packet);
                at += lengths[i];
            }
            return count;
        }
    },
    /** Held for a while and released. */
    HOLD {
        @Override
        int receive(RxQueue queue, List<byte[]> packets) {
            ReceivedBurst burst = new ReceivedBurst(LIMIT);
            int count = queue.hold(burst);
            for (int i = 0; i < count; i++) {
                append(packets, burst.buffer(i), burst.offset(i), burst.length(i), burst.flags(i));
            }
            queue.release(burst);
            return count;
        }
    };

    static final int LIMIT = 64;

    /** Receives some packets; 0 if there was none. */
    abstract int receive(RxQueue queue, List<byte[]> packets);

    /** Everything there is, but no more than a peer can keep up for ever. */
    List<byte[]> all(RxQueue queue) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 10_000 && receive(queue, packets) > 0; i++) {
            Thread.onSpinWait();
        }
        return packets;
    }

    /** What there is are these packets, and no other. */
    void expect(RxQueue queue, byte[]... expected) {
        List<byte[]> got = all(queue);
        assertEquals(expected.length, got.size(), "packets");
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], got.get(i), "packet " + i);
        }
    }

    /** A packet that a seed tells from others. */
    static byte[] packet(int seed, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }

    private static void append(
            List<byte[]> packets, ByteBuffer buffer, int offset, int length, int flags) {
        byte[] part = new byte[length];
        buffer.get(offset, part);
        boolean continued = (flags & PacketHandler.CONTINUATION) != 0;
        if (!continued) {
            packets.add(part);
            return;
        }
        byte[] head = packets.remove(packets.size() - 1);
        byte[] joined = Arrays.copyOf(head, head.length + length);
        System.arraycopy(part, 0, joined, head.length, length);
        packets.add(joined);
    }
}
