package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.TxQueue;
import io.memif.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * An interface of ours under full traffic, whose peer in another process dies, or is stopped and
 * continued, again and again: what the survivor owes, whoever the peer is.
 */
public abstract class PeerFailureCase {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int LONGEST_STOP_NS = 400_000_000;

    /**
     * As by default after a loss. Before a first link, and when we went down and up ourselves, the
     * default is longer than the second that a return may take from a peer that starts slowly.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(800);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final String name = getClass().getSimpleName();
    private final Random random = Effort.random(name);
    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final RecoveryTimes returns = new RecoveryTimes();
    private HeldResources noLink;
    private DelayMeter delays;
    private TrafficGenerator traffic;
    private MemifInterface us;
    private String what = "first start";

    /** How things were when a peer that had been stopped went on. */
    protected record Continued(
            DelayMeter.Stopwatch since, boolean wasUp, long links, long received) {}

    /** One life of the peer, or a part of it. */
    protected abstract void round(int number) throws Exception;

    /** Sends a signal to the peer by name. */
    protected abstract void signal(String signal) throws InterruptedException;

    /** Ends the peer, if there is one, after the last round. */
    protected abstract void endPeer();

    /** What else there is to say at the end. */
    protected String remarks() {
        return "";
    }

    /** Opens our interface and runs the rounds. */
    protected final void run(Role role, Path address, int rounds) throws Exception {
        SocketConfig socketConfig =
                SocketConfig.builder()
                        .address(address.toString())
                        .errorHandler(errors::add)
                        .build();
        InterfaceConfig config =
                InterfaceConfig.builder()
                        .role(role)
                        .ringSize(256)
                        .reconnectInterval(SHORTEST_PAUSE, LONGEST_PAUSE)
                        // The test looks at queues while the survivor's thread rests.
                        .checkThreads(false)
                        .build();
        try (DelayMeter measured = new DelayMeter();
                MemifSocket socket = MemifSocket.open(socketConfig);
                MemifInterface itf = socket.addInterface(config);
                TrafficGenerator generator = new TrafficGenerator("survivor")) {
            // What the receive queue sleeps on stays.
            assertTrue(!itf.rxQueue(0).await(1));
            noLink = HeldResources.now();
            delays = measured;
            us = itf;
            traffic = generator;
            traffic.use(itf);
            for (int i = 0; i < rounds; i++) {
                round(i);
            }
        } finally {
            endPeer();
            // They would keep the last mapping from being collected.
            traffic = null;
            us = null;
        }
        System.out.println(
                name + ": survivor " + role + ", " + rounds + " rounds, " + returns + remarks());
        returns.expectPrompt();
        errors.removeIf(e -> e.getMessage().contains("refused a slave"));
        assertEquals("[]", errors.toString());
    }

    /** Random choices, which repeat with the seed. */
    protected final Random random() {
        return random;
    }

    /** The survivor. */
    protected final MemifInterface us() {
        return us;
    }

    /** The survivor's traffic. */
    protected final TrafficGenerator traffic() {
        return traffic;
    }

    /** The time, with allowance for the machine's own delays. */
    protected final DelayMeter delays() {
        return delays;
    }

    /** Says what a round does, for the message of a failure. */
    protected final void roundIs(int number, String action, Object activity, long momentNs) {
        what =
                String.format(
                        "round %d: %s in %s after %d us",
                        number, action, activity, TimeUnit.NANOSECONDS.toMicros(momentNs));
    }

    /** Which round it is, for the message of a failure. */
    protected final String what() {
        return what;
    }

    /** Linked again, within a second. */
    protected final void awaitLink(
            DelayMeter.Stopwatch since, long linksBefore, BooleanSupplier peerLives)
            throws InterruptedException {
        BooleanSupplier linked = () -> us.details().links() > linksBefore;
        assertTrue(
                Await.until(SOON_NS, () -> linked.getAsBoolean() || !peerLives.getAsBoolean())
                        && peerLives.getAsBoolean(),
                "no link after the peer's return");
        returns.note(since, what + ": the link's return");
    }

    /** Packets move. */
    protected final void awaitTraffic() throws InterruptedException {
        traffic.awaitTraffic(SOON_NS);
    }

    /** On a link that stayed: packets move again, within a second. */
    protected final void awaitTraffic(Continued continued) throws InterruptedException {
        assertTrue(
                Await.until(SOON_NS, () -> traffic.in() > continued.received), "no packets come");
        returns.note(continued.since, what + ": the traffic's return");
    }

    /** The peer is dead: noticed within a second, and nothing is held any more. */
    protected final void awaitDeathNoticed() throws InterruptedException {
        DelayMeter.Stopwatch since = delays.stopwatch();
        assertTrue(Await.until(SOON_NS, () -> !us.isConnected()), "we do not notice");
        since.within(SECOND_NS, "noticing the death");
        assertEquals(TxQueue.NOT_CONNECTED, us.txQueue(0).offer(new byte[1], 0, 1));
        noLink.awaitBack("after the peer's death");
    }

    /** Stops the peer for a while, disconnects from it meanwhile or does not, and continues it. */
    protected final Continued stopAndContinue() throws InterruptedException {
        signal("STOP");
        boolean reset = random.nextBoolean();
        if (reset) {
            DelayMeter.Stopwatch since = delays.stopwatch();
            us.setAdminUp(false);
            assertTrue(!us.isConnected(), "down although the peer does not answer");
            since.within(SECOND_NS, "disconnecting from a peer that is stopped");
            noLink.awaitBack("disconnected from a peer that is stopped");
            us.setAdminUp(true);
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_STOP_NS));
        boolean wasUp = us.isConnected();
        long links = us.details().links();
        long received = traffic.in();
        signal("CONT");
        return new Continued(delays.stopwatch(), wasUp, links, received);
    }
}
