package io.memif.tests.matrix;

import io.memif.PacketClaim;
import io.memif.TxQueue;
import java.nio.ByteBuffer;

/** Stages packets of {@link RandomPackets} in each way a transmit queue has. */
final class Sender {
    /** Ways to send. */
    enum Way {
        ARRAY,
        BUFFER,
        SEVERAL,
        CLAIM,
        FILL
    }

    private static final int SEVERAL = 16;

    private final ByteBuffer source = ByteBuffer.allocateDirect(RandomPackets.LONGEST);
    private final int[] lengths = new int[SEVERAL];
    private final PacketClaim claim = new PacketClaim();

    /**
     * Stages packets.
     *
     * @param tx queue
     * @param way how; packets longer than {@code capacity} are offered, where a way has no chains
     * @param burst lengths and sequence numbers
     * @param capacity bytes of a buffer
     * @return packets staged, at most all that are left, 0 if the ring is full
     */
    int stage(TxQueue tx, Way way, Burst burst, int capacity) {
        int length = burst.length(burst.sent);
        int result =
                switch (way) {
                    case ARRAY -> one(tx.offer(RandomPackets.text(), burst.at(burst.sent), length));
                    case BUFFER ->
                            one(tx.offer(RandomPackets.direct(), burst.at(burst.sent), length));
                    case SEVERAL -> several(tx, burst);
                    case CLAIM -> length > capacity ? offer(tx, burst) : claim(tx, burst, capacity);
                    case FILL -> length > capacity ? offer(tx, burst) : fill(tx, burst, capacity);
                    default -> throw new AssertionError(way);
                };
        if (result == TxQueue.BACK_PRESSURED) {
            return 0;
        }
        if (result < 0) {
            throw new AssertionError(way + " answered " + result + " to " + length + " bytes");
        }
        return result;
    }

    private static int one(int slots) {
        return slots > 0 ? 1 : slots;
    }

    private static int offer(TxQueue tx, Burst burst) {
        int at = burst.at(burst.sent);
        return one(tx.offer(RandomPackets.text(), at, burst.length(burst.sent)));
    }

    private int several(TxQueue tx, Burst burst) {
        int bytes = 0;
        int count = 0;
        for (int i = burst.sent; i < burst.count() && count < SEVERAL; i++) {
            int length = burst.length(i);
            if (length > source.capacity() - bytes) {
                break;
            }
            source.put(bytes, RandomPackets.text(), burst.at(i), length);
            bytes += length;
            lengths[count++] = length;
        }
        return tx.offer(source, 0, lengths, count);
    }

    /** Claims the whole buffer and gives back what the packet does not need. */
    private int claim(TxQueue tx, Burst burst, int capacity) {
        int result = tx.tryClaim(capacity, claim);
        if (result == 1) {
            int length = burst.length(burst.sent);
            claim.buffer().put(claim.offset(), RandomPackets.text(), burst.at(burst.sent), length);
            claim.commit(length);
        }
        return result;
    }

    private static int fill(TxQueue tx, Burst burst, int capacity) {
        int[] next = {burst.sent};
        return tx.fill(
                (buffer, offset, most) -> {
                    int i = next[0]++;
                    if (i == burst.count() || burst.length(i) > most) {
                        return 0;
                    }
                    buffer.put(offset, RandomPackets.text(), burst.at(i), burst.length(i));
                    return burst.length(i);
                },
                capacity,
                SEVERAL);
    }
}
