package io.memif.tests.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.testing.Await;
import io.memif.testing.ChildProcess;
import io.memif.tests.life.DelayMeter;
import io.memif.tests.life.Effort;
import io.memif.tests.life.KillablePeer;
import io.memif.tests.life.KillablePeer.Activity;
import io.memif.tests.life.RecoveryTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process of ours is killed, or stopped and continued, at random moments of the handshake and of
 * full traffic, with testpmd watching: it notices, and the next process of ours, or the same one
 * that goes on, is linked with it within a second and moves packets. (Testpmd's client never
 * connects again by itself: our master's return is followed by the start of its port.)
 *
 * <p>10 rounds in each role in every build, 200 with {@code -Dmemif.long=true} (some 15 minutes).
 */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class OwnProcessKilledTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HANDSHAKE_NS = 8_000_000;
    private static final int TRAFFIC_NS = 60_000_000;
    private static final int LONGEST_STOP_NS = 400_000_000;
    private static final int ROUNDS_A_CRASH = 5;

    @TempDir Path directory;

    private final Random random = Effort.random("OwnProcessKilledTest");
    private final RecoveryTimes returns = new RecoveryTimes();
    private Role role;
    private DelayMeter delays;
    private ChildProcess us;
    private Activity activity;
    private Testpmd watcher;
    private String what = "first start";
    private long slowestNoticeNs;
    private int kills;
    private int portStarts;
    private int crashes;

    private Path address() {
        return directory.resolve("s");
    }

    @ParameterizedTest(name = "we are {0}")
    @EnumSource(Role.class)
    void testpmdSurvivesUs(Role ours) throws Exception {
        role = ours;
        int rounds = Math.max(1, Effort.of(20, 400) / 2);
        try (DelayMeter measured = new DelayMeter()) {
            delays = measured;
            for (int i = 0; i < rounds; i++) {
                round(i, rounds);
            }
        } finally {
            endBoth();
        }
        System.out.println(
                String.format(
                        "OwnProcessKilledTest: we are %s, %d rounds, %d deaths, the slowest noticed after"
                                + " %d ms, %s, most port starts for a link %d, crashes of testpmd"
                                + " %d",
                        role,
                        rounds,
                        kills,
                        TimeUnit.NANOSECONDS.toMillis(slowestNoticeNs),
                        returns,
                        portStarts,
                        crashes));
        returns.expectPrompt();
    }

    private boolean client() {
        return role == Role.MASTER;
    }

    private void round(int number, int rounds) throws Exception {
        boolean kill = random.nextBoolean();
        if (us == null) {
            // As master we wait for handshakes, which testpmd begins.
            boolean handshakes = random.nextBoolean() && !client();
            activity = handshakes ? Activity.HANDSHAKES : Activity.TRAFFIC;
        }
        boolean handshake = random.nextBoolean() && client();
        int momentNs = random.nextInt(handshake ? HANDSHAKE_NS : TRAFFIC_NS);
        what =
                String.format(
                        "round %d: %s in %s after %d us",
                        number,
                        kill ? "KILL" : "STOP",
                        handshake ? Activity.HANDSHAKES : activity,
                        momentNs / 1_000);
        try {
            start();
            if (handshake) {
                watcher.stopPort();
                watcher.commandInBackground("port start 0");
            }
            LockSupport.parkNanos(momentNs);
            if (kill) {
                killed(handshake);
            } else {
                stopped(handshake);
            }
        } catch (AssertionError e) {
            boolean crashed = watcher != null && Await.until(SECOND_NS, () -> !watcher.isAlive());
            if (crashed && ++crashes <= Math.max(1, rounds / ROUNDS_A_CRASH)) {
                // Of its own: it does not survive a link that is closed at a bad moment.
                endBoth();
                return;
            }
            throw new AssertionError(what + ": " + e.getMessage() + "\n" + watcher, e);
        }
    }

    private void start() throws InterruptedException, IOException {
        if (watcher == null && !client()) {
            Files.deleteIfExists(address());
            startWatcher();
        }
        if (us == null) {
            startUs();
        }
        if (watcher == null) {
            startWatcher();
            moving();
        }
    }

    private void startWatcher() throws InterruptedException {
        watcher =
                Testpmd.memif(address().toString(), client() ? "role=client" : "role=server")
                        .options("--forward-mode=io")
                        .launch();
        // A crash of its own may come as soon as this.
        watcher.settle();
    }

    private void startUs() throws InterruptedException {
        us = KillablePeer.start(address(), role, activity);
        if (!client()) {
            linked(delays.stopwatch(), 0);
        } else if (watcher != null) {
            restartPort();
        }
    }

    /** How often our process has been linked. */
    private int links() {
        return us.lines("linked").size();
    }

    /** Linked within a second, and packets move. */
    private void linked(DelayMeter.Stopwatch since, long linksBefore) throws InterruptedException {
        assertTrue(
                Await.until(Testpmd.SOON_NS, () -> links() > linksBefore || !watcher.isAlive())
                        && watcher.isAlive(),
                "no link after our return");
        returns.note(since, what + ": the link's return");
        moving();
    }

    /** Packets go both ways, unless our process ends its links all the time. */
    private void moving() throws InterruptedException {
        watcher.command("start");
        if (activity == Activity.TRAFFIC) {
            awaitPackets();
        }
    }

    private void awaitPackets() throws InterruptedException {
        long end = System.nanoTime() + Testpmd.SOON_NS;
        Testpmd.Statistics first = watcher.statistics();
        Testpmd.Statistics now = first;
        while (now.rxPackets() <= first.rxPackets() || now.txPackets() <= first.txPackets()) {
            assertTrue(System.nanoTime() - end < 0, "packets do not move: " + now);
            first = now.rxPackets() < first.rxPackets() ? now : first;
            now = watcher.statistics();
        }
    }

    private void restartPort() throws InterruptedException {
        Testpmd.PortRestart restart = watcher.restartPort(this::links, delays);
        portStarts = Math.max(portStarts, restart.attempts());
        linked(restart.since(), restart.linksBefore());
    }

    private void killed(boolean inBackground) throws InterruptedException {
        us.kill();
        DelayMeter.Stopwatch since = delays.stopwatch();
        us = null;
        kills++;
        if (inBackground) {
            watcher.settle();
        }
        long end = System.nanoTime() + Testpmd.SOON_NS;
        while (watcher.isLinkUp()) {
            assertTrue(System.nanoTime() - end < 0, "testpmd does not notice our death");
        }
        long took = since.within(SECOND_NS, "testpmd's noticing our death");
        slowestNoticeNs = Math.max(slowestNoticeNs, took);
    }

    private void stopped(boolean inBackground) throws InterruptedException {
        us.signal("STOP");
        boolean reset = !inBackground && random.nextBoolean();
        if (reset) {
            watcher.stopPort();
            watcher.commandInBackground("port start 0");
        } else if (!inBackground) {
            // A peer that waits for nothing of ours answers.
            watcher.statistics();
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_STOP_NS));
        int before = links();
        us.signal("CONT");
        DelayMeter.Stopwatch since = delays.stopwatch();
        if (reset || inBackground) {
            watcher.settle();
        }
        if (!client() && (reset || activity == Activity.HANDSHAKES)) {
            linked(since, before);
        } else if (!reset && !inBackground) {
            awaitPackets();
            returns.note(since, what + ": the traffic's return");
        } else if (Await.until(SECOND_NS, this::seesLink)) {
            returns.note(since, what + ": the link's return");
            moving();
        } else {
            restartPort();
        }
        assertTrue(us.isAlive(), "we live");
    }

    private boolean seesLink() {
        try {
            return watcher.isLinkUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void endBoth() {
        if (us != null) {
            us.close();
            us = null;
        }
        if (watcher != null) {
            watcher.close();
            watcher = null;
        }
    }
}
