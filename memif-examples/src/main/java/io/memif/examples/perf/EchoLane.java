package io.memif.examples.perf;

import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.QueueCounters;
import io.memif.RxQueue;
import io.memif.TxQueue;
import java.nio.ByteBuffer;

/**
 * Sends back what it receives; a full ring makes it wait, so that nothing is lost.
 *
 * <p>While packets come one at a time, each is published inside the handler, so few instructions
 * after it was read that the processor fetches the cache lines of the answer while it still waits
 * for those of the packet.
 */
final class EchoLane extends Lane implements PacketHandler {
    private final RxQueue rx;
    private final TxQueue tx;
    private final int burst;
    private final RunState state;

    /** Looks at each packet first; null if nobody does. */
    private final PacketHandler inspector;

    /** Whether the last packet came alone, so that the next one probably does, too. */
    private boolean alone;

    private final PacketAssembler whole = new PacketAssembler(this, PacketWriter.MAX_LENGTH);

    EchoLane(RxQueue rx, TxQueue tx, int burst, RunState state, PacketHandler inspector) {
        this.rx = rx;
        this.tx = tx;
        this.burst = burst;
        this.state = state;
        this.inspector = inspector;
    }

    @Override
    int turn() {
        int received = rx.poll(whole, burst);
        if (received > 0) {
            tx.flush();
            alone = received == 1;
        }
        return received;
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        if (inspector != null) {
            inspector.onPacket(buffer, offset, length, flags);
        }
        while (tx.offer(buffer, offset, length) == TxQueue.BACK_PRESSURED && !state.isOver()) {
            Thread.onSpinWait();
        }
        if (alone) {
            alone = false;
            tx.flush();
        }
    }

    @Override
    void await(long timeoutNs) throws InterruptedException {
        rx.await(timeoutNs);
    }

    @Override
    void wakeUp() {
        rx.wakeUp();
    }

    @Override
    QueueCounters counters() {
        return rx.counters();
    }
}
