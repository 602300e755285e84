package io.memif.tests.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.testing.TestPackets;
import java.util.Arrays;
import java.util.Random;

/** Bursts over one queue in one direction, sent and received by one thread. */
final class Flow {
    private static final int[] BURSTS = {1, 31, 32, 33, 255, 256, 257};
    private static final Sender.Way[] TX_WAYS = Sender.Way.values();
    private static final Receiver.Way[] RX_WAYS = Receiver.Way.values();

    private final Sender sender;
    private final Receiver receiver;
    private final Random random;
    private final TxQueue tx;
    private final RxQueue rx;
    private final int ringSize;
    private final int capacity;
    private final int longest;
    private long packets;
    private long bytes;
    private long slots;
    private int bursts;

    /** What the receive queue has counted on its other rings. */
    private final long packetsBefore;

    private final long bytesBefore;
    private final long slotsBefore;

    /**
     * A flow.
     *
     * @param tx of one end
     * @param rx of the other
     * @param ringSize slots
     * @param capacity bytes of a buffer
     */
    Flow(
            Sender sender,
            Receiver receiver,
            Random random,
            TxQueue tx,
            RxQueue rx,
            int ringSize,
            int capacity) {
        this.sender = sender;
        this.receiver = receiver;
        this.random = random;
        this.tx = tx;
        this.rx = rx;
        this.ringSize = ringSize;
        this.capacity = capacity;
        this.longest = (int) Math.min(RandomPackets.LONGEST, (long) ringSize * capacity);
        this.packetsBefore = rx.counters().get(Counter.PACKETS);
        this.bytesBefore = rx.counters().get(Counter.BYTES);
        this.slotsBefore = rx.counters().get(Counter.BUFFERS);
        this.bursts = random.nextInt(TX_WAYS.length * RX_WAYS.length);
    }

    /** Bursts of lengths that do not depend on the ring. */
    void run() throws InterruptedException {
        for (int count : BURSTS) {
            mixed(count);
        }
    }

    /** Bursts of about as many packets as the ring has slots, then exactly as many. */
    void runWholeRing() throws InterruptedException {
        mixed(Math.max(1, ringSize - 1));
        mixed(ringSize);
        mixed(ringSize + 1);
        fillRing();
    }

    private void mixed(int count) throws InterruptedException {
        move(new Burst(packets, Burst.lengths(random, count, capacity, longest)));
    }

    private void move(Burst burst) throws InterruptedException {
        Sender.Way txWay = TX_WAYS[bursts % TX_WAYS.length];
        Receiver.Way rxWay = RX_WAYS[bursts / TX_WAYS.length % RX_WAYS.length];
        bursts++;
        while (burst.received < burst.count()) {
            int before = burst.sent;
            stage(burst, txWay);
            tx.flush();
            if (burst.sent > burst.received) {
                assertTrue(rx.await(TestPackets.SOON), "what is published is there");
            } else {
                // A slave posts its first buffers a moment after the link is up.
                awaitFreeSlot(burst, txWay);
            }
            receiver.drain(rx, rxWay, burst);
            assertEquals(burst.sent, burst.received, "all that was flushed arrives");
            assertTrue(burst.sent > before, "it goes on");
        }
        count(burst);
    }

    private void stage(Burst burst, Sender.Way way) {
        int now = 1;
        while (now > 0 && burst.sent < burst.count()) {
            now = sender.stage(tx, way, burst, capacity);
            burst.sent += now;
        }
    }

    private void awaitFreeSlot(Burst burst, Sender.Way way) {
        long end = System.nanoTime() + TestPackets.SOON;
        while (burst.sent == burst.received) {
            assertTrue(System.nanoTime() < end, "an empty ring has free slots");
            Thread.onSpinWait();
            stage(burst, way);
        }
        tx.flush();
    }

    private void count(Burst burst) {
        packets += burst.count();
        for (int i = 0; i < burst.count(); i++) {
            bytes += burst.length(i);
            slots += (burst.length(i) + capacity - 1) / capacity;
        }
    }

    /** A ring takes as many packets as it has slots, and not one more. */
    private void fillRing() {
        int[] lengths = new int[ringSize];
        Arrays.setAll(lengths, i -> 1 + i % Math.min(capacity, 64));
        Burst burst = new Burst(packets, lengths);
        for (; burst.sent < ringSize; burst.sent++) {
            int i = burst.sent;
            assertEquals(
                    1, tx.offer(RandomPackets.text(), burst.at(i), burst.length(i)), "packet " + i);
        }
        assertEquals(TxQueue.BACK_PRESSURED, tx.offer(RandomPackets.text(), 0, 1));
        tx.flush();
        receiver.drain(rx, Receiver.Way.POLL, burst);
        assertEquals(ringSize, burst.received);
        count(burst);
    }

    /** Refuses what no ring of this size can take, and nothing of it arrives. */
    void refuseTooLong() {
        long tooLong = (long) ringSize * capacity + 1;
        if (tooLong <= RandomPackets.text().length) {
            assertEquals(TxQueue.TOO_LONG, tx.offer(RandomPackets.text(), 0, (int) tooLong));
            tx.flush();
            receiver.drain(rx, Receiver.Way.POLL, new Burst(packets, new int[0]));
            assertEquals(1, tx.counters().get(Counter.TOO_LONG));
        }
    }

    /** Both ends counted what happened, and nothing else. */
    void checkCounters() {
        check(tx.counters(), 0, 0, 0);
        check(rx.counters(), packetsBefore, bytesBefore, slotsBefore);
    }

    private void check(QueueCounters counters, long otherPackets, long otherBytes, long others) {
        assertEquals(packets + otherPackets, counters.get(Counter.PACKETS));
        assertEquals(bytes + otherBytes, counters.get(Counter.BYTES));
        assertEquals(slots + others, counters.get(Counter.BUFFERS));
        assertEquals(0, counters.get(Counter.BAD_DESCRIPTORS));
        assertEquals(0, counters.get(Counter.ENDLESS_CHAINS));
        assertEquals(0, counters.get(Counter.INDEX_JUMPS));
    }
}
