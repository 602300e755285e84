package io.memif.examples.perf;

import com.sun.management.ThreadMXBean;
import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import java.lang.management.ManagementFactory;

/** Reads the counters of a running benchmark, without disturbing it. */
final class Meter {
    /** A reading that took longer was interrupted, and its time says little. */
    private static final long QUICK_NS = 20_000;

    private static final int ATTEMPTS = 20;

    private final PollingThreads polling;
    private final Counter fruitless;
    private final ThreadMXBean threads;

    Meter(PollingThreads polling, PerfPlan plan) {
        this.polling = polling;
        this.fruitless = plan.receives() ? Counter.EMPTY_POLLS : Counter.RING_FULL;
        this.threads =
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                                && bean.isThreadAllocatedMemorySupported()
                        ? bean
                        : null;
    }

    Sample read() {
        long allocated = allocatedBytes();
        Sample sample = readOnce(allocated);
        for (int i = 0; i < ATTEMPTS && System.nanoTime() - sample.timeNs() > QUICK_NS; i++) {
            sample = readOnce(allocated);
        }
        return sample;
    }

    private Sample readOnce(long allocated) {
        long now = System.nanoTime();
        long packets = 0;
        long bytes = 0;
        long idle = 0;
        for (Lane lane : polling.lanes()) {
            QueueCounters counters = lane.counters();
            packets += counters.get(Counter.PACKETS);
            bytes += counters.get(Counter.BYTES);
            idle += counters.get(fruitless);
        }
        long sentPackets = 0;
        long sentBytes = 0;
        for (Lane lane : polling.lanesBesides()) {
            sentPackets += lane.counters().get(Counter.PACKETS);
            sentBytes += lane.counters().get(Counter.BYTES);
        }
        long turns = polling.turns();
        return new Sample(now, packets, bytes, turns, idle, allocated, sentPackets, sentBytes);
    }

    private long allocatedBytes() {
        if (threads == null) {
            return -1;
        }
        long sum = 0;
        for (long each : threads.getThreadAllocatedBytes(polling.threadIds())) {
            sum += Math.max(each, 0);
        }
        return sum;
    }
}
