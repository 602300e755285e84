package io.memif.unix.pass;

/** Told that a {@link WriteRequest} is done; called on the thread that polls. */
@FunctionalInterface
public interface WriteCompletion {
    /**
     * The request is done and may be queued again, also from in here. What this throws goes to the
     * group's error handler.
     *
     * @param request the request
     * @param result bytes sent, all of them; or the negative errno: ECANCELED if the writer was
     *     closed
     */
    void onComplete(WriteRequest request, int result);
}
