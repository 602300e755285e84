package io.memif;

/** Told by an engine, on the thread that polls or sends, that its memory can no longer be used. */
@FunctionalInterface
public interface LinkFault {
    /**
     * The link has to end.
     *
     * @param reason what was seen, for the operator
     */
    void onFault(String reason);
}
