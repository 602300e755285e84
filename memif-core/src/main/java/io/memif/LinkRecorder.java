package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.observe.DroppedPacketsEvent;
import io.memif.internal.observe.InterfaceEvent;
import io.memif.internal.observe.LinkDownEvent;
import io.memif.internal.observe.LinkFailedEvent;
import io.memif.internal.observe.LinkUpEvent;
import io.memif.internal.observe.RingFullEvent;
import io.memif.internal.protocol.Ending;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Tells the Flight Recorder what happens to one interface; made when there is a recording. On the
 * reactor's thread: the queues only count, and their counters are read here.
 */
final class LinkRecorder {
    private final MemifInterface itf;

    /** What each counter was when it was last found changed. */
    private final Map<Counted, Long> known = new HashMap<>();

    private long lastLookNs;

    /** One counter of a queue. */
    private record Counted(String direction, int queue, Counter counter) {}

    /** Told how often a counter has counted within a time. */
    private interface Change {
        void tell(long count, long periodNs, long total);
    }

    /**
     * @param itf of which it tells
     * @param addedNs when the interface was added, by {@link System#nanoTime}
     */
    LinkRecorder(MemifInterface itf, long addedNs) {
        this.itf = itf;
        this.lastLookNs = addedNs;
    }

    private <E extends InterfaceEvent> E named(E event) {
        event.socket = itf.socket().address();
        event.role = word(itf.role());
        event.id = Integer.toUnsignedLong(itf.id());
        event.name = itf.name();
        return event;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void linkUp(LinkInfo link) {
        LinkUpEvent event = new LinkUpEvent();
        if (event.isEnabled()) {
            event.peerApplication = link.peerApplicationName();
            event.peerInterface = link.peerInterfaceName();
            event.peerPid = link.peerPid();
            event.peerUid = Integer.toUnsignedLong(link.peerUid());
            event.rxRings = link.rxRings();
            event.txRings = link.txRings();
            event.ringSize = link.ringSize();
            event.regions = link.regions().size();
            event.regionBytes = link.regions().stream().mapToLong(RegionDetails::size).sum();
            named(event).commit();
        }
    }

    /** What was counted before belongs to the link that has ended. */
    void linkDown(Ending ending) {
        counters();
        LinkDownEvent event = new LinkDownEvent();
        if (event.isEnabled()) {
            event.endedBy = word(ending.kind());
            event.reason = ending.text();
            named(event).commit();
        }
    }

    void failed(MemifException failure, boolean last) {
        LinkFailedEvent event = new LinkFailedEvent();
        if (event.isEnabled()) {
            event.code = word(failure.code());
            event.reason = failure.getMessage();
            event.peerReason = failure.peerReason();
            event.last = last;
            named(event).commit();
        }
    }

    /** Reads what the queues have counted since the last time. */
    void counters() {
        long now = System.nanoTime();
        boolean drops = new DroppedPacketsEvent().isEnabled();
        boolean full = new RingFullEvent().isEnabled();
        for (int queue = 0; queue < itf.rxQueueCount() && drops; queue++) {
            drops("rx", queue, itf.rxQueue(queue).counters(), now);
        }
        for (int queue = 0; queue < itf.txQueueCount(); queue++) {
            QueueCounters counters = itf.txQueue(queue).counters();
            if (drops) {
                drops("tx", queue, counters, now);
            }
            if (full) {
                full(queue, counters, now);
            }
        }
        lastLookNs = now;
    }

    private void drops(String direction, int queue, QueueCounters counters, long now) {
        for (Counter cause : QueueCounters.DROPS) {
            look(
                    new Counted(direction, queue, cause),
                    counters,
                    now,
                    (packets, period, total) -> {
                        DroppedPacketsEvent event = new DroppedPacketsEvent();
                        event.direction = direction;
                        event.queue = queue;
                        event.cause = cause.text();
                        event.packets = packets;
                        event.period = period;
                        event.total = total;
                        named(event).commit();
                    });
        }
    }

    private void full(int queue, QueueCounters counters, long now) {
        look(
                new Counted("tx", queue, Counter.RING_FULL),
                counters,
                now,
                (attempts, period, total) -> {
                    RingFullEvent event = new RingFullEvent();
                    event.queue = queue;
                    event.attempts = attempts;
                    event.period = period;
                    event.total = total;
                    named(event).commit();
                });
    }

    private void look(Counted counted, QueueCounters counters, long now, Change change) {
        long total = counters.get(counted.counter());
        long before = known.getOrDefault(counted, 0L);
        if (total != before) {
            known.put(counted, total);
            change.tell(total - before, now - lastLookNs, total);
        }
    }
}
