package io.memif.examples.perf;

import io.memif.QueueCounters;
import io.memif.TxQueue;

/** Sends as fast as the peer takes it: written in place, one flush a burst. */
final class SourceLane extends Lane {
    private final TxQueue tx;
    private final PacketWriter writer;
    private final int burst;

    /** Packets longer than a buffer are chained, which only an offer does. */
    private boolean chained;

    SourceLane(TxQueue tx, PacketWriter writer, int burst) {
        this.tx = tx;
        this.writer = writer;
        this.burst = burst;
    }

    @Override
    int turn() {
        int sent = chained ? offerBurst() : tx.fill(writer, writer.length(), burst);
        tx.flush();
        if (sent == TxQueue.TOO_LONG) {
            if (chained) {
                throw new IllegalStateException(
                        "a packet of " + writer.length() + " bytes does not fit into the ring");
            }
            chained = true;
        }
        return Math.max(sent, 0);
    }

    private int offerBurst() {
        for (int i = 0; i < burst; i++) {
            int code = tx.offer(writer.whole(), 0, writer.length());
            if (code < 0) {
                return i > 0 ? i : code;
            }
            writer.sent();
        }
        return burst;
    }

    /** Nothing tells a sender that the ring has space again. */
    @Override
    void await(long timeoutNs) {
        Thread.yield();
    }

    @Override
    void wakeUp() {
        // It never sleeps.
    }

    @Override
    QueueCounters counters() {
        return tx.counters();
    }
}
