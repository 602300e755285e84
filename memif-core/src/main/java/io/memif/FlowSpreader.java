package io.memif;

import io.memif.internal.memory.Faults;
import java.nio.ByteBuffer;

/**
 * Spreads packets over the transmit queues of an interface by flow: packets of one flow, in either
 * direction, always take the queue with the same number, and so stay in order.
 *
 * <pre>{@code
 * FlowSpreader spreader = new FlowSpreader(itf);
 * spreader.offer(packet, 0, packet.remaining());
 * spreader.flush();
 * }</pre>
 *
 * <p>One thread owns all the transmit queues and uses the spreader. If each thread has a queue of
 * its own, use {@link FlowHash} to decide which thread a packet goes to. When a link with another
 * number of queues comes up, flows move to other queues.
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
     * The queue of a packet, for callers that send it themselves.
     *
     * @param packet holds the packet; its position is ignored
     * @param offset of the first byte
     * @param length in bytes
     * @return one of the link's queues. It is the first one while there is no link, and also if the
     *     memory of the packet is gone; sending the packet reports that
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
            if (Faults.possibleSince(faults)) {
                Faults.settle();
            }
        } catch (InternalError e) {
            // The packet's memory is gone. Whoever sends it finds out whose that was.
            Faults.countCaught();
            return itf.txQueue(0);
        }
        return itf.txQueue(FlowHash.queue(hash, live));
    }

    /**
     * Copies a packet and stages it on its queue.
     *
     * @param packet holds the packet; its position is ignored
     * @param offset of the first byte
     * @param length in bytes, 1 or more
     * @return the result of {@link TxQueue#offer(ByteBuffer, int, int)}
     */
    public int offer(ByteBuffer packet, int offset, int length) {
        return queue(packet, offset, length).offer(packet, offset, length);
    }

    /**
     * Publishes what is staged on all queues.
     *
     * @return number of slots published
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
