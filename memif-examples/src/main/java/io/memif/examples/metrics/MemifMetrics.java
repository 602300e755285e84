package io.memif.examples.metrics;

import io.memif.MemifInterface;
import io.memif.QueueCounters;
import io.memif.QueueCounters.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The meters of one interface. They read counters when somebody asks; the data path does not
 * notice, and no lock is taken. Counters go on over reconnects.
 *
 * <p>All have the tags {@code socket}, {@code interface} (its name, or the id if it has none),
 * {@code role} and {@code id}; those of a queue {@code queue}, drops {@code cause}. Thread-safe.
 */
public final class MemifMetrics implements MeterBinder, AutoCloseable {
    private static final List<Counter> DROPS =
            List.of(Counter.BAD_DESCRIPTORS, Counter.ENDLESS_CHAINS, Counter.TOO_LONG);

    private final MemifInterface itf;
    private final Tags tags;
    private final List<Runnable> removals = new ArrayList<>();

    /**
     * Meters that are in no registry yet.
     *
     * @param itf stays the caller's
     */
    public MemifMetrics(MemifInterface itf) {
        this.itf = itf;
        String id = Integer.toUnsignedString(itf.id());
        // Some registries refuse empty values.
        this.tags =
                Tags.of("socket", itf.socket().address())
                        .and("interface", itf.name().isEmpty() ? id : itf.name())
                        .and("role", word(itf.role()))
                        .and("id", id);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        add(
                registry,
                Gauge.builder("memif.link.up", itf, each -> each.isConnected() ? 1 : 0)
                        .description("1 while the link is up, else 0")
                        .tags(tags)
                        .register(registry));
        add(
                registry,
                FunctionCounter.builder("memif.link.ups", itf, each -> each.details().links())
                        .description("How often the link has come up")
                        .tags(tags)
                        .register(registry));
        for (int i = 0; i < itf.rxQueueCount(); i++) {
            Tags of = tags.and("queue", Integer.toString(i));
            QueueCounters counters = itf.rxQueue(i).counters();
            both(registry, "memif.rx", counters, of);
            count(
                    registry,
                    "memif.rx.polls.empty",
                    null,
                    "Polls without a packet",
                    counters,
                    Counter.EMPTY_POLLS,
                    of);
            count(
                    registry,
                    "memif.rx.wakeups",
                    null,
                    "Waits that the peer's signal ended",
                    counters,
                    Counter.WAKEUPS,
                    of);
        }
        for (int i = 0; i < itf.txQueueCount(); i++) {
            Tags of = tags.and("queue", Integer.toString(i));
            QueueCounters counters = itf.txQueue(i).counters();
            both(registry, "memif.tx", counters, of);
            count(
                    registry,
                    "memif.tx.ring.full",
                    null,
                    "Attempts to send that found the ring full",
                    counters,
                    Counter.RING_FULL,
                    of);
            count(
                    registry,
                    "memif.tx.signals",
                    null,
                    "Signals to the peer",
                    counters,
                    Counter.SIGNALS,
                    of);
        }
    }

    /** What both directions have. */
    private void both(MeterRegistry registry, String direction, QueueCounters counters, Tags of) {
        count(
                registry,
                direction + ".packets",
                "packets",
                "Packets",
                counters,
                Counter.PACKETS,
                of);
        count(
                registry,
                direction + ".bytes",
                "bytes",
                "Bytes in packets",
                counters,
                Counter.BYTES,
                of);
        for (Counter cause : DROPS) {
            count(
                    registry,
                    direction + ".dropped",
                    "packets",
                    "Packets dropped",
                    counters,
                    cause,
                    of.and("cause", word(cause)));
        }
    }

    private void count(
            MeterRegistry registry,
            String name,
            String unit,
            String description,
            QueueCounters counters,
            Counter counter,
            Tags of) {
        add(
                registry,
                FunctionCounter.builder(name, counters, each -> each.get(counter))
                        .description(description)
                        .baseUnit(unit)
                        .tags(of)
                        .register(registry));
    }

    private synchronized void add(MeterRegistry registry, Meter meter) {
        removals.add(() -> registry.remove(meter));
    }

    /** Takes the meters out of all registries, as when the interface is closed. Idempotent. */
    @Override
    public synchronized void close() {
        removals.forEach(Runnable::run);
        removals.clear();
    }
}
