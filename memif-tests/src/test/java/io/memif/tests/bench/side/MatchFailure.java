package io.memif.tests.bench.side;

/** A run did not work out; it says nothing about speed. */
final class MatchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MatchFailure(String message) {
        super(message);
    }
}
