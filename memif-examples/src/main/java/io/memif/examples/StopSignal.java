package io.memif.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that runs until told otherwise to end: because it is done, or because of SIGTERM
 * or Ctrl-C. Any thread.
 *
 * <p>The JVM answers those signals by running its shutdown hooks and exiting with 128 plus the
 * signal's number. Ours asks the command to end, waits until it has, and exits with the command's
 * own code instead.
 */
public final class StopSignal {
    private static final long LONGEST_GOODBYE_SECONDS = 10;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int exitCode = 1;

    /** A signal that nothing but {@link #request} raises. */
    public StopSignal() {}

    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::endJvm, "memif-stop"));
        return signal;
    }

    private void endJvm() {
        if (finished.getCount() == 0) {
            return;
        }
        request();
        try {
            boolean inTime = finished.await(LONGEST_GOODBYE_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(inTime ? exitCode : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    void finished(int code) {
        exitCode = code;
        finished.countDown();
    }

    /** Asks the command to end. Idempotent. */
    public void request() {
        requested.countDown();
    }

    /**
     * Whether the command shall end.
     *
     * @return true from the first request on
     */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /**
     * Waits until the command shall end.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void await() throws InterruptedException {
        requested.await();
    }

    /**
     * Waits until the command shall end.
     *
     * @param timeoutNs longest wait in nanoseconds
     * @return whether it shall
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(long timeoutNs) throws InterruptedException {
        return requested.await(timeoutNs, TimeUnit.NANOSECONDS);
    }
}
