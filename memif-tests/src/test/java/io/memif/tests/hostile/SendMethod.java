package io.memif.tests.hostile;

import io.memif.PacketClaim;
import io.memif.TxQueue;
import java.nio.ByteBuffer;

/** The ways an application sends; each has to withstand the same. */
enum SendMethod {
    OFFER_ARRAY {
        @Override
        int send(TxQueue queue, byte[] packet) {
            return queue.offer(packet, 0, packet.length);
        }
    },
    OFFER_BUFFER {
        @Override
        int send(TxQueue queue, byte[] packet) {
            return queue.offer(ByteBuffer.wrap(packet), 0, packet.length);
        }
    },
    OFFER_BATCH {
        @Override
        int send(TxQueue queue, byte[] packet) {
            return queue.offer(ByteBuffer.wrap(packet), 0, new int[] {packet.length}, 1);
        }
    },
    CLAIM {
        @Override
        int send(TxQueue queue, byte[] packet) {
            PacketClaim claim = new PacketClaim();
            int result = queue.tryClaim(packet.length, claim);
            if (result > 0) {
                claim.buffer().put(claim.offset(), packet);
                claim.commit();
            }
            return result;
        }
    },
    FILL {
        @Override
        int send(TxQueue queue, byte[] packet) {
            return queue.fill(
                    (buffer, offset, capacity) -> {
                        buffer.put(offset, packet);
                        return packet.length;
                    },
                    packet.length,
                    1);
        }
    };

    /** Stages one packet; positive, or why not. */
    abstract int send(TxQueue queue, byte[] packet);
}
