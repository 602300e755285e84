package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.testing.Opened;
import io.memif.testing.TestPosix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With more members ready than a turn takes, nobody starves. */
@Timeout(30)
class FairnessTest {
    private static final int MEMBERS = 256;
    private static final int BATCH = 32;

    @RegisterExtension final Opened opened = new Opened();

    private final Posix posix = TestPosix.open();
    private final PollGroup group = opened.keep(TestPosix.pollGroup(posix));
    private final int[] calls = new int[MEMBERS];

    private void addReadyMembers() {
        for (int i = 0; i < MEMBERS; i++) {
            EventFd event = opened.keep(EventFd.create(posix, "member " + i));
            event.signal();
            int index = i;
            group.add(event.fd(), PollKey.READ, (key, ready) -> calls[index]++);
        }
    }

    private int most() {
        int most = 0;
        for (int each : calls) {
            most = Math.max(most, each);
        }
        return most;
    }

    private int least() {
        int least = Integer.MAX_VALUE;
        for (int each : calls) {
            least = Math.min(least, each);
        }
        return least;
    }

    @Test
    void everyReadyMemberHasItsTurnInEachRound() {
        addReadyMembers();
        int turnsOfARound = MEMBERS / BATCH;
        for (int round = 1; round <= 100; round++) {
            for (int turn = 0; turn < turnsOfARound; turn++) {
                assertEquals(BATCH, group.poll(Long.MAX_VALUE, BATCH));
            }
            assertEquals(round, least(), "least served after round " + round);
            assertEquals(round, most(), "most served after round " + round);
        }
    }

    @Test
    void wakeUpsAndTimersAreNotStarvedAndDoNotStarve() {
        addReadyMembers();
        TurnCounter counter = new TurnCounter(group);
        int turns = 100 * MEMBERS / BATCH;
        for (int turn = 0; turn < turns; turn++) {
            group.wakeUp();
            group.poll(Long.MAX_VALUE, BATCH);
        }
        assertEquals(turns, counter.turns());
        assertTrue(most() - least() <= 1, least() + " to " + most());
    }

    @Test
    void newcomersAndChangesDoNotPushOthersOut() {
        addReadyMembers();
        PollKey[] busy = new PollKey[1];
        int[] busyCalls = new int[1];
        EventFd event = opened.keep(EventFd.create(posix, "busy"));
        event.signal();
        // A member that changes its interest all the time goes to the kernel's list each time.
        busy[0] =
                group.add(
                        event.fd(),
                        PollKey.READ,
                        (key, ready) -> {
                            busyCalls[0]++;
                            key.interest(key.interest() ^ PollKey.WRITE);
                        });
        int turns = 50 * (MEMBERS + 1) / BATCH;
        for (int turn = 0; turn < turns; turn++) {
            group.poll(Long.MAX_VALUE, BATCH);
        }
        assertTrue(least() >= 45, "least served " + least());
        assertTrue(busyCalls[0] <= most() + 2, "busy " + busyCalls[0] + " most " + most());
    }
}
