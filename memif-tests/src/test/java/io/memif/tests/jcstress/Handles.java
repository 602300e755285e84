package io.memif.tests.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.memif.QueueHandles;
import io.memif.RxQueue;
import io.memif.TxQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Links that go down, come up or are replaced while the application polls or sends. */
public final class Handles {
    private static final int THROWN = -99;

    private Handles() {}

    /** The link goes down and the interface is closed while the application polls. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "The packet, or nothing.")
    @Outcome(expect = FORBIDDEN, desc = "Thrown, or not the packet.")
    @State
    public static class PollAgainstClose extends RingState {
        private final RxQueue queue = QueueHandles.rx();

        /** A link with a packet. */
        public PollAgainstClose() {
            super(1);
            TxQueue tx = slaveTx();
            offer(tx, 0);
            tx.flush();
            masterRx(queue);
        }

        /** Polls. */
        @Actor
        public void application(II_Result result) {
            try {
                for (int i = 0; i < Slots.LOOKS; i++) {
                    result.r1 += Math.max(0, queue.poll(this, 1));
                }
            } catch (RuntimeException e) {
                result.r1 = THROWN;
            }
            result.r2 = bad;
        }

        /** Takes the link away. */
        @Actor
        public void reactor() {
            QueueHandles.detach(queue);
            QueueHandles.close(queue);
        }
    }

    /** The handle is read twice. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "The packet, or nothing.")
    @Outcome(id = "-99", expect = ACCEPTABLE_INTERESTING, desc = "Null after the check.")
    @State
    public static class WeakenedPoll extends RingState {
        private volatile RxQueue port;

        /** A link with a packet. */
        public WeakenedPoll() {
            super(1);
            RxQueue rx = masterRx();
            TxQueue tx = slaveTx();
            offer(tx, 0);
            tx.flush();
            port = rx;
        }

        /** Polls. */
        @Actor
        public void application(I_Result result) {
            try {
                for (int i = 0; i < Slots.LOOKS && port != null; i++) {
                    result.r1 += port.poll(this, 1);
                }
            } catch (NullPointerException e) {
                result.r1 = THROWN;
            }
        }

        /** Takes the link away. */
        @Actor
        public void reactor() {
            port = null;
        }
    }

    /** The interface is closed while the application sends: then it is closed, not just down. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "-3, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "Sent, refused, or lost with the link before the flush.")
    @Outcome(expect = FORBIDDEN, desc = "Thrown, or the wrong answer.")
    @State
    public static class SendAgainstClose extends RingState {
        private final TxQueue queue = QueueHandles.tx();

        /** A link. */
        public SendAgainstClose() {
            super(1);
            slaveTx(queue);
        }

        /** Sends. */
        @Actor
        public void application(II_Result result) {
            try {
                result.r1 = queue.offer(PACKETS[0], 0, PACKETS[0].length);
                result.r2 = queue.flush();
            } catch (RuntimeException e) {
                result.r1 = THROWN;
            }
        }

        /** Closes. */
        @Actor
        public void reactor() {
            QueueHandles.close(queue);
        }
    }

    /** Closing does the right two stores in the wrong order. */
    @JCStressTest
    @Outcome(
            id = {"0", "-3"},
            expect = ACCEPTABLE,
            desc = "Link up, or closed.")
    @Outcome(id = "-2", expect = ACCEPTABLE_INTERESTING, desc = "Only down, says a closed queue.")
    @State
    public static class WeakenedSend extends RingState {
        private volatile TxQueue engine = slaveTx();
        private volatile boolean closed;

        /** A link. */
        public WeakenedSend() {
            super(1);
        }

        /** Sends. */
        @Actor
        public void application(I_Result result) {
            for (int i = 0; i < Slots.LOOKS && result.r1 >= 0; i++) {
                TxQueue current = engine;
                if (current == null) {
                    result.r1 = closed ? TxQueue.CLOSED : TxQueue.NOT_CONNECTED;
                }
            }
        }

        /** Closes. */
        @Actor
        public void reactor() {
            engine = null;
            closed = true;
        }
    }

    /** One link is replaced by the next. Result: what offer said, packets in the two rings. */
    @JCStressTest
    @Outcome(
            id = {"1, 1, 0", "1, 0, 1", "1, 0, 0"},
            expect = ACCEPTABLE,
            desc = "In one of the rings, whole, or lost between offer and flush.")
    @Outcome(expect = FORBIDDEN, desc = "In both rings, or damaged.")
    @State
    public static class SendAgainstReplacement extends RingState {
        private final TxQueue queue = QueueHandles.tx();
        private final Following next = new Following();

        /** Two links, the first in place. */
        public SendAgainstReplacement() {
            super(1);
            slaveTx(queue);
        }

        /** Sends. */
        @Actor
        public void application(III_Result result) {
            result.r1 = queue.offer(PACKETS[0], 0, PACKETS[0].length);
            queue.flush();
        }

        /** Replaces the link. */
        @Actor
        public void reactor() {
            next.slaveTx(queue);
        }

        /** Receives on both. */
        @Arbiter
        public void peer(III_Result result) {
            result.r2 = masterRx().poll(this, 2) + 10 * bad;
            result.r3 = next.masterRx().poll(next, 2) + 10 * next.bad;
        }
    }

    /** The ring of the next link. */
    private static final class Following extends RingState {
        Following() {
            super(1);
        }
    }
}
