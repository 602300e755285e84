package io.memif.internal.memory;

/**
 * Makes the faults of shared memory appear where they can be caught.
 *
 * <p>When compiled code touches a page that the peer has cut off its file, HotSpot skips the access
 * (a load answers garbage) and throws an InternalError later: when the thread next comes out of the
 * VM. That may be in the caller's loop, or never.
 */
public final class Faults {
    /** From 18 on the pending error is a handshake, which a return from native code processes. */
    private static final boolean ON_NATIVE_RETURN = Runtime.version().feature() >= 18;

    private static final Faults VM = new Faults();

    /** Always 0; a field, so that the compiler does not know. */
    private int none;

    private Faults() {}

    /**
     * What the operator gets to read.
     *
     * @param fault thrown by an access to memory that the peer shares
     * @return the reason for which the link ends
     */
    public static String reason(InternalError fault) {
        return "shared memory was truncated by the peer (" + fault.getMessage() + ")";
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
