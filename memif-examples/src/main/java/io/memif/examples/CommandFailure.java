package io.memif.examples;

/** A command cannot do what it was asked to; the message is for its user, in one sentence. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what happened and what to do, one sentence without a full stop
     */
    public CommandFailure(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message what happened and what to do, one sentence without a full stop
     * @param cause is not shown
     */
    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
