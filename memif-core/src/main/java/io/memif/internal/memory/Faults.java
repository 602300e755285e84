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
 * it does not know looks at {@link #state} as it begins, which covers what it touches later: the
 * thread has got the memory from somebody who mapped it before.
 */
public final class Faults {
    /** From 18 on the pending error is a handshake, which a return from native code processes. */
    private static final boolean ON_NATIVE_RETURN = Runtime.version().feature() >= 18;

    private static final Faults VM = new Faults();

    private static final VarHandle STATE;

    private static final long MAPPINGS = (1L << 24) - 1;
    private static final int CAUGHT_SHIFT = 24;
    private static final long CAUGHT = (1L << 44) - 1 & ~MAPPINGS;
    private static final int ENDINGS_SHIFT = 44;

    /**
     * Three counts in one word, so that one load tells that nothing has happened: mappings that can
     * fault in bits 0 to 23, faults that calls have caught in bits 24 to 43, mappings that could
     * fault and have ended in the rest. The last two wrap.
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

    /**
     * Which memory can fault, and what has been: for {@link #possible}, {@link #someEnded} and
     * {@link #someCaught}.
     */
    public static long state() {
        return (long) STATE.getAcquire();
    }

    /** Whether any memory was mapped that can fault. */
    public static boolean possible(long state) {
        return (state & MAPPINGS) != 0;
    }

    /**
     * Whether memory that can fault has ended since: a fault may have been its, although its pages
     * are there again.
     */
    public static boolean someEnded(long since) {
        return state() >>> ENDINGS_SHIFT != since >>> ENDINGS_SHIFT;
    }

    /**
     * Whether calls have caught faults since the state was {@code since}, or the {@link #calm} of
     * that moment. A fault that a call has caught may have been of an access that the same thread
     * made before the call, such as to the source of a packet.
     */
    public static boolean someCaught(long since) {
        return ((state() ^ since) & CAUGHT) != 0;
    }

    /**
     * What {@link #state} stays while no memory can fault and no call catches a fault. If memory
     * can fault now, the state never has this value.
     */
    public static long calm() {
        return state() & ~MAPPINGS;
    }

    /** Counts a fault that a call has caught, first of all. */
    public static void countCaught() {
        STATE.getAndAdd(1L << CAUGHT_SHIFT);
    }

    static void mapped() {
        STATE.getAndAdd(1L);
    }

    /** The pages can no longer fault. */
    static void ended() {
        STATE.getAndAdd((1L << ENDINGS_SHIFT) - 1);
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
