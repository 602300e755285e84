package io.memif;

import io.memif.internal.control.LinkRing;
import io.memif.internal.control.QueueWaiter;
import io.memif.internal.memory.Ring;

/** Lets stress tests be the reactor for a queue handle: links come and go as they say. */
public final class QueueHandles {
    private QueueHandles() {}

    /**
     * A receive queue without a link.
     *
     * @return a queue that is never waited on
     */
    public static RxQueue rx() {
        return new RxQueue(0, RxMode.POLLING, QueueHandles::noWaiter, null);
    }

    private static QueueWaiter noWaiter() {
        throw new UnsupportedOperationException("no waiting here");
    }

    /**
     * A transmit queue without a link.
     *
     * @return a queue
     */
    public static TxQueue tx() {
        return new TxQueue(0, null);
    }

    /**
     * A link comes up.
     *
     * @param queue whose
     * @param engine of the link
     * @param ring of the engine
     */
    public static void attach(RxQueue queue, RxEngine engine, Ring ring) {
        queue.attach(engine, ring(ring));
    }

    /**
     * A link comes up.
     *
     * @param queue whose
     * @param engine of the link
     * @param ring of the engine
     */
    public static void attach(TxQueue queue, TxEngine engine, Ring ring) {
        queue.attach(engine, ring(ring));
    }

    private static LinkRing ring(Ring ring) {
        return new LinkRing(ring, null, null, null, null);
    }

    /**
     * The link goes down.
     *
     * @param queue whose
     */
    public static void detach(RxQueue queue) {
        queue.linkDown();
    }

    /**
     * The interface is closed.
     *
     * @param queue of it
     */
    public static void close(RxQueue queue) {
        queue.close();
    }

    /**
     * The interface is closed.
     *
     * @param queue of it
     */
    public static void close(TxQueue queue) {
        queue.close();
    }
}
