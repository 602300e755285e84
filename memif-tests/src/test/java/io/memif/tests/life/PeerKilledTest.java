package io.memif.tests.life;

import io.memif.Role;
import io.memif.testing.ChildProcess;
import io.memif.tests.life.KillablePeer.Activity;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A second JVM is killed, or stopped and continued, at random moments of the handshake and of full
 * traffic: the survivor notices, releases everything, keeps answering, and is linked again within a
 * second of the peer's return.
 *
 * <p>20 rounds in every build, 1,000 with {@code -Dmemif.long=true} (some 20 minutes).
 */
@Tag("once")
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class PeerKilledTest extends PeerFailureCase {
    private static final int LATEST_NS = 60_000_000;

    @TempDir Path directory;

    private Role theirRole;
    private Activity activity;
    private ChildProcess peer;

    @ParameterizedTest(name = "survivor {0}")
    @EnumSource(Role.class)
    void survivesThePeer(Role role) throws Exception {
        theirRole = role == Role.SLAVE ? Role.MASTER : Role.SLAVE;
        run(role, address(), Math.max(1, Effort.of(20, 1_000) / 2));
    }

    private Path address() {
        return directory.resolve("s");
    }

    @Override
    protected void signal(String signal) throws InterruptedException {
        peer.signal(signal);
    }

    @Override
    protected void endPeer() {
        if (peer != null) {
            peer.close();
        }
    }

    @Override
    protected void round(int number) throws Exception {
        boolean kill = random().nextBoolean();
        if (peer == null) {
            activity = random().nextBoolean() ? Activity.TRAFFIC : Activity.HANDSHAKES;
        }
        long momentNs = random().nextInt(LATEST_NS);
        roundIs(number, kill ? "KILL" : "STOP", activity, momentNs);
        try {
            if (peer == null) {
                start();
            }
            LockSupport.parkNanos(momentNs);
            if (kill) {
                killed();
            } else {
                stopped();
            }
            traffic().check();
        } catch (AssertionError e) {
            throw new AssertionError(what() + ": " + e.getMessage(), e);
        }
    }

    private void start() throws InterruptedException {
        long links = us().details().links();
        peer = KillablePeer.start(address(), theirRole, activity);
        returned(delays().stopwatch(), links);
    }

    private void returned(DelayMeter.Stopwatch since, long linksBefore)
            throws InterruptedException {
        awaitLink(since, linksBefore, () -> true);
        if (activity == Activity.TRAFFIC) {
            awaitTraffic();
        }
    }

    private void killed() throws InterruptedException {
        peer.kill();
        peer = null;
        awaitDeathNoticed();
    }

    private void stopped() throws InterruptedException {
        Continued continued = stopAndContinue();
        if (continued.wasUp() && activity == Activity.TRAFFIC) {
            awaitTraffic(continued);
        } else {
            returned(continued.since(), continued.links());
        }
    }
}
