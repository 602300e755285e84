package io.memif.internal.control;

import io.memif.MemifException.Code;

/** A socket could not be connected or bound. */
final class ConnectFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final boolean busy;

    ConnectFailure(Code code, String message) {
        this(code, message, false);
    }

    private ConnectFailure(Code code, String message, boolean busy) {
        super(message);
        this.code = code;
        this.busy = busy;
    }

    static ConnectFailure busy(String message) {
        return new ConnectFailure(Code.NOBODY_LISTENS, message, true);
    }

    /** Whether the peer is there, with too many before us: who comes again soon is let in. */
    boolean busy() {
        return busy;
    }

    Code code() {
        return code;
    }
}
