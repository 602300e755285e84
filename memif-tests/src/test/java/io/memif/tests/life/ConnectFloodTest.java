package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifReactor;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.Await;
import io.memif.testing.TestPackets;
import io.memif.tests.hostile.AttackTable;
import io.memif.tests.hostile.ControlThreadWatch;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listener gets 10,000 connections and more that close at once, while a link on the same socket
 * is at full rate: the link keeps it, and afterwards everything is as before.
 *
 * <p>One thread drives the link. The flood and the listener need processors, too, and so may the
 * rest of the machine: what that takes from the link shows when a listener is flooded that does the
 * least it can, and is not counted where the kernel tells how long the link's thread waited for its
 * turn.
 */
@Timeout(180)
@ExtendWith(AttackTable.class)
@Tag("once")
class ConnectFloodTest {
    private static final int ROUNDS = 11;
    private static final int LEAST_A_ROUND = 1_000;
    private static final int LINKS = 11;
    private static final int WAITING = 100;
    private static final long PROMPT_MS = 1_000;
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(150);

    /** Of the rate while the plain listener is flooded; the typical round's. */
    private static final double KEPT_OF_PLAIN = 0.7;

    /** Of the rate without a flood; the typical round's. */
    private static final double KEPT_OF_ALONE = 0.5;

    /** A connection may take this many times the processor time of a bare one. */
    private static final double TIMES_PLAIN = 12;

    @TempDir Path directory;

    private final AtomicInteger reports = new AtomicInteger();
    private String address;

    @BeforeEach
    void address() {
        address = directory.resolve("s").toString();
    }

    @Test
    @SuppressWarnings("try")
    void anotherLinkKeepsItsRate() throws Exception {
        SocketConfig config =
                SocketConfig.builder()
                        .address(address)
                        .errorHandler(refused -> reports.incrementAndGet())
                        .build();
        try (MemifSocket socket = MemifSocket.open(config);
                MemifInterface master =
                        socket.addInterface(InterfaceConfig.builder().role(Role.MASTER).build());
                MemifInterface slave = socket.addInterface(InterfaceConfig.builder().build());
                ControlThreadWatch measured = AttackTable.watch(socket);
                PlainListener plain = new PlainListener(directory.resolve("plain").toString())) {
            TestPackets.connect(master, slave);
            ConnectFlood flood = new ConnectFlood(address, "memif " + address);
            ConnectFlood plainFlood = new ConnectFlood(plain.address(), PlainListener.THREAD);
            try (LoopTraffic traffic = new LoopTraffic(slave, master)) {
                // Until all of it is compiled.
                traffic.rateDuring(() -> flood.run(4 * WINDOW_NS, LEAST_A_ROUND));
                traffic.rateDuring(() -> plainFlood.run(4 * WINDOW_NS, LEAST_A_ROUND));
                HeldResources before = HeldResources.now();
                compare(traffic, flood, plainFlood);
                before.awaitBack("after the flood");
            }
            // Still the same link.
            assertEquals(1, slave.details().links());
            // Accepting takes a break while much waits to be closed.
            long all = flood.connections();
            Await.soon("all are accepted", () -> socket.details().accepted() == all + 1);
            Await.soon("all are refused", () -> socket.details().refused() == all);
            assertEquals(0, socket.details().halfOpen());
            assertTrue(reports.get() < flood.connections() / 10, reports + " reports");
        }
    }

    /** One reactor: neither its other socket nor other slaves of the flooded one have to wait. */
    @Test
    @SuppressWarnings("try")
    void linksComeAndGoMeanwhile() throws Exception {
        String quiet = directory.resolve("quiet").toString();
        try (MemifReactor reactor = MemifReactor.start("flooded", refused -> {});
                MemifReactor peers = MemifReactor.start("peers", error -> {});
                MemifSocket exposed = MemifSocket.open(config(address, reactor));
                MemifSocket other = MemifSocket.open(config(quiet, reactor));
                MemifInterface master = exposed.addInterface(config(Role.MASTER));
                MemifInterface otherMaster = other.addInterface(config(Role.MASTER));
                MemifSocket toExposed = MemifSocket.open(config(address, peers));
                MemifSocket toOther = MemifSocket.open(config(quiet, peers));
                ControlThreadWatch measured = AttackTable.watch(exposed);
                Worker one = new ConnectFlood(address, "flooded").start();
                Worker two = new ConnectFlood(address, "flooded").start();
                Worker three = new ConnectFlood(address, "flooded").start()) {
            long[] onOther = new long[LINKS];
            long[] onExposed = new long[LINKS];
            for (int i = 0; i < LINKS; i++) {
                onOther[i] = linkMs(otherMaster, toOther);
                onExposed[i] = linkMs(master, toExposed);
            }
            List.of(one, two, three).forEach(Worker::check);
            Arrays.sort(onOther);
            Arrays.sort(onExposed);
            String found =
                    "ms for a link to another socket "
                            + Arrays.toString(onOther)
                            + ", to the flooded one "
                            + Arrays.toString(onExposed);
            System.out.println("ConnectFloodTest: " + found);
            assertTrue(onOther[LINKS / 2] < PROMPT_MS, found);
            // Has to get into a queue that others keep full.
            assertTrue(onExposed[LINKS / 2] < 3 * PROMPT_MS, found);
        }
    }

    /** However many wait: there are others to be served. */
    @Test
    void aTurnTakesInAFew() throws Exception {
        try (MemifReactor reactor = MemifReactor.callerDriven(refused -> {});
                MemifSocket socket = MemifSocket.open(config(address, reactor));
                MemifInterface master = socket.addInterface(config(Role.MASTER))) {
            ConnectFlood flood = new ConnectFlood(address, Thread.currentThread().getName());
            while (flood.connections() < WAITING) {
                flood.connectAndClose();
            }
            reactor.doWork();
            long first = socket.details().accepted();
            assertTrue(first > 0 && first <= WAITING / 4, first + " of " + WAITING);
            // With breaks, while much waits to be closed.
            Await.soon(
                    "all are accepted",
                    () -> {
                        reactor.doWork();
                        return socket.details().accepted() == WAITING;
                    });
            assertFalse(master.isConnected());
        }
    }

    private static SocketConfig config(String address, MemifReactor reactor) {
        return SocketConfig.builder()
                .address(address)
                .reactor(reactor)
                .errorHandler(refused -> {})
                .build();
    }

    /** A slave that finds the queue of connections full comes again after the shorter pause. */
    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .reconnectInterval(Duration.ofMillis(10), Duration.ofSeconds(2))
                .build();
    }

    /** From nothing to a link, and back to nothing. */
    private static long linkMs(MemifInterface master, MemifSocket peer) throws Exception {
        long start = System.nanoTime();
        try (MemifInterface slave = peer.addInterface(config(Role.SLAVE))) {
            TestPackets.connect(master, slave);
        }
        assertTrue(Await.until(TestPackets.SOON, () -> !master.isConnected()));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static void compare(LoopTraffic traffic, ConnectFlood flood, ConnectFlood plainFlood)
            throws Exception {
        FloodRates rates = new FloodRates();
        ConnectFlood.Cost ours = flood.cost();
        ConnectFlood.Cost plain = plainFlood.cost();
        long buffers = directBuffers();
        for (int i = 0; i < ROUNDS; i++) {
            rates.alone(traffic.rateDuring(() -> TimeUnit.NANOSECONDS.sleep(WINDOW_NS)));
            rates.plain(traffic.rateDuring(() -> plainFlood.run(WINDOW_NS, LEAST_A_ROUND)));
            rates.ours(traffic.rateDuring(() -> flood.run(WINDOW_NS, LEAST_A_ROUND)));
        }
        buffers = directBuffers() - buffers;
        ours = flood.cost().since(ours);
        plain = plainFlood.cost().since(plain);
        String found = rates + "; ours took " + ours + ", plain " + plain;
        System.out.println("ConnectFloodTest: " + found);
        assertTrue(rates.ofPlain() > KEPT_OF_PLAIN, found);
        assertTrue(rates.ofAlone() > KEPT_OF_ALONE, found);
        assertTrue(ours.ofOne() < TIMES_PLAIN * plain.ofOne(), found);
        assertTrue(buffers < ours.connections() / 10, buffers + " direct buffers more");
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow()
                .getCount();
    }
}
