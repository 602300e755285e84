package io.memif.internal.posix;

import com.kenai.jffi.LastError;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * What every call passes: the interposer before it, and the one reader of the saved errno after.
 *
 * <p>Arguments are words. Memory goes as its {@link LibC#address}, beside the buffer, which stays
 * reachable during the call. Allocates nothing.
 */
final class Gate {
    private final LibC libc;
    private final Interposer interposer;

    Gate(LibC libc, Interposer interposer) {
        this.libc = libc;
        this.interposer = interposer;
    }

    int call(SystemCall call, long a) {
        return call(call, null, a, 0, 0, 0, 0, 0);
    }

    int call(SystemCall call, long a, long b) {
        return call(call, null, a, b, 0, 0, 0, 0);
    }

    int call(SystemCall call, long a, long b, long c) {
        return call(call, null, a, b, c, 0, 0, 0);
    }

    int call(SystemCall call, long a, long b, long c, long d) {
        return call(call, null, a, b, c, d, 0, 0);
    }

    int call(SystemCall call, ByteBuffer memory, long a) {
        return call(call, memory, a, 0, 0, 0, 0, 0);
    }

    int call(SystemCall call, ByteBuffer memory, long a, long b) {
        return call(call, memory, a, b, 0, 0, 0, 0);
    }

    int call(SystemCall call, ByteBuffer memory, long a, long b, long c) {
        return call(call, memory, a, b, c, 0, 0, 0);
    }

    int call(SystemCall call, ByteBuffer memory, long a, long b, long c, long d) {
        return call(call, memory, a, b, c, d, 0, 0);
    }

    int call(SystemCall call, ByteBuffer memory, long a, long b, long c, long d, long e) {
        return call(call, memory, a, b, c, d, e, 0);
    }

    /** Makes a call until it does not return EINTR. */
    int call(SystemCall call, ByteBuffer memory, long a, long b, long c, long d, long e, long f) {
        try {
            int result;
            do {
                result = before(call);
                if (result == 0) {
                    result = after(libc.invoke(call, a, b, c, d, e, f));
                }
            } while (result == -Errno.EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    /** Makes a call that waits: when a signal cuts it short it returns 0. */
    int await(SystemCall call, ByteBuffer memory, long a, long b, long c, long d) {
        try {
            int result = before(call);
            if (result == 0) {
                result = after(libc.invoke(call, a, b, c, d, 0, 0));
            }
            return result == -Errno.EINTR ? 0 : result;
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    /** Makes a call whose result is an address, until it does not return EINTR. */
    long callForAddress(SystemCall call, long a, long b, long c, long d, long e, long f) {
        long result;
        do {
            result = before(call);
            if (result == 0) {
                result = libc.invoke(call, a, b, c, d, e, f);
                result = result == -1 ? after(result) : result;
            }
        } while (result == -Errno.EINTR);
        return result;
    }

    /** Makes a call once, without asking the interposer. */
    int callUnasked(SystemCall call, ByteBuffer memory, long a, long b, long c) {
        try {
            return after(libc.invoke(call, a, b, c, 0, 0, 0));
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    int before(SystemCall call) {
        return interposer.intercept(call);
    }

    /** The result of a function that libc declares as int, or as a count that fits. */
    private static int after(long word) {
        int result = (int) word;
        if (result >= 0) {
            return result;
        }
        int errno = LastError.getInstance().get();
        return errno > 0 ? -errno : -Errno.EIO;
    }
}
