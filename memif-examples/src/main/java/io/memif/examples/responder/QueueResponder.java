package io.memif.examples.responder;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.ReplyCounters;

/** Answers what comes in on one receive queue, on a thread of its own. */
final class QueueResponder implements Runnable {
    private static final int BURST = 64;
    private static final long LONGEST_WAIT_NS = 1_000_000_000;

    private final MemifInterface itf;
    private final RxQueue rx;
    private final AnswerPath answers;
    private final AnswerBudget budget;
    private final StopSignal stop;
    private final PacketAssembler assembler;

    QueueResponder(
            MemifInterface itf,
            int index,
            AnswerPath answers,
            AnswerBudget budget,
            StopSignal stop) {
        this.itf = itf;
        this.rx = itf.rxQueue(index);
        this.answers = answers;
        this.budget = budget;
        this.stop = stop;
        assembler = new PacketAssembler(answers, AnswerPath.MAX_PACKET_LENGTH);
    }

    @Override
    public void run() {
        try {
            while (!stop.isRequested() && !rx.isClosed()) {
                if (answerBurst() == 0) {
                    rx.await(LONGEST_WAIT_NS);
                } else if (budget.isUsedUp()) {
                    stop.request();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stop.request();
        }
    }

    private int answerBurst() {
        LinkInfo link = itf.linkInfo();
        if (link == null) {
            // Packets may be there a moment before it is known how many queues lead back.
            return 0;
        }
        TxQueue tx = itf.txQueue(rx.index() % link.txQueues());
        // Uncontended, unless the peer set up fewer transmit than receive queues.
        synchronized (tx) {
            answers.answerOn(tx);
            int buffers = rx.poll(assembler, BURST);
            if (buffers > 0) {
                tx.flush();
            }
            tx.handOver();
            return buffers;
        }
    }

    void wakeUp() {
        rx.wakeUp();
    }

    ReplyCounters counters() {
        return answers.counters();
    }
}
