package io.memif.examples.perf;

import io.memif.PacketHandler;
import io.memif.QueueCounters;
import io.memif.RxQueue;
import java.nio.ByteBuffer;

/** Receives packets that carry a {@link TimedStamp}, and keeps a {@link Tally} of them. */
final class TimedLane extends Lane implements PacketHandler {
    private final RxQueue rx;
    private final int burst;
    private Tally tally;
    private long now;
    private volatile Tally wanted;
    private volatile Tally current;

    TimedLane(RxQueue rx, int burst, Tally first) {
        this.rx = rx;
        this.burst = burst;
        this.tally = first;
        this.wanted = first;
        this.current = first;
    }

    @Override
    int turn() {
        Tally next = wanted;
        if (next != tally) {
            tally = next;
            current = next;
        }
        now = 0;
        return rx.poll(this, burst);
    }

    /** The clock is read once a burst, when its first packet is there. */
    @Override
    public void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
        if (now == 0) {
            now = System.nanoTime();
        }
        if ((flags & CONTINUATION) == 0) {
            tally.begin(buffer, offset, length);
        } else {
            tally.goOn(length);
        }
        if ((flags & NEXT) == 0) {
            tally.end(now);
        }
    }

    /**
     * Asks for another tally from the lane's next turn on. From any thread.
     *
     * @see #hasTurnedTo
     */
    void turnTo(Tally next) {
        wanted = next;
        wakeUp();
    }

    /** Whether the lane counts with this tally now, and has left the one before. */
    boolean hasTurnedTo(Tally next) {
        return current == next;
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
