package io.memif.internal.posix;

import org.junit.jupiter.api.Assumptions;

/**
 * Another user for one thread: the kernel keeps users by thread, libc alone changes them for all.
 */
public final class ThreadUser implements AutoCloseable {
    private static final long KEEP = -1;

    private final NativeLibrary library = NativeLibrary.get();

    /** The calling thread is the user's until the close; skips the test where only root may. */
    public ThreadUser(int uid) {
        Assumptions.assumeTrue(become(uid) == 0, "only root can act as another user");
    }

    private long become(int uid) {
        int setresuid = library.abi == KernelAbi.X86_64 ? 117 : 147;
        return library.calls.invoke(SystemCall.MEMBARRIER, setresuid, KEEP, uid, KEEP, 0, 0);
    }

    @Override
    public void close() {
        if (become(0) != 0) {
            throw new AssertionError("not root again");
        }
    }
}
