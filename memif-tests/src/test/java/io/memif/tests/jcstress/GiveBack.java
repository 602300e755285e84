package io.memif.tests.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.memif.RxQueue;
import io.memif.TxQueue;
import java.util.function.IntSupplier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A slot that is given back has been read, and on M2S rings posted anew, before the sender writes
 * into it: by tail on S2M rings, by head on M2S rings. The ring has one slot and is full. (On S2M
 * rings our slave has a second buffer for the next payload; what it would overwrite too early there
 * is the descriptor.)
 *
 * <p>The twins whose name begins with Plain have neither release nor acquire; since x86 never moves
 * a load behind a later store, nor a store before an earlier load, they may pass there. The twins
 * whose name begins with Weakened do by hand what plain accesses allow, and fail everywhere.
 */
public final class GiveBack {
    private GiveBack() {}

    /** Our engines. Result: packets that were not what had been sent, what offer said. */
    public abstract static class Engines extends RingState {
        private final TxQueue tx;
        private final RxQueue rx;

        Engines(boolean s2m) {
            super(0);
            rx = s2m ? masterRx() : slaveRx();
            tx = s2m ? slaveTx() : masterTx();
            offer(tx, 0);
            tx.flush();
        }

        final void receive(II_Result result) {
            rx.poll(this, 1);
            result.r1 = bad;
        }

        final void sendNext(II_Result result) {
            int code = TxQueue.BACK_PRESSURED;
            for (int i = 0; i < Slots.LOOKS && code == TxQueue.BACK_PRESSURED; i++) {
                code = offer(tx, 1);
            }
            tx.flush();
            result.r2 = code;
        }
    }

    /** The same by hand. Result: whether the payload was another's; capacity the sender found. */
    public abstract static class ByHand extends PlainRing {
        static final int CAPACITY = 64;

        ByHand() {
            length(RingState.length(0));
            payload(RingState.content(0));
        }

        final void read(II_Result result) {
            result.r1 = payload() == RingState.content(0) ? 0 : 1;
        }

        final void post() {
            length(CAPACITY);
        }

        final void sendAfter(IntSupplier index, II_Result result) {
            int seen = 0;
            for (int i = 0; i < Slots.LOOKS && seen == 0; i++) {
                seen = index.getAsInt();
            }
            if (seen == 1) {
                result.r2 = length();
                length(RingState.length(1));
                payload(RingState.content(1));
            }
        }
    }

    /** MasterRx stores tail, SlaveTx loads it and writes into the buffer. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "0, -1"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read, or not yet.")
    @Outcome(expect = FORBIDDEN, desc = "Overwritten while it was read.")
    @State
    public static class S2m extends Engines {
        /** A slave that sends to a master. */
        public S2m() {
            super(true);
        }

        /** Receives. */
        @Actor
        public void master(II_Result result) {
            receive(result);
        }

        /** Sends again. */
        @Actor
        public void slave(II_Result result) {
            sendNext(result);
        }
    }

    /** SlaveRx posts anew and stores head, MasterTx loads it, reads what is posted and writes. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "0, -1"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read and posted, or not yet.")
    @Outcome(expect = FORBIDDEN, desc = "Overwritten while it was read, or used before posted.")
    @State
    public static class M2s extends Engines {
        /** A master that sends to a slave. */
        public M2s() {
            super(false);
        }

        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            receive(result);
        }

        /** Sends again. */
        @Actor
        public void master(II_Result result) {
            sendNext(result);
        }
    }

    /** Tail, plain. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 32"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read, or not yet.")
    @Outcome(id = "1, 32", expect = ACCEPTABLE_INTERESTING, desc = "Overwritten while it was read.")
    @State
    public static class PlainS2m extends ByHand {
        /** Receives. */
        @Actor
        public void master(II_Result result) {
            read(result);
            tail(1);
        }

        /** Sends again. */
        @Actor
        public void slave(II_Result result) {
            sendAfter(this::tail, result);
        }
    }

    /** Head, plain. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 64"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read and posted, or not yet.")
    @Outcome(
            id = {"0, 32", "1, 32", "1, 64"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "Overwritten while it was read, or used before posted.")
    @State
    public static class PlainM2s extends ByHand {
        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            read(result);
            post();
            head(1);
        }

        /** Sends again. */
        @Actor
        public void master(II_Result result) {
            sendAfter(this::head, result);
        }
    }

    /** Given back first, read second. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 32"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read, or not yet.")
    @Outcome(id = "1, 32", expect = ACCEPTABLE_INTERESTING, desc = "Overwritten while it was read.")
    @State
    public static class WeakenedS2m extends ByHand {
        /** Receives. */
        @Actor
        public void master(II_Result result) {
            tail(1);
            read(result);
        }

        /** Sends again. */
        @Actor
        public void slave(II_Result result) {
            sendAfter(this::tail, result);
        }
    }

    /** Head first, reading and posting second. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 64"},
            expect = ACCEPTABLE,
            desc = "Sent after it was read and posted, or not yet.")
    @Outcome(
            id = {"0, 32", "1, 32", "1, 64"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "Overwritten while it was read, or used before posted.")
    @State
    public static class WeakenedM2s extends ByHand {
        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            head(1);
            read(result);
            post();
        }

        /** Sends again. */
        @Actor
        public void master(II_Result result) {
            sendAfter(this::head, result);
        }
    }
}
