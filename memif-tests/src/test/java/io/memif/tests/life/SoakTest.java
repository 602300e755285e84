package io.memif.tests.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.Role;
import io.memif.testing.ChildProcess;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two JVMs at full rate in both directions, with reconnects every second or two. Before every other
 * one both ends pause and drain: then everything that was published has come, exactly once and in
 * order. The others cut the link in mid-traffic: what comes is whole, in order and never twice.
 *
 * <p>24 s in every build, 10 minutes for each role with {@code -Dmemif.long=true}; {@code
 * -Dmemif.rounds} are seconds.
 */
@Tag("once")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SoakTest {
    private static final Pattern ANSWER =
            Pattern.compile("sent (\\d+) next (\\d+) missing (\\d+) wrong (.*)");

    /** At least a few of a link's packets, even on the slowest machine. */
    private static final int FEW = 100;

    @TempDir Path directory;

    private final Random random = Effort.random("SoakTest");
    private SoakEnd ours;
    private ChildProcess theirs;
    private long missing;
    private long theirMissing;

    /** What an end has said of itself. */
    private record Answer(long sent, long next, long missing) {
        static Answer of(String line) {
            Matcher matcher = ANSWER.matcher(line);
            assertTrue(matcher.matches(), line);
            assertEquals("null", matcher.group(4));
            return new Answer(
                    Long.parseLong(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)));
        }
    }

    private Answer ours(String command) throws InterruptedException {
        return Answer.of(ours.execute(command));
    }

    private Answer theirs(String command) throws InterruptedException {
        theirs.send(command);
        return Answer.of(theirs.awaitLine("sent"));
    }

    @ParameterizedTest(name = "we are {0}")
    @EnumSource(Role.class)
    void everyPacketOnce(Role role) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Effort.of(8, 600));
        String address = directory.resolve("s").toString();
        Role other = role == Role.SLAVE ? Role.MASTER : Role.SLAVE;
        int links = 0;
        try (ChildProcess child =
                        ChildProcess.java(SoakPeer.class, address, other.toString()).start();
                SoakEnd end0 = new SoakEnd(address, role)) {
            theirs = child;
            ours = end0;
            child.awaitLine("open");
            while (System.nanoTime() - end < 0) {
                runLink(++links, links % 2 == 1);
            }
            runLink(++links, true);
            Answer last = ours("pause");
            System.out.println(
                    "SoakTest: "
                            + role
                            + ", "
                            + links
                            + " links, ours "
                            + last
                            + ", theirs "
                            + theirs("pause"));
        } finally {
            ours = null;
        }
    }

    private void runLink(int link, boolean drained) throws InterruptedException {
        Answer before = ours("send");
        Answer theirBefore = theirs("send");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(2_000)));
        if (drained) {
            Answer mine = ours("pause");
            Answer peers = theirs("pause");
            Answer mineDrained = ours("drain " + peers.sent);
            Answer peersDrained = theirs("drain " + mine.sent);
            assertEquals(peers.sent, mineDrained.next, "all of theirs has come");
            assertEquals(mine.sent, peersDrained.next, "all of ours has come");
            missing = mineDrained.missing;
            theirMissing = peersDrained.missing;
            assertTrue(mine.sent > before.sent + FEW, "we send: " + mine);
            assertTrue(peers.sent > theirBefore.sent + FEW, "they send: " + peers);
        } else {
            // The link before was drained, so that this one began without a gap.
            assertEquals(missing, ours("send").missing);
            assertEquals(theirMissing, theirs("send").missing);
        }
        if (random.nextBoolean()) {
            ours("bounce");
        } else {
            theirs("bounce");
        }
        // Or an end that has not noticed yet would begin to send into the link that is gone.
        ours("ended " + link);
        theirs("ended " + link);
    }
}
