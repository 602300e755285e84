package io.memif.examples.replay;

import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.TxQueue;
import io.memif.examples.CommandFailure;
import io.memif.examples.LinkedInterface;
import io.memif.examples.Progress;
import io.memif.examples.StopSignal;
import io.memif.examples.pcap.CaptureReader;
import io.memif.examples.pcap.CapturedPacket;
import io.memif.examples.pcap.LinkType;
import java.io.IOException;

/**
 * Sends the packets of a file, each when it is due, and waits for a peer that is slow: none is left
 * out without being counted. All go over one queue, so that they arrive in their order. One thread.
 */
final class Replayer {
    private static final int BATCH = 64;

    /** Longest wait before it checks whether to end. */
    private static final long STEP_NS = 100_000_000;

    /** What a sleep may be longer than it should. */
    private static final long OVERSLEPT_NS = 100_000;

    /** Peers that are awake take what is in the ring in far less. */
    private static final long LAST_TAKEN_NS = 1_000_000_000;

    private static final long SOON_NS = 5_000_000;

    private static final int USUAL_BUFFER = 2048;

    private final LinkedInterface linked;
    private final TxQueue queue;
    private final LinkInfo link;
    private final Pace pace;
    private final ReplayReport report;
    private final Progress progress;
    private final StopSignal stop;
    private final FileClock clock = new FileClock();
    private final CapturedPacket packet = new CapturedPacket();
    private final long startNs = System.nanoTime();
    private int staged;

    /** For an interface whose link is up. */
    Replayer(
            LinkedInterface linked,
            Pace pace,
            ReplayReport report,
            Progress progress,
            StopSignal stop)
            throws InterruptedException {
        this.linked = linked;
        this.pace = pace;
        this.report = report;
        this.progress = progress;
        this.stop = stop;
        MemifInterface itf = linked.itf();
        queue = itf.txQueue(0);
        link = itf.linkInfo();
        if (link == null) {
            throw linked.linkDown();
        }
        report.begin(startNs);
    }

    /** Sends the packets of a file, from its start to its end. */
    void play(CaptureReader file) throws IOException, InterruptedException {
        try {
            while (!stop.isRequested() && file.next(packet)) {
                report.read();
                checkLinkType();
                int length = Trait.lengthToSend(packet);
                awaitDue(pace.dueNs(clock.passedNs(packet, report), length));
                if (stop.isRequested()) {
                    break;
                }
                if (length == 0) {
                    report.count(Trait.EMPTY);
                } else {
                    send(length);
                }
                progress.show(() -> report.progress(System.nanoTime()));
            }
            clock.again();
        } finally {
            queue.flush();
            staged = 0;
            report.end(System.nanoTime());
        }
    }

    private void checkLinkType() {
        LinkType type = LinkType.of(packet.linkType());
        String where = "the packet at offset " + packet.offset();
        if (type == null) {
            throw new CommandFailure(
                    where
                            + " has link type "
                            + LinkType.describe(packet.linkType())
                            + ": memif carries ETHERNET, or RAW in ip mode");
        }
        Mode wanted = type == LinkType.ETHERNET ? Mode.ETHERNET : Mode.IP;
        if (wanted != linked.itf().config().mode()) {
            throw new CommandFailure(
                    where
                            + " has link type "
                            + LinkType.describe(packet.linkType())
                            + ", which needs --mode "
                            + (wanted == Mode.IP ? "ip" : "ethernet"));
        }
    }

    private void awaitDue(long dueNs) throws InterruptedException {
        long rest = startNs + dueNs - System.nanoTime();
        if (rest > 0) {
            flush();
        }
        while (rest > 0 && !stop.isRequested()) {
            if (rest > 2 * OVERSLEPT_NS) {
                stop.await(Math.min(rest - OVERSLEPT_NS, STEP_NS));
                progress.show(() -> report.progress(System.nanoTime()));
            } else {
                Thread.onSpinWait();
            }
            rest = startNs + dueNs - System.nanoTime();
        }
    }

    private void flush() {
        if (staged > 0) {
            queue.flush();
            staged = 0;
        }
    }

    private void send(int length) throws InterruptedException {
        int result = queue.offer(packet.bytes(), 0, length);
        while (result == TxQueue.BACK_PRESSURED && !stop.isRequested()) {
            staged = 0;
            queue.awaitSpace(slots(length), STEP_NS);
            progress.show(() -> report.progress(System.nanoTime()));
            result = queue.offer(packet.bytes(), 0, length);
        }
        if (result == TxQueue.TOO_LONG) {
            report.count(Trait.TOO_LONG);
        } else if (result > 0) {
            report.sent(length);
            if (result > 1) {
                report.count(Trait.CHAINED);
            }
            Trait.examine(packet, report);
            if (++staged == BATCH) {
                flush();
            }
        } else if (result != TxQueue.BACK_PRESSURED) {
            report.uncertain(Math.min(report.sent(), link.ringSize()));
            throw linked.linkDown();
        }
    }

    private int slots(int length) {
        int buffer = link.bufferSize() > 0 ? link.bufferSize() : USUAL_BUFFER;
        return (length + buffer - 1) / buffer;
    }

    /** Waits a moment until the peer has taken the last packets. */
    void finish() throws InterruptedException {
        long start = System.nanoTime();
        long passed = 0;
        while (!queue.isDrained() && passed < LAST_TAKEN_NS) {
            // A peer that has all it wants may leave at once: see it take them first.
            if (passed > SOON_NS) {
                Thread.sleep(1);
            }
            passed = System.nanoTime() - start;
        }
        boolean connected = linked.itf().isConnected();
        if (!connected || !queue.isDrained()) {
            report.uncertain(Math.min(report.sent(), link.ringSize()));
        }
        if (!connected) {
            throw linked.linkDown();
        }
    }
}
