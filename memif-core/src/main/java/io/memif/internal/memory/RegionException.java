package io.memif.internal.memory;

/** A region could not be created, was refused, or could not be mapped. */
public final class RegionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With a reason.
     *
     * @param message what happened and what to do about it
     */
    public RegionException(String message) {
        super(message);
    }

    /**
     * With a reason and a cause.
     *
     * @param message what happened and what to do about it
     * @param cause below it
     */
    public RegionException(String message, Throwable cause) {
        super(message, cause);
    }
}
