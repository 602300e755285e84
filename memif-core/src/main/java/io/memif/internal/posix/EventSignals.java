package io.memif.internal.posix;

import java.nio.ByteBuffer;

/**
 * Signals event counters without ever waiting, whatever flags their other owners set: by a
 * completion of asynchronous I/O, for which the kernel adds to the counter and cuts off at its top.
 *
 * <p>The operation that completes is a poll of the counter itself, which always is readable or
 * writable. One context serves the process, since a context is a kernel resource with a limit
 * (fs.aio-max-nr). Its completions are fetched when it is full. Thread-safe.
 */
final class EventSignals {
    private static final int CONTEXT_EVENTS = 128;
    private static final int EVENT_BYTES = 32;
    private static final int TRIES = 16;

    private final KernelAbi abi;
    private final NativeMemory completions = new NativeMemory(CONTEXT_EVENTS * EVENT_BYTES);
    private final NativeMemory noTime = new NativeMemory(16);

    /** 0 until it is made, the negative errno if it cannot be. */
    private volatile long context;

    EventSignals(KernelAbi abi) {
        this.abi = abi;
    }

    /**
     * Adds one to a counter.
     *
     * @return 0 or the negative errno; ENOSYS, EPERM, EINVAL where kernel or sandbox do not offer
     *     it
     */
    int submit(Gate gate, EventRequests requests) {
        long open = context;
        if (open == 0) {
            open = open(gate);
        }
        if (open < 0) {
            return (int) open;
        }
        int result = attempt(gate, open, requests);
        for (int i = 0; i < TRIES && result == -Errno.EAGAIN; i++) {
            fetchCompletions(gate, open);
            result = attempt(gate, open, requests);
        }
        return Math.min(result, 0);
    }

    private int attempt(Gate gate, long open, EventRequests requests) {
        ByteBuffer memory = requests.buffer();
        long operations = requests.operations();
        return gate.call(SystemCall.IO_SUBMIT, memory, abi.ioSubmit, open, 1, operations);
    }

    int fetchCompletions(Gate gate, long open) {
        return gate.call(
                SystemCall.IO_GETEVENTS,
                completions.buffer,
                abi.ioGetevents,
                open,
                0,
                CONTEXT_EVENTS,
                completions.address,
                noTime.address);
    }

    private synchronized long open(Gate gate) {
        if (context == 0) {
            int refused;
            do {
                refused = gate.before(SystemCall.IO_SETUP);
            } while (refused == -Errno.EINTR);
            if (refused < 0) {
                return refused;
            }
            NativeMemory made = new NativeMemory(8);
            int result =
                    gate.callUnasked(
                            SystemCall.IO_SETUP,
                            made.buffer,
                            abi.ioSetup,
                            CONTEXT_EVENTS,
                            made.address);
            context = result < 0 ? result : made.buffer.getLong(0);
        }
        return context;
    }
}
