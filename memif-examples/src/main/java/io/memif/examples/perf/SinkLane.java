package io.memif.examples.perf;

import io.memif.PacketHandler;
import io.memif.QueueCounters;
import io.memif.RxQueue;

/** Receives in place. */
final class SinkLane extends Lane {
    private final RxQueue rx;
    private final PacketHandler handler;
    private final int burst;

    SinkLane(RxQueue rx, PacketHandler handler, int burst) {
        this.rx = rx;
        this.handler = handler;
        this.burst = burst;
    }

    @Override
    int turn() {
        return rx.poll(handler, burst);
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
