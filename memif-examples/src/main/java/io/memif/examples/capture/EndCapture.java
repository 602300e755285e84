package io.memif.examples.capture;

import io.memif.MemifInterface;
import io.memif.Mode;
import io.memif.PacketAssembler;
import io.memif.QueueGroup;
import io.memif.RxQueue;
import io.memif.examples.LinkOptions;
import io.memif.examples.LinkReport;
import io.memif.examples.LinkReport.Patience;
import io.memif.examples.LinkedInterface;
import io.memif.examples.StopSignal;
import io.memif.examples.pcap.LinkType;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;

/** Captures as an end of a link: whatever the peer sends goes into the file. One thread. */
final class EndCapture {
    private static final int BURST = 64;
    private static final int LONGEST_PACKET = 1 << 20;
    private static final long IDLE_NS = 100_000_000;

    private final LinkOptions link;
    private final PacketSink sink;
    private final StopSignal stop;
    private long burstNs;
    private boolean received;

    /** Not running yet. */
    EndCapture(LinkOptions link, PacketSink sink, StopSignal stop) {
        this.link = link;
        this.sink = sink;
        this.stop = stop;
    }

    static LinkType linkType(LinkOptions link) {
        return link.mode() == Mode.IP ? LinkType.RAW : LinkType.ETHERNET;
    }

    static String describe(LinkOptions link) {
        return link.roleName() + ", id " + link.id() + ", socket " + link.socket();
    }

    /** Runs until it is stopped, or has enough packets; says on the writer what happens. */
    void run(PrintWriter news) throws IOException {
        Patience patience = link.endsWithLink() ? Patience.NONE : Patience.ANNOUNCED;
        LinkReport report = new LinkReport(news, stop, patience);
        int number = sink.add("memif" + link.id(), describe(link), linkType(link));
        try (LinkedInterface linked = LinkedInterface.open(link, "capture", report);
                QueueGroup queues = QueueGroup.open()) {
            news.println("capturing as " + describe(link));
            news.flush();
            MemifInterface itf = linked.itf();
            PacketAssembler[] packets = new PacketAssembler[itf.rxQueueCount()];
            for (int i = 0; i < packets.length; i++) {
                packets[i] =
                        new PacketAssembler(
                                (buffer, offset, length, flags) ->
                                        sink.ownPacket(number, burstNs, buffer, offset, length),
                                LONGEST_PACKET);
                queues.add(itf.rxQueue(i));
            }
            while (!stop.isRequested()) {
                received = false;
                queues.serve(queue -> poll(queue, packets[queue.index()]), IDLE_NS);
                if (!received) {
                    sink.idle();
                }
            }
            sink.end(number, Arrays.stream(packets).mapToLong(PacketAssembler::tooLong).sum());
        }
        report.throwFailure();
    }

    /** A packet has one buffer at least, so that no more packets are taken than wanted. */
    private int poll(RxQueue queue, PacketAssembler packets) {
        burstNs = PacketSink.epochNs();
        int taken = queue.poll(packets, (int) Math.min(BURST, Math.max(1, sink.wanted())));
        received |= taken > 0;
        return taken;
    }
}
