package io.memif.tests.interop;

/** Closes several things although closing some may fail. */
final class CloseAll {
    private CloseAll() {}

    /**
     * Closes all, in order, and then throws what the first failure was.
     *
     * @param things any of which may be null
     */
    static void all(AutoCloseable... things) {
        AssertionError failure = null;
        for (AutoCloseable thing : things) {
            try {
                if (thing != null) {
                    thing.close();
                }
            } catch (Exception e) {
                failure = failure == null ? new AssertionError("closing " + thing, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
