package io.memif;

import io.memif.QueueCounters.Counter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the details of an interface for an operator. */
final class DetailsText {
    private final StringBuilder out = new StringBuilder();

    private DetailsText() {}

    static String of(InterfaceDetails details) {
        DetailsText text = new DetailsText();
        text.head(details);
        if (details.link() != null) {
            text.link(details.link());
            text.line(1, "peer last moved " + details.peerIdle().toSeconds() + " s ago");
            text.reason("peer stalled", details.stall());
        }
        text.queues("rx", details.rxQueues());
        text.queues("tx", details.txQueues());
        return text.out.toString();
    }

    static String of(SocketDetails details) {
        DetailsText text = new DetailsText();
        text.socket(details);
        details.interfaces().forEach(each -> text.out.append(of(each)));
        return text.out.toString();
    }

    private void socket(SocketDetails details) {
        line(0, "socket " + details.address());
        line(
                1,
                details.listening()
                        ? "listening, accepted "
                                + details.accepted()
                                + " refused "
                                + details.refused()
                                + " half-open "
                                + details.halfOpen()
                                + " of "
                                + details.maxHalfOpen()
                        : "not listening");
        reason("no slave is accepted", details.waitsFor());
        MemoryDetails memory = details.memory();
        line(
                1,
                "memory of the process: mapped "
                        + memory.mappedBytes()
                        + " in "
                        + memory.mappings()
                        + " mappings, waiting "
                        + memory.waitingBytes()
                        + " in "
                        + memory.waitingMappings()
                        + ", by peers "
                        + memory.peerMemory());
        LinkMemoryDetails largest = details.largest();
        if (largest.regions() > 0) {
            line(
                    1,
                    "largest link of its masters: "
                            + largest.bytes()
                            + " bytes, "
                            + largest.regions()
                            + " regions, "
                            + largest.mappings()
                            + " mappings");
        }
        line(1, "interfaces " + details.interfaces().size());
    }

    private void head(InterfaceDetails details) {
        InterfaceConfig config = details.config();
        line(0, "interface " + config.name());
        line(1, "socket " + details.socketAddress());
        line(1, config.toString());
        line(
                1,
                "admin "
                        + (details.adminUp() ? "up" : "down")
                        + ", link "
                        + (details.link() == null ? "down" : "up")
                        + ", came up "
                        + details.links()
                        + " times");
        reason("our last disconnect reason", details.ourDisconnectReason());
        reason("peer's last disconnect reason", details.peerDisconnectReason());
        reason("last failure", details.lastFailure());
    }

    private void reason(String what, String reason) {
        if (!reason.isEmpty()) {
            line(1, what + ": " + reason);
        }
    }

    private void link(LinkInfo link) {
        line(
                1,
                "peer \""
                        + link.peerApplicationName()
                        + "\" interface \""
                        + link.peerInterfaceName()
                        + "\" pid "
                        + link.peerPid()
                        + " uid "
                        + Integer.toUnsignedString(link.peerUid())
                        + " gid "
                        + Integer.toUnsignedString(link.peerGid()));
        line(1, "rx rings " + link.rxRings() + " tx rings " + link.txRings());
        line(1, "ring-size " + link.ringSize() + " buffer-size " + link.bufferSize());
        for (RegionDetails region : link.regions()) {
            line(
                    1,
                    "region "
                            + region.index()
                            + " size "
                            + region.size()
                            + " page "
                            + region.pageSize()
                            + (region.sealed() ? " sealed" : " not sealed"));
        }
    }

    private void queues(String direction, List<QueueDetails> queues) {
        for (QueueDetails queue : queues) {
            line(
                    1,
                    direction
                            + " queue "
                            + queue.index()
                            + (queue.rxMode() == null
                                    ? ""
                                    : " " + queue.rxMode().name().toLowerCase(Locale.ROOT)));
            queue.rings().forEach(this::ring);
            counters(queue.counters());
        }
    }

    private void ring(RingDetails ring) {
        line(
                2,
                (ring.sender() == Role.SLAVE ? "S2M" : "M2S")
                        + " ring "
                        + ring.index()
                        + " region "
                        + ring.region()
                        + " offset "
                        + ring.offset()
                        + " size "
                        + ring.size()
                        + " head "
                        + ring.head()
                        + " tail "
                        + ring.tail()
                        + " flags 0x"
                        + Integer.toHexString(ring.flags())
                        + " interrupts "
                        + (ring.masked() ? "off" : "on"));
    }

    private void counters(Map<Counter, Long> counters) {
        StringBuilder text = new StringBuilder();
        counters.forEach(
                (counter, value) -> {
                    if (value != 0) {
                        text.append(text.isEmpty() ? "" : " ").append(counter.text());
                        text.append(' ').append(value);
                    }
                });
        if (!text.isEmpty()) {
            line(2, text.toString());
        }
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }
}
