package io.memif.testing;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits with a deadline for what gives no signal, such as a change of another thread's state. */
public final class Await {
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    /** Checks every millisecond; returns whether it came true in time. */
    public static boolean until(long limitNs, BooleanSupplier condition)
            throws InterruptedException {
        long end = System.nanoTime() + limitNs;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(STEP_NS);
        }
        return true;
    }

    /**
     * Collects garbage until it comes true; fails if it has not within {@link TestPackets#SOON}.
     */
    public static void collected(String what, BooleanSupplier condition)
            throws InterruptedException {
        soon(
                what,
                () -> {
                    System.gc();
                    return condition.getAsBoolean();
                });
    }

    /** Fails if it has not come true within {@link TestPackets#SOON}. */
    public static void soon(String what, BooleanSupplier condition) throws InterruptedException {
        if (!until(TestPackets.SOON, condition)) {
            throw new AssertionError("not in time: " + what);
        }
    }
}
