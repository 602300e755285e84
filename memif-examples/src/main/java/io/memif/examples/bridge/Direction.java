package io.memif.examples.bridge;

import io.memif.Forwarder;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.QueueGroup;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * One direction of a bridge: whatever one interface receives leaves by the other, in order. Runs on
 * a thread of its own, which alone uses the queues; the figures are for any thread.
 */
final class Direction implements Runnable {
    /** Packets of a queue that wait for the next peer at a time. */
    private static final int UNDERWAY = 512;

    private static final long IDLE_NS = 100_000_000;

    /** While buffers are due to be given back, or the next ring is full. */
    private static final long SHORTLY_NS = 200_000;

    private final MemifInterface from;
    private final MemifInterface to;
    private final StopSignal stop;
    private final List<RxQueue> receiving;
    private final List<TxQueue> sending;
    private final List<Forwarder> forwarders;
    private int lanes = 1;
    private volatile long dropped;
    private volatile RuntimeException failure;

    Direction(MemifInterface from, MemifInterface to, StopSignal stop) {
        this.from = from;
        this.to = to;
        this.stop = stop;
        receiving = IntStream.range(0, from.rxQueueCount()).mapToObj(from::rxQueue).toList();
        sending = IntStream.range(0, to.txQueueCount()).mapToObj(to::txQueue).toList();
        forwarders = receiving.stream().map(this::forwarder).toList();
    }

    /** A peer may have fewer queues than we: only those that it has are used. */
    private Forwarder forwarder(RxQueue queue) {
        return new Forwarder(queue, sending, UNDERWAY, (burst, first) -> queue.index() % lanes);
    }

    @Override
    public void run() {
        try (QueueGroup waiting = QueueGroup.open()) {
            receiving.forEach(waiting::add);
            while (!stop.isRequested()) {
                turn(waiting);
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            stop.request();
        }
    }

    /**
     * Tells why it ended, if it was not told to.
     *
     * @throws CommandFailure if it failed
     */
    void throwFailure() {
        RuntimeException cause = failure;
        if (cause != null) {
            throw new CommandFailure("a direction failed unexpectedly: " + cause, cause);
        }
    }

    private void turn(QueueGroup waiting) {
        LinkInfo link = to.linkInfo();
        lanes = link == null ? 1 : Math.max(1, link.txQueues());
        long fullBefore = count(Counter.RING_FULL);
        int passed = 0;
        int underway = 0;
        long lost = 0;
        for (Forwarder forwarder : forwarders) {
            passed += forwarder.doWork();
            underway += forwarder.underway();
            lost += forwarder.dropped();
        }
        dropped = lost;
        if (passed == 0) {
            boolean due = underway > 0 || count(Counter.RING_FULL) != fullBefore;
            // Only waits: packets are taken above, where all queues have their turn.
            waiting.serve(queue -> 0, due ? SHORTLY_NS : IDLE_NS);
        }
    }

    private long count(Counter counter) {
        return sum(sending, queue -> queue.counters().get(counter));
    }

    private static <T> long sum(List<T> queues, ToLongFunction<T> value) {
        return queues.stream().mapToLong(value).sum();
    }

    /** What has passed so far. */
    Passed passed() {
        return new Passed(
                sum(receiving, queue -> queue.counters().get(Counter.PACKETS)),
                count(Counter.PACKETS),
                count(Counter.BYTES),
                dropped,
                count(Counter.IN_PLACE));
    }

    /**
     * Figures of a direction.
     *
     * @param received packets that came in
     * @param packets that went out
     * @param bytes in those
     * @param dropped packets that the other side could not be given: no link, or too long
     * @param inPlace packets that went out without being copied
     */
    record Passed(long received, long packets, long bytes, long dropped, long inPlace) {}
}
