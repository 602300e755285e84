package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.LinkRing;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import java.util.List;
import java.util.function.Consumer;

/**
 * Queue handles over rings that a test lays out itself. The test is the reactor for them: links
 * come and go as it says.
 */
public final class QueueHandles {
    private QueueHandles() {}

    /** A receive queue without a link, which is never waited on. */
    public static RxQueue rx() {
        return new RxQueue("a test", 0, RxMode.POLLING, QueueHandles::noWaiter, false);
    }

    private static QueueWaiter noWaiter() {
        throw new UnsupportedOperationException("no waiting here");
    }

    /** Counts as a queue does. */
    public static void count(QueueCounters counters, Counter counter, long amount) {
        counters.add(counter, amount);
    }

    /** A transmit queue without a link. */
    public static TxQueue tx() {
        return new TxQueue("a test", 0, false);
    }

    /** A master's link comes up for a receive queue. */
    public static RxQueue masterRx(
            RxQueue queue, Ring ring, RegionTable table, Consumer<String> onFault) {
        return attach(queue, new MasterRx(ring, table, queue.counters(), onFault), ring);
    }

    /** A slave's link comes up for a receive queue whose buffers are posted already or later. */
    public static RxQueue slaveRx(
            RxQueue queue,
            Ring ring,
            RegionTable table,
            OwnBuffers buffers,
            Consumer<String> onFault) {
        return attach(queue, new SlaveRx(ring, table, buffers, queue.counters(), onFault), ring);
    }

    private static RxQueue attach(RxQueue queue, RxEngine engine, Ring ring) {
        queue.attach(new RxRings(List.of(engine), List.of(ring(ring))));
        return queue;
    }

    /** Posts the buffers of a slave's receive queue, as is done when the link is up. */
    public static RxQueue post(RxQueue queue) {
        engine(queue).start();
        return queue;
    }

    /** A slave's link comes up for a transmit queue. */
    public static TxQueue slaveTx(
            TxQueue queue,
            Ring ring,
            RegionTable table,
            OwnBuffers own,
            Runnable signal,
            Consumer<String> onFault) {
        QueueCounters counters = queue.counters();
        queue.attach(new SlaveTx(ring, table, own, signal, counters, onFault), ring(ring));
        return queue;
    }

    /** A master's link comes up for a transmit queue. */
    public static TxQueue masterTx(
            TxQueue queue,
            Ring ring,
            RegionTable table,
            Runnable signal,
            Consumer<String> onFault) {
        queue.attach(new MasterTx(ring, table, signal, queue.counters(), onFault), ring(ring));
        return queue;
    }

    private static LinkRing ring(Ring ring) {
        return new LinkRing(ring, null, null, null, null);
    }

    private static RxEngine engine(RxQueue queue) {
        return queue.attached().only;
    }

    /** Whether packets are waiting. */
    public static boolean ready(RxQueue queue) {
        return engine(queue).ready();
    }

    /** Sets or clears the mask, and says whether packets are waiting. */
    public static boolean mask(RxQueue queue, boolean masked) {
        return engine(queue).mask(masked);
    }

    /** Gives the oldest held buffers back, whichever burst holds them. */
    public static void release(RxQueue queue, int buffers) {
        queue.release(queue.link(), 0, buffers);
    }

    /** The link goes down. */
    public static void detach(RxQueue queue) {
        queue.linkDown();
    }

    /** The interface is closed. */
    public static void close(RxQueue queue) {
        queue.close();
    }

    /** The interface is closed. */
    public static void close(TxQueue queue) {
        queue.close();
    }
}
