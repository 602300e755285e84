package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Errno;
import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the wait itself fails: reported, no spinning, and everything works again afterwards. */
@Timeout(30)
class PollGroupFailureTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile SystemCall failing;
    private volatile int waits;
    private volatile CountDownLatch polled = new CountDownLatch(1);
    private final Posix posix =
            TestPosix.open(
                    call -> {
                        if (call == SystemCall.EPOLL_WAIT) {
                            waits++;
                        } else if (call == SystemCall.POLL) {
                            polled.countDown();
                        }
                        return call == failing ? -Errno.ENOMEM : 0;
                    });
    private final List<Throwable> errors = new ArrayList<>();
    private long now;

    @Test
    void pausesLongerAndLongerUpToASecond() {
        try (PollGroup group = new PollGroup(posix, () -> now, errors::add)) {
            failing = SystemCall.EPOLL_WAIT;
            List<Long> times = new ArrayList<>();
            for (now = 0; now < 5_000 * MS; now += MS) {
                int before = waits;
                assertEquals(0, group.poll(0, 8));
                if (waits > before) {
                    times.add(now / MS);
                }
            }
            // 10 ms after the first failure, then 20, 40, ... and at most 1,000.
            assertEquals(
                    List.of(0L, 10L, 30L, 70L, 150L, 310L, 630L, 1270L, 2270L, 3270L, 4270L),
                    times);
            assertEquals(times.size(), errors.size());
            UnixException error = (UnixException) errors.get(0);
            assertEquals(Errno.ENOMEM, error.errno());
            failing = null;
            now += 1_000 * MS;
            group.poll(0, 8);
            failing = SystemCall.EPOLL_WAIT;
            int before = waits;
            group.poll(0, 8);
            now += 10 * MS;
            group.poll(0, 8);
            assertEquals(before + 2, waits, "the first pause is short again");
        }
    }

    @Test
    void timersRunDuringAPauseAndMembersAfterIt() {
        try (PollGroup group = new PollGroup(posix, System::nanoTime, errors::add);
                EventFd event = EventFd.create(posix, "event")) {
            int[] seen = new int[2];
            group.add(event.fd(), PollKey.READ, (k, r) -> seen[0]++);
            event.signal();
            failing = SystemCall.EPOLL_WAIT;
            group.schedule(3 * MS, () -> seen[1]++);
            while (seen[1] == 0) {
                group.poll(Long.MAX_VALUE, 8);
            }
            assertEquals(0, seen[0]);
            failing = null;
            while (seen[0] == 0) {
                group.poll(Long.MAX_VALUE, 8);
            }
            assertEquals(1, errors.size());
        }
    }

    @Test
    void wakeUpEndsAPause() throws InterruptedException {
        try (PollGroup group = new PollGroup(posix, () -> now, errors::add)) {
            failing = SystemCall.EPOLL_WAIT;
            group.poll(0, 8);
            polled = new CountDownLatch(1);
            Thread waker =
                    new Thread(
                            () -> {
                                try {
                                    polled.await();
                                    group.wakeUp();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            waker.start();
            // The clock stands still, so that only the wake-up can end this pause early.
            long start = System.nanoTime();
            group.poll(Long.MAX_VALUE, 8);
            waker.join();
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
            failing = null;
            now += 20 * MS;
            assertEquals(0, group.poll(0, 8));
            assertEquals(1, errors.size());
        }
    }

    @Test
    void failuresOfConstructionLeaveNothing() {
        for (SystemCall call :
                new SystemCall[] {
                    SystemCall.EPOLL_CREATE, SystemCall.EVENTFD, SystemCall.EPOLL_CTL
                }) {
            failing = call;
            RuntimeException failed =
                    assertThrows(
                            RuntimeException.class,
                            () -> new PollGroup(posix, () -> now, errors::add));
            assertTrue(failed instanceof UnixException || failed instanceof UnixException);
            assertTrue(failed.getMessage().contains("ENOMEM"), failed.getMessage());
        }
    }

    @Test
    void refusedChangeLeavesTheInterestAsItWas() {
        try (PollGroup group = new PollGroup(posix, () -> now, errors::add);
                EventFd event = EventFd.create(posix, "event")) {
            PollKey key = group.add(event.fd(), PollKey.READ, (k, r) -> {});
            failing = SystemCall.EPOLL_CTL;
            assertThrows(UnixException.class, () -> key.interest(PollKey.WRITE));
            assertEquals(PollKey.READ, key.interest());
            assertThrows(IllegalArgumentException.class, () -> key.interest(PollKey.HANGUP));
            failing = null;
            key.interest(PollKey.WRITE);
            assertEquals(1, group.poll(0, 8));
            key.remove();
            assertThrows(IllegalStateException.class, () -> key.interest(PollKey.READ));
        }
    }
}
