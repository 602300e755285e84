package io.memif.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Makes the faults of shared memory appear where they can be caught.
 *
 * <p>When compiled code touches a page that the peer has cut off its file, HotSpot skips the access
 * (a load returns garbage) and throws an InternalError later: when the thread next comes out of the
 * VM. That may be in the caller's loop, or never.
 *
 * <p>Making them appear costs a tenth of a microsecond, so it is done only while memory is mapped
 * whose pages a peer can take away: on files that are not sealed against shrinking, and on
 * hugepages, which are gone after a hole was punched and none is left. A call that touches memory
 * it does not know looks at {@link #state} as it begins, and asks {@link #possibleSince} before it
 * trusts what it has read.
 */
public final class Faults {
    /** From 18 on the pending error is a handshake, which a return from native code processes. */
    private static final boolean ON_NATIVE_RETURN = Runtime.version().feature() >= 18;

    private static final Faults VM = new Faults();

    private static final VarHandle STATE;

    private static final int CAUGHT_SHIFT = 32;
    private static final int ENDINGS_SHIFT = 48;
    private static final long ONE_CAUGHT = 1L << CAUGHT_SHIFT;
    private static final long ONE_ENDING = 1L << ENDINGS_SHIFT;
    private static final long CAUGHT = ONE_ENDING - ONE_CAUGHT;

    /**
     * Three counts in one word, so that one load tells that nothing has happened: mappings that can
     * fault now in bits 0 to 31, faults that calls have caught in bits 32 to 47, and in bits 48 to
     * 63 how many mappings that could fault have ended. The last two wrap, each within its bits.
     */
    private static long state;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findStaticVarHandle(Faults.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Always 0; a field, so that the compiler does not know. */
    private int none;

    /** A field, so that the reads are not for nothing. */
    private int seen;

    private Faults() {}

    /** Whether memory can fault, and what has happened: for {@link #possibleSince} and the like. */
    public static long state() {
        return (long) STATE.getAcquire();
    }

    /**
     * Whether memory that can fault has ended since: a fault may have been its, although its pages
     * are there again.
     */
    public static boolean someEnded(long since) {
        return state() >>> ENDINGS_SHIFT != since >>> ENDINGS_SHIFT;
    }

    /**
     * Whether calls have caught faults since the state was {@code since}, or that was its {@link
     * #calm}. A fault that a call has caught may have been of an access that the same thread made
     * before the call, such as to the source of a packet.
     */
    public static boolean someCaught(long since) {
        return ((state() ^ since) & CAUGHT) != 0;
    }

    /** Whether any memory can fault, or could at any time since the state was {@code since}. */
    public static boolean possibleSince(long since) {
        return (int) since != 0 || state() != since;
    }

    /**
     * The value that {@link #state} has from now on while no call catches a fault, if no memory can
     * fault or could since the state was {@code since}. Otherwise it never has this value.
     */
    public static long calm(long since) {
        return state() & CAUGHT | since & -ONE_ENDING;
    }

    /** Counts a fault that a call has caught, first of all. */
    public static void countCaught() {
        long now;
        long next;
        do {
            now = state();
            next = now & ~CAUGHT | now + ONE_CAUGHT & CAUGHT;
        } while (!STATE.compareAndSet(now, next));
    }

    static void mapped() {
        STATE.getAndAdd(1L);
    }

    /** The pages can no longer fault. */
    static void ended() {
        STATE.getAndAdd(ONE_ENDING - 1);
    }

    /**
     * What the operator gets to read.
     *
     * @param fault thrown by an access to memory that the peer shares
     */
    public static String reason(InternalError fault) {
        return "shared memory was truncated by the peer (" + fault.getMessage() + ")";
    }

    /**
     * Whether a page of a buffer is missing now. Its pages may be hugepages, and are looked at
     * every {@link Region#SMALLEST_PAGE} bytes.
     *
     * @param memory direct or not; null has all its pages
     */
    public static boolean isMissing(ByteBuffer memory) {
        if (memory == null || memory.limit() == 0) {
            return false;
        }
        try {
            int sum = memory.get(memory.limit() - 1);
            for (long at = 0; at < memory.limit(); at += Region.SMALLEST_PAGE) {
                sum += memory.get((int) at);
            }
            VM.seen = sum;
            settle();
            return false;
        } catch (InternalError e) {
            return true;
        }
    }

    /**
     * Throws what is pending, by the cheapest way through the VM that has no effect of its own.
     * Belongs at the end of the try block whose accesses it settles.
     *
     * @throws InternalError if an access of this thread has hit a page that is gone
     */
    public static void settle() {
        if (ON_NATIVE_RETURN) {
            Thread.holdsLock(VM);
        } else {
            VM.throughAllocation();
        }
    }

    /**
     * 17 looks for pending errors only after calls into the runtime, and arrays of arrays are
     * always made there (16 bytes that nobody keeps).
     */
    private void throughAllocation() {
        if (new byte[none][none].length != 0) {
            throw new AssertionError();
        }
    }
}
