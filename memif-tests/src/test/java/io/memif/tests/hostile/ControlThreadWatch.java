package io.memif.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.InterfaceConfig;
import io.memif.MemifInterface;
import io.memif.MemifSocket;
import io.memif.Role;
import io.memif.SocketConfig;
import io.memif.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Measures the control thread of a socket under attack: how long it lets a command wait, which is
 * its longest turn and more, and how long an honest pair of another interface on it takes to
 * connect. Both as excess over an idle control thread of the same JVM, asked at the same time.
 */
final class ControlThreadWatch implements AutoCloseable {
    private static final long MOST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MOST_CONNECT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MORE = 4;
    private static final int HONEST_ID = 4711;

    private final MemifSocket attacked;
    private final MemifSocket idle;
    private final String prefix;
    private Thread prober;
    private volatile boolean stopped;
    private volatile long longestNs;
    private volatile long longestIdleNs;
    private int pairs;

    /** Watches from now on. */
    ControlThreadWatch(MemifSocket attacked, Path directory) {
        this.attacked = attacked;
        this.prefix = directory.resolve("honest").toString();
        this.idle = MemifSocket.open(SocketConfig.builder().address(prefix + "-idle").build());
        start();
    }

    private void start() {
        stopped = false;
        longestNs = 0;
        longestIdleNs = 0;
        prober = new Thread(this::probe, "prober");
        prober.start();
    }

    private void stop() throws InterruptedException {
        stopped = true;
        prober.join();
    }

    private void probe() {
        try {
            Await.until(Long.MAX_VALUE / 2, this::probedLast);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean probedLast() {
        longestIdleNs = Math.max(longestIdleNs, answerNs(idle));
        longestNs = Math.max(longestNs, answerNs(attacked));
        return stopped;
    }

    private static long answerNs(MemifSocket socket) {
        long start = System.nanoTime();
        socket.interfaces();
        return System.nanoTime() - start;
    }

    /** An honest pair connects on the attacked control thread; answers how long that took. */
    private long connectNs(MemifSocket on) throws InterruptedException {
        String address = prefix + pairs++;
        SocketConfig config = SocketConfig.builder().address(address).reactor(on.reactor()).build();
        long start = System.nanoTime();
        try (MemifSocket master = MemifSocket.open(config);
                MemifSocket slave = MemifSocket.open(config)) {
            MemifInterface there = master.addInterface(honest(Role.MASTER));
            MemifInterface here = slave.addInterface(honest(Role.SLAVE));
            assertTrue(here.awaitConnected(Duration.ofSeconds(20)), "an honest slave connects");
            assertTrue(there.awaitConnected(Duration.ofSeconds(20)), "an honest master connects");
            return System.nanoTime() - start;
        }
    }

    private static InterfaceConfig honest(Role role) {
        return InterfaceConfig.builder()
                .role(role)
                .id(HONEST_ID)
                .ringSize(16)
                .bufferSize(256)
                .reconnectInterval(Duration.ofMillis(5), Duration.ofMillis(20))
                .build();
    }

    /** The attack is under way: the control thread must be as good as idle. */
    void expectUnhindered(String attack) throws InterruptedException {
        connectNs(idle);
        long idleNs = connectNs(idle);
        long ns = connectNs(attacked);
        expectShortTurns(attack, "honest connect " + ms(ns) + " (idle " + ms(idleNs) + ")");
        assertTrue(ns - idleNs < MOST_CONNECT_NS, attack + ": honest connect " + ms(ns));
    }

    /**
     * As above, where nobody may connect meanwhile. A busy machine keeps any thread waiting now and
     * then; a thread that the attack holds is held each time it is measured.
     */
    void expectShortTurns(String attack, String also) throws InterruptedException {
        StringBuilder all = new StringBuilder(measured(attack, also));
        for (int i = 0; i < MORE && longestNs - longestIdleNs >= MOST_TURN_NS; i++) {
            start();
            Await.until(AGAIN_NS, () -> longestNs - longestIdleNs >= MOST_TURN_NS);
            all.append("; ").append(measured(attack, "measured again"));
        }
        assertTrue(longestNs - longestIdleNs < MOST_TURN_NS, all::toString);
    }

    private String measured(String attack, String also) throws InterruptedException {
        stop();
        String text =
                attack
                        + (": longest turn " + ms(longestNs) + " (idle " + ms(longestIdleNs) + ")")
                        + (also.isEmpty() ? "" : ", " + also);
        System.out.println(text);
        return text;
    }

    private static String ms(long ns) {
        return String.format("%.1f ms", ns / 1e6);
    }

    @Override
    public void close() {
        stopped = true;
        idle.close();
    }
}
