package io.memif.internal.posix;

/**
 * Sits before every attempt of a system call, so that tests can make any call fail.
 *
 * <p>Called on the thread that makes the call; must be thread-safe if the {@link Posix} is shared.
 */
@FunctionalInterface
public interface Interposer {
    /** Lets every call through. */
    Interposer NONE = call -> 0;

    /**
     * Decides about one attempt of a system call. An attempt that "failed" with EINTR is made
     * again, and asks again.
     *
     * @param call the call about to be made
     * @return 0 to let it through, or the negative errno it shall seem to have failed with
     */
    int intercept(SystemCall call);
}
