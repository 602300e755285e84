package io.memif;

import io.memif.internal.posix.Posix;

/** Lets tests give a socket system calls that fail. */
public final class FaultySockets {
    private FaultySockets() {}

    /**
     * Opens a socket, with its reactor, on these system calls.
     *
     * @param config of the socket
     * @param posix for all that it does
     * @return as {@link MemifSocket#open(SocketConfig)}
     */
    public static MemifSocket open(SocketConfig config, Posix posix) {
        return MemifSocket.open(config, posix);
    }
}
