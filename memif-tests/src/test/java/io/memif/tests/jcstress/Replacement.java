package io.memif.tests.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.memif.PacketHandler;
import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.memory.OwnBuffers;
import io.memif.internal.memory.Pages;
import io.memif.internal.memory.Region;
import io.memif.internal.memory.RegionTable;
import io.memif.internal.memory.Ring;
import io.memif.internal.memory.RingLayout;
import io.memif.internal.posix.Posix;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The control thread ends a link while the application polls or sends: anonymous pages replace its
 * memory, and the engine sees the packet or the end of the link, never the zeros in them.
 */
public final class Replacement {
    private static final int THROWN = -99;
    private static final int LENGTH = 4096;
    private static final int BUFFERS = 192;
    private static final Posix POSIX = Posix.open();

    private Replacement() {}

    /** A link over a mapping of its own, with one packet received and one free slot to send. */
    public abstract static class Link implements PacketHandler {
        private static final byte[] PACKET = {1, 2, 3, 4, 5, 6, 7, 8};

        final RegionTable table;
        final ByteBuffer memory;
        final TxQueue tx;
        final RxQueue rx;
        int faults;

        Link() {
            Region region = Region.create(POSIX, "jcstress", LENGTH, Pages.ORDINARY);
            table = RegionTable.of(region);
            region.close();
            memory = table.window(0);
            Ring ring = new Ring(memory, 0, 1, RingLayout.DEFAULT_CACHE_LINE);
            ring.initialise(RingLayout.MASK_INT);
            OwnBuffers own = new OwnBuffers(0, BUFFERS, 64);
            tx =
                    QueueHandles.slaveTx(
                            QueueHandles.tx(), ring, table, own, () -> {}, reason -> faults++);
            rx = QueueHandles.masterRx(QueueHandles.rx(), ring, table, reason -> faults++);
            send();
        }

        final int send() {
            int code = tx.offer(PACKET, 0, PACKET.length);
            tx.flush();
            return code;
        }

        @Override
        public final void onPacket(ByteBuffer buffer, int offset, int length, int flags) {
            if (buffer.getLong(offset) != 0x0102_0304_0506_0708L) {
                faults += 10;
            }
        }
    }

    /** Polls. Result: buffers handed over, faults. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "The packet, or nothing.")
    @Outcome(expect = FORBIDDEN, desc = "Zeros, thrown, or taken for a fault of the peer.")
    @State
    public static class Poll extends Link {
        /** Polls. */
        @Actor
        public void application(II_Result result) {
            try {
                result.r1 = rx.poll(this, 1);
            } catch (RuntimeException e) {
                result.r1 = THROWN;
            }
            result.r2 = faults;
        }

        /** Ends the link. */
        @Actor
        public void reactor() {
            table.close();
        }
    }

    /** Sends. Result: what offer said, faults. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "-2, 0"},
            expect = ACCEPTABLE,
            desc = "Sent, or not connected.")
    @Outcome(expect = FORBIDDEN, desc = "Zeros, thrown, or taken for a fault of the peer.")
    @State
    public static class Send extends Link {
        /** Sends. */
        @Actor
        public void application(II_Result result) {
            try {
                result.r1 = send();
            } catch (RuntimeException e) {
                result.r1 = THROWN;
            }
            result.r2 = faults;
        }

        /** Ends the link. */
        @Actor
        public void reactor() {
            table.close();
        }
    }

    /** Reads the memory without an engine around it. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "The packet.")
    @Outcome(id = "10", expect = ACCEPTABLE_INTERESTING, desc = "Zeros.")
    @State
    public static class WeakenedPoll extends Link {
        /** Reads. */
        @Actor
        public void application(I_Result result) {
            onPacket(memory, BUFFERS, Long.BYTES, 0);
            result.r1 = faults;
        }

        /** Ends the link. */
        @Actor
        public void reactor() {
            table.close();
        }
    }
}
