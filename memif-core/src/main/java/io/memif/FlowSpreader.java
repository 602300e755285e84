package io.memif;

import io.memif.internal.memory.Faults;
import java.nio.ByteBuffer;

/**
 * Spreads packets over the transmit queues of an interface by flow: packets of one flow, in either
 * direction, always take the queue with the same number, and so stay in order.
 *
 * <p>For the thread that owns all those queues. When a link with another number of queues comes up,
 * flows move. Where each thread has a queue of its own, use {@link FlowHash} instead to decide
 * which thread a packet goes to.
 */
public final class FlowSpreader {
    private final MemifInterface itf;
    private final Mode mode;

    /**
     * A spreader over all transmit queues that the link has.
     *
     * @param itf whose queues to use
     */
    public FlowSpreader(MemifInterface itf) {
        this.itf = itf;
        this.mode = itf.config().mode();
    }

    /**
     * The queue of a packet, to send it on in whatever way.
     *
     * @param packet holds it; position does not count
     * @param offset of the first byte
     * @param length in bytes
     * @return one of the link's queues, the first while there is no link, or if the memory of the
     *     packet is gone, which sending it says
     */
    public TxQueue queue(ByteBuffer packet, int offset, int length) {
        int live = itf.liveTxQueues();
        if (live < 2) {
            return itf.txQueue(0);
        }
        long faults = Faults.state();
        int hash;
        try {
            hash = FlowHash.of(mode, packet, offset, length);
            if (Faults.possible(faults)) {
                Faults.settle();
            }
        } catch (InternalError e) {
            // The packet's memory is gone. Whoever sends it finds out whose that was.
            return itf.txQueue(0);
        }
        return itf.txQueue(FlowHash.queue(hash, live));
    }

    /**
     * Stages a packet on its queue, copied.
     *
     * @param packet holds it; position does not count
     * @param offset of the first byte
     * @param length in bytes, 1 or more
     * @return as {@link TxQueue#offer(ByteBuffer, int, int)}
     */
    public int offer(ByteBuffer packet, int offset, int length) {
        return queue(packet, offset, length).offer(packet, offset, length);
    }

    /**
     * Publishes what is staged on all queues.
     *
     * @return slots published
     */
    public int flush() {
        int slots = 0;
        for (int i = 0; i < itf.txQueueCount(); i++) {
            slots += itf.txQueue(i).flush();
        }
        return slots;
    }

    /** The interface whose queues it uses. */
    @Override
    public String toString() {
        return "flow spreader over " + itf;
    }
}
