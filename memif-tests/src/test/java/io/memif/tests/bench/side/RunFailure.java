package io.memif.tests.bench.side;

/** A run did not work out; it says nothing about speed. */
final class RunFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunFailure(String message) {
        super(message);
    }
}
