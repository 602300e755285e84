package io.memif;

import io.memif.internal.posix.Posix;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Lets tests give a socket or a reactor system calls that fail, and look at its thread. */
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

    /**
     * A reactor on these system calls.
     *
     * @param ownThread whether it has a thread
     * @param errorHandler gets what goes wrong
     * @param posix for all that it does
     * @return as {@link MemifReactor#start} or {@link MemifReactor#callerDriven}
     */
    public static MemifReactor reactor(
            boolean ownThread, Consumer<Throwable> errorHandler, Posix posix) {
        return ownThread
                ? MemifReactor.start("faulty reactor", errorHandler, posix)
                : MemifReactor.callerDriven(errorHandler, posix);
    }

    /**
     * Runs a task on the control thread of a reactor and waits for it.
     *
     * @param reactor which has a thread of its own
     * @param task what to run
     * @param <T> of the result
     * @return what the task returned
     */
    public static <T> T onControlThread(MemifReactor reactor, Supplier<T> task) {
        return reactor.control().call(task);
    }

    /**
     * Whether helpers of a reactor are at work.
     *
     * @param reactor to be asked from any thread
     * @return true if so, at this moment
     */
    public static boolean isHelped(MemifReactor reactor) {
        return reactor.control().isHelped();
    }
}
