package io.memif.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Posix;
import io.memif.internal.posix.SystemCall;
import io.memif.testing.TestPosix;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waking the polling thread: at once, from any thread, without needless system calls. */
@Timeout(30)
class WakeUpTest {
    private final AtomicInteger writes = new AtomicInteger();
    private volatile CountDownLatch waiting = new CountDownLatch(1);
    private final Posix posix =
            TestPosix.open(
                    call -> {
                        if (call == SystemCall.WRITE) {
                            writes.incrementAndGet();
                        } else if (call == SystemCall.EPOLL_WAIT) {
                            waiting.countDown();
                        }
                        return 0;
                    });

    @Test
    void endsAWaitFromAnotherThread() throws InterruptedException {
        try (PollGroup group = TestPosix.pollGroup(posix)) {
            Thread waker =
                    new Thread(
                            () -> {
                                try {
                                    waiting.await();
                                    group.wakeUp();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            waker.start();
            assertEquals(0, group.poll(Long.MAX_VALUE, 8));
            waker.join();
        }
    }

    @Test
    void countsForTheNextWaitIfNobodyWaits() {
        try (PollGroup group = TestPosix.pollGroup(posix)) {
            group.wakeUp();
            group.wakeUp();
            assertEquals(0, group.poll(Long.MAX_VALUE, 8));
            assertEquals(0, writes.get());
        }
    }

    @Test
    void costsNoSystemCallInsideACallback() {
        try (PollGroup group = TestPosix.pollGroup(posix)) {
            group.schedule(0, group::wakeUp);
            group.poll(Long.MAX_VALUE, 8);
            assertEquals(0, group.poll(Long.MAX_VALUE, 8));
            assertEquals(0, writes.get());
        }
    }

    @Test
    void isNeverLost() throws InterruptedException {
        int rounds = 20_000;
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        try (PollGroup group = TestPosix.pollGroup(posix)) {
            AtomicInteger answered = new AtomicInteger();
            Thread waker =
                    new Thread(
                            () -> {
                                for (int i = 1; i <= rounds; i++) {
                                    asked.set(i);
                                    group.wakeUp();
                                    while (answered.get() < i && !failed.get()) {
                                        Thread.onSpinWait();
                                    }
                                }
                            });
            waker.start();
            while (answered.get() < rounds) {
                group.poll(Long.MAX_VALUE, 8);
                answered.set(asked.get());
            }
            waker.join();
        } finally {
            failed.set(true);
        }
        assertTrue(writes.get() <= rounds, "at most one write for each wake-up");
    }
}
