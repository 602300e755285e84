package io.memif.examples.ping;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.PacketAssembler;
import io.memif.PacketHandler;
import io.memif.TxQueue;
import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.EchoProbe;
import io.memif.examples.icmp.IpAddress;
import io.memif.examples.responder.AnswerPath;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sends echo requests at an interval and scores what comes back; besides, it answers the neighbours
 * that ask for our own address. Requests wait while the target's link address is not known, and are
 * given up after three questions for it, as a kernel has it. One thread.
 */
final class Pinger implements PacketHandler {
    private static final int BURST = 64;
    private static final int RESOLVE_ATTEMPTS = 3;
    private static final long RESOLVE_TIMEOUT_NS = 1_000_000_000;

    private static final long RING_FULL_WAIT_NS = 100_000_000;

    /** So that it ends soon when it is told to. */
    private static final long LONGEST_WAIT_NS = 100_000_000;

    /** Several queues cannot be slept on at once: look at all of them this often. */
    private static final long MANY_QUEUES_WAIT_NS = 1_000_000;

    private final MemifInterface itf;
    private final EchoProbe probe;
    private final IpAddress own;
    private final AnswerPath answers;
    private final PingReport report;
    private final StopSignal stop;
    private final ByteBuffer request = ByteBuffer.allocateDirect(AnswerPath.MAX_PACKET_LENGTH);
    private final PacketAssembler[] assemblers;
    private final long startNs = System.nanoTime();

    /** Requests, the last ones, that wait for the target's link address. */
    private int waiting;

    private int attempts;
    private long solicitedNs;

    Pinger(
            MemifInterface itf,
            EchoProbe probe,
            IpAddress own,
            AnswerPath answers,
            PingReport report,
            StopSignal stop) {
        this.itf = itf;
        this.probe = probe;
        this.own = own;
        this.answers = answers;
        this.report = report;
        this.stop = stop;
        // One a queue: chains of two queues arrive interleaved.
        assemblers = new PacketAssembler[itf.rxQueueCount()];
        Arrays.setAll(assemblers, i -> new PacketAssembler(this, AnswerPath.MAX_PACKET_LENGTH));
    }

    /** Nanoseconds since the start. */
    private long elapsed() {
        return System.nanoTime() - startNs;
    }

    /** Sends requests and takes replies until the plan is fulfilled. */
    void run(PingPlan plan) throws InterruptedException {
        long next = 0;
        long last = 0;
        while (!stop.isRequested()) {
            resolve();
            long now = elapsed();
            if (plan.isDone(report, now, now - last)) {
                return;
            }
            boolean more = plan.wantsMore(report);
            boolean answered = plan.onReply() && report.missing() == 0;
            if (more && (now >= next || answered)) {
                request();
                last = now;
                next = answered ? now + plan.gapNs() : Math.max(now, next + plan.gapNs());
            } else {
                long end = more ? next : last + plan.lastWaitNs(report);
                receive(plan.deadlineNs() > 0 ? Math.min(end, plan.deadlineNs()) : end);
            }
        }
    }

    private void request() {
        report.sent(sequence(report.transmitted() + 1), System.nanoTime());
        if (probe.isResolved()) {
            transmit(sequence(report.transmitted()));
        } else {
            waiting++;
        }
    }

    private static int sequence(long number) {
        return (int) number & 0xffff;
    }

    /** Sends the requests that wait, asks for the link address they need, or gives them up. */
    private void resolve() {
        if (waiting > 0 && probe.isResolved()) {
            for (; waiting > 0; waiting--) {
                transmit(sequence(report.transmitted() - waiting + 1));
            }
        } else if (waiting > 0 && (attempts == 0 || elapsed() >= nextAttempt())) {
            if (attempts < RESOLVE_ATTEMPTS) {
                send(itf.txQueue(0), probe.writeSolicitation(request, 0));
                solicitedNs = elapsed();
                attempts++;
                return;
            }
            for (; waiting > 0; waiting--) {
                report.failed(
                        sequence(report.transmitted() - waiting + 1), own, probe.noNeighbour());
            }
            attempts = 0;
        }
    }

    private long nextAttempt() {
        return solicitedNs + RESOLVE_TIMEOUT_NS;
    }

    private void transmit(int sequence) {
        probe.writeRequest(request, 0, sequence);
        send(itf.txQueue(sequence % linkedQueues()), probe.requestLength());
    }

    private int linkedQueues() {
        LinkInfo link = itf.linkInfo();
        return link == null ? 1 : link.txQueues();
    }

    /** A ring that stays full and a link that is down lose the packet, as any network may. */
    private void send(TxQueue queue, int length) {
        int result = queue.offer(request, 0, length);
        long start = System.nanoTime();
        // A slave that has just connected takes a moment to provide buffers. A peer whose replies
        // fill the other ring goes on when they are taken.
        while (result == TxQueue.BACK_PRESSURED && System.nanoTime() - start < RING_FULL_WAIT_NS) {
            if (take() == 0) {
                Thread.yield();
            }
            result = queue.offer(request, 0, length);
        }
        if (result == TxQueue.TOO_LONG) {
            throw new CommandFailure(
                    "a packet of " + length + " bytes does not fit into the peer's ring");
        }
        queue.flush();
    }

    /** Takes what is there; if nothing is, waits for it, not much beyond the moment. */
    private void receive(long untilNs) throws InterruptedException {
        if (take() > 0) {
            return;
        }
        long end = waiting > 0 ? Math.min(untilNs, nextAttempt()) : untilNs;
        long rest = end - elapsed();
        long longest = assemblers.length == 1 ? LONGEST_WAIT_NS : MANY_QUEUES_WAIT_NS;
        if (rest > 0) {
            itf.rxQueue(0).await(Math.min(rest, longest));
        }
    }

    /** Takes what is there from each queue; the number of packets or parts of packets. */
    private int take() {
        int taken = 0;
        for (int i = 0; i < assemblers.length; i++) {
            answers.answerOn(itf.txQueue(0));
            taken += Math.max(0, itf.rxQueue(i).poll(assemblers[i], BURST));
        }
        if (taken > 0) {
            itf.txQueue(0).flush();
        }
        return taken;
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length, int flags) {
        EchoProbe.Reply reply = probe.examine(packet, offset, length);
        switch (reply) {
            case INTACT, BAD_CHECKSUM, CORRUPTED ->
                    report.received(probe.sequence(), probe.ttl(), System.nanoTime(), reply);
            case ERROR -> report.failed(probe.sequence(), probe.errorSource(), probe.errorText());
            case NEIGHBOUR -> {
                // Noted by the probe.
            }
            default -> answers.onPacket(packet, offset, length, flags);
        }
    }
}
