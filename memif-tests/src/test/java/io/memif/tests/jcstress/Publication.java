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
 * Whoever sees the index sees the descriptor and the payload: head on S2M rings, tail on M2S rings.
 *
 * <p>The twins whose name begins with Plain have neither release nor acquire. x86 keeps stores in
 * order and loads in order, and HotSpot does not reorder accesses outside the heap, so on x86 they
 * may pass; on aarch64 they fail. The twins whose name begins with Weakened do by hand what plain
 * stores allow, and fail everywhere.
 */
public final class Publication {
    private Publication() {}

    /** Our engines. Result: packets seen, packets that were not what had been sent. */
    public abstract static class Engines extends RingState {
        private final TxQueue tx;
        private final RxQueue rx;

        Engines(boolean s2m) {
            super(1);
            rx = s2m ? masterRx() : slaveRx();
            tx = s2m ? slaveTx() : masterTx();
        }

        final void send() {
            offer(tx, 0);
            tx.flush();
            offer(tx, 1);
            tx.flush();
        }

        final void receive(II_Result result) {
            for (int i = 0; i < Slots.LOOKS && seen < 2; i++) {
                rx.poll(this, 2);
            }
            result.r1 = seen;
            result.r2 = bad;
        }
    }

    /** The same by hand. */
    public abstract static class ByHand extends PlainRing {
        final void write() {
            length(RingState.length(0));
            payload(RingState.content(0));
        }

        final void readAfter(IntSupplier index, II_Result result) {
            int seen = 0;
            for (int i = 0; i < Slots.LOOKS && seen == 0; i++) {
                seen = index.getAsInt();
            }
            if (seen == 1) {
                boolean whole =
                        length() == RingState.length(0) && payload() == RingState.content(0);
                result.r1 = 1;
                result.r2 = whole ? 0 : 1;
            }
        }
    }

    /** SlaveTx stores head, MasterRx loads it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(expect = FORBIDDEN, desc = "Seen before its descriptor or payload.")
    @State
    public static class S2m extends Engines {
        /** A slave that sends to a master. */
        public S2m() {
            super(true);
        }

        /** Sends. */
        @Actor
        public void slave() {
            send();
        }

        /** Receives. */
        @Actor
        public void master(II_Result result) {
            receive(result);
        }
    }

    /** MasterTx stores tail, SlaveRx loads it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(expect = FORBIDDEN, desc = "Seen before its descriptor or payload.")
    @State
    public static class M2s extends Engines {
        /** A master that sends to a slave. */
        public M2s() {
            super(false);
        }

        /** Sends. */
        @Actor
        public void master() {
            send();
        }

        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            receive(result);
        }
    }

    /** Head, plain. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "Index before payload.")
    @State
    public static class PlainS2m extends ByHand {
        /** Sends. */
        @Actor
        public void slave() {
            write();
            head(1);
        }

        /** Receives. */
        @Actor
        public void master(II_Result result) {
            readAfter(this::head, result);
        }
    }

    /** Tail, plain. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "Index before payload.")
    @State
    public static class PlainM2s extends ByHand {
        /** Sends. */
        @Actor
        public void master() {
            write();
            tail(1);
        }

        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            readAfter(this::tail, result);
        }
    }

    /** Head first, packet second. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "Index before payload.")
    @State
    public static class WeakenedS2m extends ByHand {
        /** Sends. */
        @Actor
        public void slave() {
            head(1);
            write();
        }

        /** Receives. */
        @Actor
        public void master(II_Result result) {
            readAfter(this::head, result);
        }
    }

    /** Tail first, packet second. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "What is seen is whole.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "Index before payload.")
    @State
    public static class WeakenedM2s extends ByHand {
        /** Sends. */
        @Actor
        public void master() {
            tail(1);
            write();
        }

        /** Receives. */
        @Actor
        public void slave(II_Result result) {
            readAfter(this::tail, result);
        }
    }
}
