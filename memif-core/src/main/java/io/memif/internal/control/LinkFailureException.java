package io.memif.internal.control;

/** Carries a failure to the caller that waits for the result. */
public final class LinkFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient LinkFailure failure;

    LinkFailureException(LinkFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /**
     * What failed.
     *
     * @return the failure
     */
    public LinkFailure failure() {
        return failure;
    }
}
