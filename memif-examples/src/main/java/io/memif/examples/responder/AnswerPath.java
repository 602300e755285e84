package io.memif.examples.responder;

import io.memif.PacketClaim;
import io.memif.PacketHandler;
import io.memif.TxQueue;
import io.memif.examples.icmp.Outcome;
import io.memif.examples.icmp.ReplyCounters;
import io.memif.examples.icmp.Responder;
import java.nio.ByteBuffer;

/**
 * Answers whole packets on a transmit queue: straight into its buffer when one holds the answer,
 * else by way of a copy that goes out as a chain. One thread at a time; allocates nothing per
 * packet. The caller flushes.
 */
public final class AnswerPath implements PacketHandler {
    /** Tags, the longest IPv6 packet, and what stands before them. */
    public static final int MAX_PACKET_LENGTH = 22 + 40 + 65_535;

    /** A peer that leaves its ring full for this long is stuck, and not waited for again. */
    private static final long LONGEST_WAIT_NS = 100_000_000;

    private final Responder responder;
    private final AnswerBudget budget;
    private final ReplyCounters counters = new ReplyCounters();
    private final PacketClaim claim = new PacketClaim();
    private final ByteBuffer copy = ByteBuffer.allocateDirect(MAX_PACKET_LENGTH);
    private TxQueue tx;
    private boolean stuck;

    /**
     * A path without limits.
     *
     * @param responder decides; used by this path alone
     */
    public AnswerPath(Responder responder) {
        this(responder, new AnswerBudget(AnswerBudget.UNLIMITED));
    }

    AnswerPath(Responder responder, AnswerBudget budget) {
        this.responder = responder;
        this.budget = budget;
    }

    /**
     * Sets where answers go from now on.
     *
     * @param queue used by no other thread meanwhile
     */
    public void answerOn(TxQueue queue) {
        tx = queue;
    }

    /**
     * What became of the packets.
     *
     * @return to be read by this path's thread, or after it has ended
     */
    public ReplyCounters counters() {
        return counters;
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length, int flags) {
        Outcome outcome = responder.examine(packet, offset, length);
        if (!outcome.isReply()) {
            counters.count(outcome);
            return;
        }
        if (outcome.isEchoReply() && !budget.take()) {
            return;
        }
        if (send(responder.replyLength())) {
            counters.count(outcome);
        } else {
            counters.countUnsent();
            if (outcome.isEchoReply()) {
                budget.giveBack();
            }
        }
    }

    private boolean send(int length) {
        int result = attempt(length);
        if (result == TxQueue.BACK_PRESSURED && !stuck) {
            long start = System.nanoTime();
            do {
                Thread.yield();
                result = attempt(length);
            } while (result == TxQueue.BACK_PRESSURED
                    && System.nanoTime() - start < LONGEST_WAIT_NS);
        }
        stuck = result == TxQueue.BACK_PRESSURED;
        return result > 0;
    }

    private int attempt(int length) {
        int result = tx.tryClaim(length, claim);
        if (result > 0) {
            return writeInPlace();
        }
        if (result == TxQueue.TOO_LONG) {
            responder.write(copy, 0);
            return tx.offer(copy, 0, length);
        }
        return result;
    }

    private int writeInPlace() {
        boolean written = false;
        try {
            responder.write(claim.buffer(), claim.offset());
            written = true;
        } finally {
            if (!written) {
                claim.abort();
            }
        }
        return claim.commit();
    }
}
