package io.memif;

import io.memif.QueueCounters.Counter;
import io.memif.internal.control.Callbacks;
import io.memif.internal.control.ErrorReports;
import io.memif.internal.control.Reactor;
import io.memif.internal.observe.Bean;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The JMX beans of one socket and its interfaces; made when somebody wants them. Registering and
 * unregistering calls listeners of the management server, hence neither happens on the reactor's
 * thread.
 */
final class SocketBeans {
    private final MemifSocket socket;
    private final Map<Object, Bean> beans = new ConcurrentHashMap<>();
    private final ErrorReports errors;
    private final Callbacks removals;

    /** What a socket's bean shows besides its details. */
    record SocketSummary(String text) {}

    /** What an interface's bean shows besides its details: what a tool wants to plot. */
    record InterfaceSummary(
            String text,
            boolean connected,
            long rxPackets,
            long rxBytes,
            long rxDropped,
            long txPackets,
            long txBytes,
            long txDropped,
            long txRingFull) {
        static InterfaceSummary of(InterfaceDetails details) {
            List<QueueDetails> rx = details.rxQueues();
            List<QueueDetails> tx = details.txQueues();
            return new InterfaceSummary(
                    details.toText(),
                    details.link() != null,
                    sum(rx, List.of(Counter.PACKETS)),
                    sum(rx, List.of(Counter.BYTES)),
                    sum(rx, QueueCounters.DROPS),
                    sum(tx, List.of(Counter.PACKETS)),
                    sum(tx, List.of(Counter.BYTES)),
                    sum(tx, QueueCounters.DROPS),
                    sum(tx, List.of(Counter.RING_FULL)));
        }

        private static long sum(List<QueueDetails> queues, List<Counter> counters) {
            return queues.stream()
                    .mapToLong(queue -> counters.stream().mapToLong(queue.counters()::get).sum())
                    .sum();
        }
    }

    SocketBeans(MemifSocket socket, ErrorReports errors) {
        this.socket = socket;
        this.errors = errors;
        this.removals = socket.control().callbacks("the JMX beans of " + socket, errors);
    }

    private static String name(String type, String address) {
        return "io.memif:type=" + type + ",socket=" + Bean.quote(address);
    }

    void addSocket() {
        Bean bean =
                new Bean(
                        name("Socket", socket.address()),
                        List.of(SocketDetails.class, SocketSummary.class),
                        "memif socket",
                        () -> {
                            SocketDetails details = details();
                            return List.of(details, new SocketSummary(details.toText()));
                        });
        add(socket, bean);
        if (socket.isClosed()) {
            removeNow(socket);
        }
    }

    void addInterface(MemifInterface itf) {
        String role = itf.role().name().toLowerCase(Locale.ROOT);
        String id = Integer.toUnsignedString(itf.id());
        Bean bean =
                new Bean(
                        name("Interface", socket.address()) + ",role=" + role + ",id=" + id,
                        List.of(InterfaceDetails.class, InterfaceSummary.class),
                        "memif interface",
                        () -> {
                            InterfaceDetails details = itf.details();
                            return List.of(details, InterfaceSummary.of(details));
                        });
        add(itf, bean);
        if (itf.isClosed()) {
            removeNow(itf);
        }
    }

    /** A bean that the server refuses is told, and the socket works without it. */
    private void add(Object owner, Bean bean) {
        if (beans.putIfAbsent(owner, bean) == null) {
            try {
                bean.register();
            } catch (IllegalStateException e) {
                errors.report(e);
            }
        }
    }

    /**
     * Takes a bean away, in a callback. The owner is closed: whoever registers its bean at this
     * moment sees that, and takes it away again.
     */
    void remove(Object owner) {
        removals.add(() -> removeNow(owner));
    }

    private void removeNow(Object owner) {
        Bean bean = beans.remove(owner);
        if (bean != null) {
            bean.unregister();
        }
    }

    /** Waits for what {@link #remove} has begun. */
    void awaitRemoved(long deadlineNs) {
        removals.await(deadlineNs);
    }

    /** By the thread that the socket belongs to. */
    private SocketDetails details() {
        Reactor reactor = socket.control();
        if (reactor.hasThread()) {
            return socket.details();
        }
        try {
            return CompletableFuture.supplyAsync(socket::details, reactor::execute)
                    .get(MemifJmx.LONGEST_WAIT_NS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    socket + " is driven by its application, which has not done so for a second");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
