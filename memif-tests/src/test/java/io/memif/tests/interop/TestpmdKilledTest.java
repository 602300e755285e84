package io.memif.tests.interop;

import io.memif.Role;
import io.memif.testing.Await;
import io.memif.tests.life.DelayMeter;
import io.memif.tests.life.Effort;
import io.memif.tests.life.PeerFailureCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Testpmd is killed, or stopped and continued, at random moments of the handshake and of full
 * traffic: we notice, release everything, and are linked again within a second of its return. (Its
 * client never connects again by itself: its return is the start of its port.)
 *
 * <p>20 rounds in every build, 1,000 with {@code -Dmemif.long=true} (some 30 minutes).
 */
@Tag("once")
@Needs(Need.TESTPMD)
@Timeout(value = 120, unit = TimeUnit.MINUTES)
class TestpmdKilledTest extends PeerFailureCase {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HANDSHAKE_NS = 8_000_000;
    private static final int MOST_CRASHES = 50;
    private static final int TRAFFIC_NS = 60_000_000;

    @TempDir Path directory;

    private Testpmd peer;
    private int portStarts;
    private int crashes;

    private Path address() {
        return directory.resolve("s");
    }

    @ParameterizedTest(name = "we are {0}")
    @EnumSource(Role.class)
    void survivesThePeer(Role role) throws Exception {
        run(role, address(), Math.max(1, Effort.of(20, 1_000) / 2));
    }

    @Override
    protected String remarks() {
        return ", most port starts for a link " + portStarts + ", crashes of testpmd " + crashes;
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

    private boolean client() {
        return us().config().role() == Role.MASTER;
    }

    @Override
    protected void round(int number) throws Exception {
        boolean kill = random().nextBoolean();
        boolean handshake = random().nextBoolean();
        int momentNs = random().nextInt(handshake ? HANDSHAKE_NS : TRAFFIC_NS);
        roundIs(number, kill ? "KILL" : "STOP", handshake ? "handshake" : "traffic", momentNs);
        try {
            if (peer == null) {
                start();
            }
            if (handshake) {
                newHandshake();
            }
            LockSupport.parkNanos(momentNs);
            if (kill) {
                killed();
            } else {
                stopped(handshake && client());
            }
            traffic().check();
        } catch (AssertionError e) {
            boolean crashed = peer != null && Await.until(SECOND_NS, () -> !peer.isAlive());
            if (crashed && ++crashes <= MOST_CRASHES) {
                // Of its own: it does not survive a link that is closed at a bad moment.
                killed();
                return;
            }
            throw new AssertionError(
                    what() + ": " + e.getMessage() + "\n" + us().details() + "\n" + peer, e);
        }
    }

    private void start() throws InterruptedException, IOException {
        long links = us().details().links();
        if (!client()) {
            // A killed server leaves it, and the next one would not start.
            Files.deleteIfExists(address());
        }
        peer =
                Testpmd.memif(address().toString(), client() ? "role=client" : "role=server")
                        .options("--forward-mode=io")
                        .launch();
        // A crash of its own may come as soon as this.
        peer.settle();
        returned(delays().stopwatch(), links);
    }

    private void newHandshake() throws InterruptedException {
        if (client()) {
            peer.stopPort();
            peer.commandInBackground("port start 0");
        } else {
            us().setAdminUp(false);
            us().setAdminUp(true);
        }
    }

    private void returned(DelayMeter.Stopwatch since, long linksBefore)
            throws InterruptedException {
        awaitLink(since, linksBefore, peer::isAlive);
        peer.command("start");
        awaitTraffic();
    }

    private void killed() throws InterruptedException {
        peer.kill();
        peer.close();
        peer = null;
        awaitDeathNoticed();
    }

    private void stopped(boolean inBackground) throws InterruptedException {
        Continued continued = stopAndContinue();
        if (inBackground) {
            peer.settle();
        }
        if (continued.wasUp() && !inBackground) {
            awaitTraffic(continued);
        } else if (client() && !Await.until(SECOND_NS, us()::isConnected)) {
            restartPort();
        } else if (!us().isConnected()) {
            returned(continued.since(), continued.links());
        }
        peer.command("start");
        awaitTraffic();
    }

    private void restartPort() throws InterruptedException {
        Testpmd.PortRestart restart = peer.restartPort(() -> us().details().links(), delays());
        portStarts = Math.max(portStarts, restart.attempts());
        returned(restart.since(), restart.linksBefore());
    }
}
