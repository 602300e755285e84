package io.memif.tests.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.memif.internal.posix.Interposer;
import io.memif.internal.posix.SystemCall;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Once armed, holds the first call of a kind that a helper makes until the test lets it go. */
final class HeldCall implements Interposer {
    private static final long SOON_S = 20;

    private final SystemCall kind;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile boolean armed;

    HeldCall(SystemCall kind) {
        this.kind = kind;
    }

    static boolean isHelper() {
        return Thread.currentThread().getName().endsWith("helper");
    }

    void arm() {
        armed = true;
    }

    @Override
    public int intercept(SystemCall call) {
        if (armed && call == kind && isHelper()) {
            reached.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return 0;
    }

    void awaitReached() throws InterruptedException {
        assertTrue(reached.await(SOON_S, TimeUnit.SECONDS), "a helper makes the call");
    }

    void letGo() {
        letGo.countDown();
    }
}
