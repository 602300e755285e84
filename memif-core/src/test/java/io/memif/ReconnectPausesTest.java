package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.testing.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a slave with the default intervals pauses between its attempts, read off the timer of a
 * reactor whose clock is the test's: no pause is waited for.
 */
@Timeout(60)
class ReconnectPausesTest {
    private static final long MS = 1_000_000;
    private static final long SHORTEST = 100 * MS;

    /** The first pause is the shortest one and a random part of a third. */
    private static final long LONGEST_FIRST = 134 * MS;

    private static final long LONGEST = 2_000 * MS;
    private static final long LONGEST_AFTER_LOSS = 800 * MS;

    /** Enough for the pauses to have grown as far as they do. */
    private static final int ATTEMPTS = 12;

    @TempDir Path directory;

    private DrivenReactor driven;
    private MemifReactor reactor;
    private MemifInterface slave;

    @BeforeEach
    void startWithNobodyListening() {
        driven = new DrivenReactor(directory, Posix.open(), Long.MAX_VALUE - 5 * MS);
        reactor = driven.reactor;
        slave = driven.socket().addInterface(config(Role.SLAVE));
    }

    @AfterEach
    void stop() {
        driven.close();
    }

    /** Without the watch over links: reconnects are to be the only timers. */
    private static InterfaceConfig config(Role role) {
        return InterfaceConfig.builder().role(role).repeatSignals(false).build();
    }

    /** Lets the time of the next attempt come; returns the pause after it. */
    private long pauseAfterAttempt() {
        driven.now += reactor.nextTimerDelayNs();
        reactor.doWork();
        return reactor.nextTimerDelayNs();
    }

    /** Fails attempts until the pauses grow no more; returns the longest. */
    private long longestPause() {
        long longest = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            long pause = pauseAfterAttempt();
            assertTrue(pause >= SHORTEST, "pause " + pause);
            longest = Math.max(longest, pause);
        }
        return longest;
    }

    private void linkAndLose() {
        try (MemifSocket other = driven.socket()) {
            MemifInterface master = other.addInterface(config(Role.MASTER));
            driven.now += reactor.nextTimerDelayNs();
            driven.workUntil(() -> slave.isConnected() && master.isConnected());
        }
        // Helpers have a timer of their own until they are done and have said so.
        driven.workUntil(() -> !slave.isConnected() && !reactor.control().isHelped());
        reactor.doWork();
    }

    private void assertShort(long pause) {
        assertTrue(pause >= SHORTEST && pause <= LONGEST_FIRST, "pause " + pause);
    }

    private static void assertAbout(long wanted, long longest) {
        assertTrue(longest > wanted * 3 / 4 && longest <= wanted, "longest pause " + longest);
    }

    /** Or all slaves of a master that comes back would try in the same moments. */
    @Test
    void pausesDifferBetweenProcesses() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (ChildProcess child =
                    ChildProcess.java(ChildProcess.SMALL_JVM, PrintPauses.class)
                            .withoutInput()
                            .start()) {
                assertEquals(0, child.exitCode(), child::toString);
                all.add(child.awaitLine("pauses "));
            }
        }
        assertNotEquals(all.get(0), all.get(1));
    }

    /** Prints the pauses of a slave that finds nobody listening. */
    static final class PrintPauses {
        private PrintPauses() {}

        public static void main(String[] args) {
            ReconnectPausesTest test = new ReconnectPausesTest();
            test.directory = Path.of("/nowhere");
            test.startWithNobodyListening();
            List<Long> pauses = new ArrayList<>();
            for (int i = 0; i < ATTEMPTS; i++) {
                pauses.add(test.pauseAfterAttempt());
            }
            test.stop();
            System.out.println("pauses " + pauses);
        }
    }

    @Test
    void pausesGrowToTheLongestBeforeTheFirstLink() {
        assertShort(pauseAfterAttempt());
        assertAbout(LONGEST, longestPause());
    }

    @Test
    void aLossBeginsAnewAndStaysBelowASecond() {
        assertAbout(LONGEST, longestPause());
        for (int i = 0; i < 3; i++) {
            linkAndLose();
            assertShort(reactor.nextTimerDelayNs());
            assertAbout(LONGEST_AFTER_LOSS, longestPause());
        }
    }

    @Test
    void everyOneOfManyLossesBeginsAnew() {
        for (int i = 0; i < ATTEMPTS; i++) {
            linkAndLose();
            assertShort(reactor.nextTimerDelayNs());
        }
    }

    @Test
    void takingItUpBeginsAnewAndGrowsToTheLongestAgain() {
        linkAndLose();
        assertAbout(LONGEST_AFTER_LOSS, longestPause());
        slave.setAdminUp(false);
        assertEquals(Long.MAX_VALUE, reactor.nextTimerDelayNs(), "down, nothing is tried");
        slave.setAdminUp(true);
        assertShort(reactor.nextTimerDelayNs());
        assertAbout(LONGEST, longestPause());
    }
}
