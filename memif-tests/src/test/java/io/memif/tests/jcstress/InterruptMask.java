package io.memif.tests.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.internal.memory.RingLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A receiver that goes to sleep clears the mask, fences and looks at the index; a sender stores the
 * index, fences and looks at the mask. One of the two sees the other, or a wake-up is lost. Each of
 * the two fences is left out in a twin, with everything else in place.
 */
public final class InterruptMask {
    private InterruptMask() {}

    /** A masked ring. Result: whether the receiver saw the packet, signals given. */
    public abstract static class Sleeper extends RingState {
        private final TxQueue tx;
        private final RxQueue rx;

        Sleeper(boolean s2m) {
            super(0);
            ring.maskRelease(true);
            rx = s2m ? masterRx() : slaveRx();
            tx = s2m ? slaveTx() : masterTx();
            offer(tx, 0);
        }

        final void publish() {
            tx.flush();
        }

        final void publishWithoutFence() {
            ring.headRelease(1);
            if ((ring.flagsAcquire() & RingLayout.MASK_INT) == 0) {
                signals++;
            }
        }

        final void unmask(II_Result result) {
            result.r1 = QueueHandles.mask(rx, false) ? 1 : 0;
        }

        final void unmaskWithoutFence(II_Result result) {
            ring.maskRelease(false);
            result.r1 = ring.headAcquire();
        }

        final void countSignals(II_Result result) {
            result.r2 = signals;
        }
    }

    /** A slave sends, a master sleeps. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Seen or signalled.")
    @Outcome(expect = FORBIDDEN, desc = "Lost wake-up.")
    @State
    public static class S2m extends Sleeper {
        /** A slave that sends to a master. */
        public S2m() {
            super(true);
        }

        /** Publishes. */
        @Actor
        public void slave() {
            publish();
        }

        /** Goes to sleep. */
        @Actor
        public void master(II_Result result) {
            unmask(result);
        }

        /** Counts. */
        @Arbiter
        public void count(II_Result result) {
            countSignals(result);
        }
    }

    /** A master sends, a slave sleeps. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Seen or signalled.")
    @Outcome(expect = FORBIDDEN, desc = "Lost wake-up.")
    @State
    public static class M2s extends Sleeper {
        /** A master that sends to a slave. */
        public M2s() {
            super(false);
        }

        /** Publishes. */
        @Actor
        public void master() {
            publish();
        }

        /** Goes to sleep. */
        @Actor
        public void slave(II_Result result) {
            unmask(result);
        }

        /** Counts. */
        @Arbiter
        public void count(II_Result result) {
            countSignals(result);
        }
    }

    /** The sender has no fence, as VPP, DPDK and libmemif have none. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Seen or signalled.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "Lost wake-up.")
    @State
    public static class WeakenedSender extends Sleeper {
        /** A slave that sends to a master. */
        public WeakenedSender() {
            super(true);
        }

        /** Publishes. */
        @Actor
        public void slave() {
            publishWithoutFence();
        }

        /** Goes to sleep. */
        @Actor
        public void master(II_Result result) {
            unmask(result);
        }

        /** Counts. */
        @Arbiter
        public void count(II_Result result) {
            countSignals(result);
        }
    }

    /** The receiver has no fence. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Seen or signalled.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "Lost wake-up.")
    @State
    public static class WeakenedReceiver extends Sleeper {
        /** A slave that sends to a master. */
        public WeakenedReceiver() {
            super(true);
        }

        /** Publishes. */
        @Actor
        public void slave() {
            publish();
        }

        /** Goes to sleep. */
        @Actor
        public void master(II_Result result) {
            unmaskWithoutFence(result);
        }

        /** Counts. */
        @Arbiter
        public void count(II_Result result) {
            countSignals(result);
        }
    }
}
