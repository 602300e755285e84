package io.memif.tests.matrix;

import io.memif.PacketAssembler;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import java.nio.ByteBuffer;

/** Takes packets in each way a receive queue has, and compares them with what was sent. */
final class Receiver {
    /** Ways to receive. */
    enum Way {
        POLL,
        POLL_ONE,
        RECEIVE,
        RECEIVE_SEVERAL,
        HOLD
    }

    private static final int LIMIT = 64;

    private final ByteBuffer target = ByteBuffer.allocateDirect(2 * RandomPackets.LONGEST);
    private final int[] lengths = new int[LIMIT];
    private final ReceivedBurst held = new ReceivedBurst(LIMIT);
    private final PacketAssembler assembler =
            new PacketAssembler(
                    (buffer, offset, length, flags) -> check(buffer, offset, length),
                    RandomPackets.LONGEST);
    private Burst burst;

    /** Takes what there is until nothing is left. */
    void drain(RxQueue rx, Way way, Burst expected) {
        burst = expected;
        while (some(rx, way) > 0) {
            continue;
        }
    }

    private int some(RxQueue rx, Way way) {
        return switch (way) {
            case POLL -> rx.poll(assembler, LIMIT);
            case POLL_ONE -> rx.poll(assembler, 1);
            case RECEIVE -> receive(rx);
            case RECEIVE_SEVERAL -> receiveSeveral(rx);
            case HOLD -> hold(rx);
            default -> throw new AssertionError(way);
        };
    }

    private int receive(RxQueue rx) {
        int length = rx.receive(target.clear());
        if (length > 0) {
            check(target, 0, length);
        }
        return length;
    }

    private int receiveSeveral(RxQueue rx) {
        int count = rx.receive(target.clear(), lengths);
        int at = 0;
        for (int i = 0; i < count; i++) {
            check(target, at, lengths[i]);
            at += lengths[i];
        }
        return count;
    }

    /** Looks at all before the first is given back, and gives back in two parts. */
    private int hold(RxQueue rx) {
        int count = rx.hold(held);
        for (int i = 0; i < count; i++) {
            assembler.onPacket(held.buffer(i), held.offset(i), held.length(i), held.flags(i));
        }
        rx.release(held, count / 2);
        rx.release(held);
        return count;
    }

    private void check(ByteBuffer buffer, int offset, int length) {
        int i = burst.received++;
        if (i >= burst.sent) {
            throw new AssertionError("more packets than were sent: " + burst.received);
        }
        // The target's limit moves with its position.
        ByteBuffer all = buffer == target ? target.duplicate().clear() : buffer;
        RandomPackets.check(all, offset, length, burst.sequence(i), burst.length(i));
    }
}
