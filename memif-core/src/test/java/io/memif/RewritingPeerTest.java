package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.QueueCounters.Counter;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.protocol.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that go on writing while we look: whatever they do, a call ends soon and stays sound. */
@Timeout(60)
class RewritingPeerTest {
    private static final int LOG2 = 14;
    private static final int SIZE = 1 << LOG2;

    /** One more buffer of the chain is published each time we check whether its end has come. */
    @Test
    void chainThatGrowsWhileWeLook() {
        LivelyRx rx = new LivelyRx(LOG2);
        rx.onRefresh = () -> rx.available = Math.min(SIZE, rx.available + 1);
        for (int i = 0; i < SIZE; i++) {
            rx.memory.putLong(rx.at(i), Ring.low(RingLayout.NEXT, 0, 8));
        }
        assertEquals(0, rx.poll((b, o, l, f) -> {}, 64));
        long dropped = rx.counters.get(Counter.ENDLESS_CHAINS);
        assertTrue(dropped == 1 || dropped == 2, "dropped " + dropped);
        assertEquals(dropped * SIZE, rx.looks, "each descriptor is read once");
    }

    /** The sender loses count while we wait for the end of its chain: what was read is gone. */
    @Test
    void indexJumpsWhileAChainIsUnfinished() {
        LivelyRx rx = new LivelyRx(4);
        for (int i = 0; i < 16; i++) {
            rx.memory.putLong(rx.at(i), Ring.low(i < 3 ? RingLayout.NEXT : 0, 0, 8));
            rx.memory.putLong(rx.at(i) + 8, 1000 + i);
        }
        rx.onRefresh =
                () -> {
                    if (rx.refreshes == 1) {
                        rx.available = 3;
                    } else if (rx.refreshes == 2) {
                        rx.consume(5);
                        rx.available = 16;
                    }
                };
        List<Integer> positions = new ArrayList<>();
        rx.poll((b, o, l, f) -> positions.add(o), 2);
        assertEquals(List.of(1005, 1006), positions);
        assertEquals(7, rx.next);
    }

    /** The master takes back what it published while we wait: nothing gets stuck by that. */
    @Test
    void indexGoesBackWhileAChainIsUnfinished() {
        LivelyRx rx = new LivelyRx(4);
        for (int i = 0; i < 16; i++) {
            rx.memory.putLong(rx.at(i), Ring.low(RingLayout.NEXT, 0, 8));
        }
        int[] published = {16, 3, 0, 16};
        rx.onRefresh = () -> rx.available = published[Math.min(rx.refreshes, 4) - 1];
        for (int i = 0; i < 8; i++) {
            rx.poll((b, o, l, f) -> {}, 64);
            assertTrue(rx.available >= 0, "available=" + rx.available);
        }
        assertTrue(rx.counters.get(Counter.ENDLESS_CHAINS) > 1);
    }

    /** A full ring of garbage is there again each time we look. */
    @Test
    void garbageForEverDoesNotKeepPollBusy() {
        LivelyRx rx = new LivelyRx(4);
        rx.pick = -1;
        rx.onRefresh = () -> rx.available = 16;
        assertEquals(0, rx.poll((b, o, l, f) -> {}, 64));
        assertTrue(rx.refreshes <= (64 + 16) / 16 + 1, "looked " + rx.refreshes + " times");
        // Once as the next of a batch, which it ends, and once as a packet of its own.
        assertEquals(rx.looks, 2 * rx.counters.get(Counter.BAD_DESCRIPTORS));
    }

    /** A slave that posts garbage as fast as we can throw it away. */
    @Test
    void garbagePostedForEverDoesNotKeepASenderBusy() {
        LivelyTx tx = new LivelyTx(4);
        assertEquals(TxQueue.BACK_PRESSURED, tx.offer(new byte[100], 0, 100));
        assertTrue(tx.looks <= 4 * 16, "looked at " + tx.looks + " slots");
        int before = tx.looks;
        assertEquals(TxQueue.BACK_PRESSURED, tx.tryClaim(10, new PacketClaim()));
        assertTrue(tx.looks - before <= 4 * 16, "looked at " + tx.looks + " slots");
    }

    /** A slave that publishes without waiting for its slots: we never hold more than a ring. */
    @Test
    void noMoreThanARingIsHeld() {
        Pair pair = new Pair(Pair.Way.S2M, 4, 64);
        for (int i = 0; i < 16; i++) {
            pair.ring.descriptor(i, Ring.low(0, 0, 8), 512);
        }
        ReceivedBurst burst = new ReceivedBurst(10);
        int held = 0;
        for (int head = 16; head < 200; head += 16) {
            pair.ring.headRelease(head);
            held += pair.rx.hold(burst);
            assertEquals(held, pair.rx.held());
            assertTrue(held <= 16, "held=" + held);
        }
        pair.rx.release(held);
        assertEquals(pair.rx.next, pair.ring.tailAcquire(), "all of it went back");
    }

    /** Over memory that a test writes by hand, with a peer that acts whenever we look. */
    private static final class LivelyRx extends RxEngine {
        final ByteBuffer memory;
        Runnable onRefresh = () -> {};
        int refreshes;
        int looks;
        int pick;

        LivelyRx(int log2) {
            this(log2, ByteBuffer.allocateDirect(Protocol.ringLength(log2, 64)));
        }

        private LivelyRx(int log2, ByteBuffer memory) {
            super(
                    new Ring(memory, 0, log2, 64),
                    RegionTable.of(Region.over(memory)),
                    new QueueCounters(),
                    reason -> {});
            this.memory = memory.order(ByteOrder.LITTLE_ENDIAN);
        }

        int at(int slot) {
            return 128 + 16 * slot;
        }

        /** Always one on. */
        @Override
        int published() {
            return next + 1 & 0xffff;
        }

        @Override
        void refresh() {
            refreshes++;
            onRefresh.run();
        }

        @Override
        int pick(long low, long high) {
            looks++;
            return pick;
        }

        @Override
        int position(int index, int pick, long high) {
            return (int) high;
        }

        @Override
        int locate(int index, long low, long high) {
            window = windows[0];
            return single(low, high) < 0 ? -1 : position(index, pick, high);
        }

        @Override
        int handOver(PacketHandler handler, long[] batch, int from, int count) {
            return 0;
        }

        @Override
        void start() {}

        @Override
        Region.Id memory(int pick) {
            return null;
        }

        @Override
        long offset(int pick, int position) {
            return position;
        }

        @Override
        void giveBack(int from, int upTo) {}

        @Override
        void clearNext(int index, long low) {}
    }

    /** Whatever it has skipped is posted again, unusable. */
    private static final class LivelyTx extends TxEngine {
        int looks;

        LivelyTx(int log2) {
            super(
                    false,
                    new Ring(ByteBuffer.allocateDirect(Protocol.ringLength(log2, 64)), 0, log2, 64),
                    RegionTable.of(),
                    () -> {},
                    new QueueCounters(),
                    reason -> {});
        }

        @Override
        void refresh() {
            end = descriptors.next() + size & 0xffff;
        }

        @Override
        int outstanding() {
            return 0;
        }

        @Override
        int slot(int index, int part) {
            if (looks++ > 1_000_000) {
                throw new AssertionError("looks for ever");
            }
            return 0;
        }

        @Override
        ByteBuffer window(int pick) {
            throw new AssertionError("there is no buffer");
        }

        @Override
        void descriptor(int index, int part, int flags, int length) {}

        @Override
        long lookUp(int length) {
            return -1;
        }

        @Override
        int stageInPlace(Region.Id id, long offset, int length) {
            return -1;
        }

        @Override
        int passInPlace(ReceivedBurst burst, int first, int parts) {
            return 0;
        }

        @Override
        int single(long at, int length) {
            return 1;
        }

        @Override
        void fillRoom() {}

        @Override
        void publish(int index) {}
    }
}
