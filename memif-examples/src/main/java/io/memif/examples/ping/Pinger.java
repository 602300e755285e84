package io.memif.examples.ping;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.TxQueue;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.responder.AnswerPath;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Resolves the target, sends echo requests at an interval and scores what comes back; besides, it
 * answers the neighbours that ask for our own address. One thread.
 */
final class Pinger implements PacketHandler {
    private static final int BURST = 64;
    private static final int RESOLVE_ATTEMPTS = 3;
    private static final long RESOLVE_TIMEOUT_NS = 1_000_000_000;

    private static final long RING_FULL_WAIT_NS = 100_000_000;

    /** Several queues cannot be slept on at once: look at all of them this often. */
    private static final long MANY_QUEUES_WAIT_NS = 1_000_000;

    private final MemifInterface itf;
    private final EchoProbe probe;
    private final AnswerPath answers;
    private final PingReport report;
    private final StopSignal stop;
    private final ByteBuffer request = ByteBuffer.allocateDirect(AnswerPath.MAX_PACKET_LENGTH);
    private final PacketAssembler[] assemblers;

    Pinger(
            MemifInterface itf,
            EchoProbe probe,
            AnswerPath answers,
            PingReport report,
            StopSignal stop) {
        this.itf = itf;
        this.probe = probe;
        this.answers = answers;
        this.report = report;
        this.stop = stop;
        // One a queue: chains of two queues arrive interleaved.
        assemblers = new PacketAssembler[itf.rxQueueCount()];
        Arrays.setAll(assemblers, i -> new PacketAssembler(this, AnswerPath.MAX_PACKET_LENGTH));
    }

    /** Finds out the target's link address. */
    void resolve(String target) throws InterruptedException {
        for (int attempt = 0; attempt < RESOLVE_ATTEMPTS && !probe.isResolved(); attempt++) {
            send(itf.txQueue(0), probe.writeSolicitation(request, 0));
            long deadline = System.nanoTime() + RESOLVE_TIMEOUT_NS;
            while (!probe.isResolved() && !isOver() && System.nanoTime() < deadline) {
                receive(deadline);
            }
        }
        if (!probe.isResolved()) {
            throw new CommandFailure(target + " did not tell its link address: nobody owns it");
        }
    }

    /** Sends all requests, and waits for the last reply no longer than the time-out. */
    void run(PingPlan plan) throws InterruptedException {
        long next = System.nanoTime();
        long last = Long.MAX_VALUE;
        while (!isOver()) {
            long now = System.nanoTime();
            boolean more = report.transmitted() < plan.count();
            boolean due = now - next >= 0 || plan.isFlood() && report.missing() == 0;
            if (more && due) {
                sendRequest((int) (report.transmitted() + 1) & 0xffff);
                next += Math.max(plan.intervalNs(), plan.isFlood() ? plan.timeoutNs() : 0);
                last = now + plan.timeoutNs();
            } else if (!more && (report.missing() == 0 || now - last >= 0)) {
                return;
            } else {
                receive(more ? next : last);
            }
        }
    }

    private boolean isOver() {
        return stop.isRequested();
    }

    private void sendRequest(int sequence) {
        probe.writeRequest(request, 0, sequence);
        int queues = linkedQueues();
        report.sent(sequence, System.nanoTime());
        send(itf.txQueue(sequence % queues), probe.requestLength());
    }

    private int linkedQueues() {
        LinkInfo link = itf.linkInfo();
        return link == null ? 1 : link.txQueues();
    }

    /** A ring that stays full and a link that is down lose the packet, as any network may. */
    private void send(TxQueue queue, int length) {
        int result = queue.offer(request, 0, length);
        long start = System.nanoTime();
        // A slave that has just connected takes a moment to provide buffers.
        while (result == TxQueue.BACK_PRESSURED && System.nanoTime() - start < RING_FULL_WAIT_NS) {
            Thread.yield();
            result = queue.offer(request, 0, length);
        }
        if (result == TxQueue.TOO_LONG) {
            throw new CommandFailure(
                    "a packet of " + length + " bytes does not fit into the peer's ring");
        }
        queue.flush();
    }

    /** Takes what is there; if nothing is, waits for it, not much beyond the deadline. */
    private void receive(long deadline) throws InterruptedException {
        int received = 0;
        for (int i = 0; i < assemblers.length; i++) {
            answers.answerOn(itf.txQueue(0));
            received += Math.max(0, itf.rxQueue(i).poll(assemblers[i], BURST));
        }
        if (received > 0) {
            itf.txQueue(0).flush();
            return;
        }
        long rest = deadline - System.nanoTime();
        long wait = assemblers.length == 1 ? rest : Math.min(rest, MANY_QUEUES_WAIT_NS);
        if (wait > 0) {
            itf.rxQueue(0).await(wait);
        }
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length, int flags) {
        EchoProbe.Reply reply = probe.examine(packet, offset, length);
        switch (reply) {
            case INTACT, BAD_CHECKSUM, CORRUPTED ->
                    report.received(probe.sequence(), probe.ttl(), System.nanoTime(), reply);
            case NEIGHBOUR -> {
                // Noted by the probe.
            }
            default -> answers.onPacket(packet, offset, length, flags);
        }
    }
}
