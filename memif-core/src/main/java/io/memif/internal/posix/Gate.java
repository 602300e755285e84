package io.memif.internal.posix;

import com.kenai.jffi.LastError;
import java.util.function.LongSupplier;

/**
 * What every call passes: the interposer before it, and the one reader of the saved errno after.
 */
final class Gate {
    private final Interposer interposer;

    Gate(Interposer interposer) {
        this.interposer = interposer;
    }

    /** Makes a call that is not on a hot path, until it does not answer EINTR. */
    int call(SystemCall call, LongSupplier attempt) {
        int result;
        do {
            result = before(call);
            if (result == 0) {
                result = after(attempt.getAsLong());
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

    /** The result of a function that libc declares as int, or as a count that fits. */
    int after(long word) {
        int result = (int) word;
        if (result >= 0) {
            return result;
        }
        int errno = LastError.getInstance().get();
        return errno > 0 ? -errno : -Errno.EIO;
    }
}
