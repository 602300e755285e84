package io.memif.internal.control;

import java.io.Serial;

/**
 * What strangers did to a listener, for the error handler. Says all in its message and has no stack
 * trace: where in our code it was noticed tells nothing, and strangers must not make us collect it.
 */
final class ListenerReport extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1L;

    ListenerReport(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
