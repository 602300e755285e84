package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The data path makes no garbage: the thread's allocated bytes stay where they are. */
@Timeout(120)
class AllocationTest {
    private static final int ROUNDS = 20_000;
    private static final int BURST = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(Pair.Way.class)
    void millionsOfPacketsAllocateNothing(Pair.Way way) {
        Pair pair = new Pair(way, 8, 64);
        Traffic traffic = new Traffic(pair);
        for (int i = 0; i < ROUNDS; i++) {
            traffic.round();
        }
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < ROUNDS; i++) {
            traffic.round();
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        // Reading the counter itself may allocate a few bytes, a packet must not.
        assertEquals(0, (after - before) / ROUNDS, "bytes a round: " + (after - before));
    }

    @Test
    void packetsThatStayWhereTheyLieAllocateNothing() {
        ForwardTest.Through way = new ForwardTest.Through(6, 6, 64);
        ReceivedBurst burst = new ReceivedBurst(BURST);
        byte[] packet = new byte[150];
        long before = 0;
        for (int i = 0; i < 2 * ROUNDS; i++) {
            if (i == ROUNDS) {
                before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            }
            for (int p = 0; p < 8; p++) {
                way.source.offer(packet, 0, 60 + 80 * (p & 1));
            }
            way.source.flush();
            int held = way.in.hold(burst);
            for (int first = 0; first < held; first += burst.buffersOfPacket(first)) {
                way.out.forward(burst, first);
            }
            way.out.transmit(ForwardTest.COMMON, 100, 200);
            way.out.flush();
            way.sink.poll((buffer, offset, length, flags) -> {}, 1000);
            if (way.out.taken() == way.out.staged()) {
                way.in.release(held);
            }
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertEquals(0, (after - before) / ROUNDS, "bytes a round: " + (after - before));
        assertEquals(2L * ROUNDS * 9, way.sent.get(QueueCounters.Counter.IN_PLACE));
    }

    /** Everything an application does in steady state, idle polls and a full ring included. */
    private static final class Traffic {
        private final Pair pair;
        private final byte[] source = new byte[300];
        private final ByteBuffer target = ByteBuffer.allocateDirect(BURST * 300);
        private final int[] lengths = new int[BURST];
        private final PacketClaim claim = new PacketClaim();
        private final ReceivedBurst burst = new ReceivedBurst(BURST);
        private final PacketFiller filler = (buffer, offset, capacity) -> capacity;
        private long seen;
        private final PacketHandler handler = (buffer, offset, length, flags) -> seen += length;
        private final PacketAssembler assembler = new PacketAssembler(handler, 1000);

        Traffic(Pair pair) {
            this.pair = pair;
        }

        void round() {
            for (int i = 0; i < BURST; i++) {
                pair.tx.offer(source, 0, 60);
            }
            pair.tx.flush();
            pair.rx.poll(handler, BURST);
            pair.rx.poll(handler, BURST);
            for (int i = 0; i < 8; i++) {
                pair.tx.offer(source, 0, 300);
                pair.tx.tryClaim(64, claim);
                claim.commit(60);
            }
            pair.tx.fill(filler, 64, 1000);
            pair.rx.poll(assembler, 40);
            target.clear();
            pair.rx.receive(target, lengths);
            pair.rx.hold(burst);
            pair.rx.release(burst.count());
            while (pair.rx.poll(assembler, BURST) > 0) {
                continue;
            }
            pair.rx.mask(true);
        }
    }
}
