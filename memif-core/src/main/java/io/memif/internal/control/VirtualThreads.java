package io.memif.internal.control;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.locks.LockSupport;

/**
 * What a wait has to know of virtual threads, which Java 17 does not have. In a system call they
 * would keep their carrier, and a few waiting queues would stop all others; so they park.
 */
public final class VirtualThreads {
    /** Thread.isVirtual(); null before Java 21. */
    private static final MethodHandle IS_VIRTUAL = find();

    /** Turns between two parks, less one: a power of two, less one. */
    private static final int YIELDS = 63;

    private VirtualThreads() {}

    private static MethodHandle find() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** Whether the caller is a virtual thread. */
    public static boolean isCurrent() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A pause in a loop that spins. A virtual thread lets others have its carrier: it yields, which
     * the scheduler may answer with the same few threads again and again, and parks now and then.
     *
     * @param turn of the loop, counted
     */
    public static void onSpinWait(int turn) {
        if (!isCurrent()) {
            Thread.onSpinWait();
        } else if ((turn & YIELDS) == YIELDS) {
            LockSupport.parkNanos(1);
        } else {
            Thread.yield();
        }
    }
}
