package io.memif.internal.posix;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;

/**
 * What every call passes: the interposer before it, and the one reader of the saved errno after.
 */
final class Gate {
    private final Interposer interposer;
    private final Runtime runtime;

    Gate(Interposer interposer, Runtime runtime) {
        this.interposer = interposer;
        this.runtime = runtime;
    }

    /** Makes a call that is not on a hot path, until it does not answer EINTR. */
    int call(SystemCall call, IntSupplier attempt) {
        int result;
        do {
            result = before(call);
            if (result == 0) {
                result = after(attempt.getAsInt());
            }
        } while (result == -Errno.EINTR);
        return result;
    }

    /** As {@link #call}, for calls whose result is an address. */
    long callLong(SystemCall call, LongSupplier attempt) {
        long result;
        do {
            result = before(call);
            if (result == 0) {
                result = attempt.getAsLong();
                result = result == -1 ? after(result) : result;
            }
        } while (result == -Errno.EINTR);
        return result;
    }

    int before(SystemCall call) {
        return interposer.intercept(call);
    }

    int after(long result) {
        if (result >= 0) {
            return (int) result;
        }
        int errno = LastError.getLastError(runtime);
        return errno > 0 ? -errno : -Errno.EIO;
    }
}
