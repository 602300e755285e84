package io.memif.examples.capture;

import io.memif.Forwarder;
import io.memif.LinkInfo;
import io.memif.MemifInterface;
import io.memif.QueueCounters.Counter;
import io.memif.QueueGroup;
import io.memif.ReceivedBurst;
import io.memif.RxQueue;
import io.memif.TxQueue;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.LinkedInterface;
import io.memif.examples.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Captures in the middle of two links: packets are passed on both ways, in order, and written with
 * the interface that they came in by. One thread, so that the file's times never run backwards.
 */
final class BetweenCapture {
    /** Packets of a queue that wait for the next peer at a time. */
    private static final int UNDERWAY = 256;

    private static final long IDLE_NS = 100_000_000;

    /** While the next ring is full, or buffers are due to be given back. */
    private static final long SHORTLY_NS = 200_000;

    private static final long LAST_TAKEN_NS = 1_000_000_000;

    private final LinkOptions a;
    private final LinkOptions b;
    private final PacketSink sink;
    private final StopSignal stop;
    private final List<Forwarder> forwarders = new ArrayList<>();
    private final List<TxQueue> ways = new ArrayList<>();
    private ByteBuffer joined = ByteBuffer.allocateDirect(1 << 16);

    /** Not running yet. */
    BetweenCapture(LinkOptions a, LinkOptions b, PacketSink sink, StopSignal stop) {
        this.a = a;
        this.b = b;
        this.sink = sink;
        this.stop = stop;
    }

    /** Runs until it is stopped, or has enough packets; says on the writer what happens. */
    void run(PrintWriter news) throws IOException {
        LinkReport reportA = report(news, a, "A: ");
        LinkReport reportB = report(news, b, "B: ");
        int numberA = sink.add("A", EndCapture.describe(a), EndCapture.linkType(a));
        int numberB = sink.add("B", EndCapture.describe(b), EndCapture.linkType(b));
        try (LinkedInterface linkedA = LinkedInterface.open(a, "capture", reportA);
                LinkedInterface linkedB = linkedA.openAnother(b, "capture", reportB);
                QueueGroup queues = QueueGroup.open()) {
            news.println("capturing between A: " + EndCapture.describe(a));
            news.println("              and B: " + EndCapture.describe(b));
            news.flush();
            connect(linkedA.itf(), linkedB.itf(), numberA, queues);
            connect(linkedB.itf(), linkedA.itf(), numberB, queues);
            forward(queues);
            sink.end(numberA, 0);
            sink.end(numberB, 0);
            long dropped = forwarders.stream().mapToLong(Forwarder::dropped).sum();
            if (dropped > 0) {
                news.println(dropped + " packets could not be passed on: no link, or too long");
            }
        }
        reportA.throwFailure();
        reportB.throwFailure();
    }

    private LinkReport report(PrintWriter news, LinkOptions link, String prefix) {
        Patience patience = link.endsWithLink() ? Patience.NONE : Patience.ANNOUNCED;
        return new LinkReport(news, prefix, stop, patience);
    }

    /** What one interface receives leaves by the other; only by queues that its peer has. */
    private void connect(MemifInterface from, MemifInterface to, int number, QueueGroup queues) {
        List<TxQueue> out = IntStream.range(0, to.txQueueCount()).mapToObj(to::txQueue).toList();
        ways.addAll(out);
        for (int i = 0; i < from.rxQueueCount(); i++) {
            RxQueue queue = from.rxQueue(i);
            queues.add(queue);
            Forwarder.Hook write =
                    (burst, first) -> {
                        write(burst, first, number);
                        LinkInfo link = to.linkInfo();
                        return link == null ? 0 : queue.index() % link.txQueues();
                    };
            forwarders.add(new Forwarder(queue, out, UNDERWAY, write));
        }
    }

    private void write(ReceivedBurst burst, int first, int number) {
        if (!burst.isWhole(first)) {
            // Longer than the burst: the forwarder drops it and counts it.
            return;
        }
        long now = PacketSink.epochNs();
        int parts = burst.buffersOfPacket(first);
        if (parts == 1) {
            sink.ownPacket(
                    number, now, burst.buffer(first), burst.offset(first), burst.length(first));
            return;
        }
        int length = IntStream.range(first, first + parts).map(burst::length).sum();
        if (joined.capacity() < length) {
            joined = ByteBuffer.allocateDirect(Integer.highestOneBit(length) * 2);
        }
        int at = 0;
        for (int i = first; i < first + parts; i++) {
            joined.put(at, burst.buffer(i), burst.offset(i), burst.length(i));
            at += burst.length(i);
        }
        sink.ownPacket(number, now, joined, 0, length);
    }

    private void forward(QueueGroup queues) throws IOException {
        while (!stop.isRequested()) {
            long fullBefore = ringFull();
            if (turn() == 0) {
                sink.idle();
                boolean soon = isUnderway() || ringFull() != fullBefore;
                // Only waits: the forwarders take the packets, and they also wait for full rings.
                queues.serve(queue -> 0, soon ? SHORTLY_NS : IDLE_NS);
            }
        }
        long start = System.nanoTime();
        while (isUnderway() && System.nanoTime() - start < LAST_TAKEN_NS) {
            turn();
        }
    }

    private int turn() {
        return forwarders.stream().mapToInt(Forwarder::doWork).sum();
    }

    private boolean isUnderway() {
        return forwarders.stream().anyMatch(forwarder -> forwarder.underway() > 0);
    }

    private long ringFull() {
        return ways.stream().mapToLong(way -> way.counters().get(Counter.RING_FULL)).sum();
    }
}
