package io.memif.control;

import io.memif.control.LinkFailure.Code;

/** A socket could not be connected or bound. */
final class ConnectFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;

    ConnectFailure(Code code, String message) {
        super(message);
        this.code = code;
    }

    Code code() {
        return code;
    }
}
